import StemmaBlobs
import StemmaRecords

/// Which result stood at an address when a commit was made.
///
/// A variable is read as a whole when it is first asked about: mostly nothing is.
final class CommittedResults {
    /// The output of a call; without a lineage, data.
    private struct Result {
        let content: Digest
        let lineage: Digest?
        let output: Int?

        init(_ record: Record) {
            (content, lineage, output) = (record.content, record.lineage, record.output)
        }
    }

    private let view: any ReadView
    private let names: RevertNames
    private var known: [String: [RecordIdentity: Result]] = [:]

    init(_ view: any ReadView, _ names: RevertNames) {
        (self.view, self.names) = (view, names)
    }

    /// Whether a record came to its address after the commit. One that stood there already is a result of its own; without
    /// a lineage, which tells results apart, so is whatever stands where one stood.
    func hasCome(_ record: Record) throws -> Bool {
        let identity = RecordIdentity(keys: record.keys, version: record.version)
        guard let then = try results(of: record.variable)[identity] else { return true }
        return record.lineage != nil
            && (then.lineage != record.lineage || then.output != record.output
                || then.content != record.content)
    }

    private func results(of variable: String) throws -> [RecordIdentity: Result] {
        if let known = known[variable] { return known }
        var results: [RecordIdentity: Result] = [:]
        try view.forEachRecord(of: names.former(variable)) { record in
            results[RecordIdentity(keys: record.keys, version: record.version)] = Result(record)
            return true
        }
        known[variable] = results
        return results
    }
}
