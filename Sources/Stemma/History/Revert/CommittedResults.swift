import StemmaBlobs
import StemmaRecords

/// Which result stood at an address when a commit was made.
///
/// A variable is read as a whole when it is first asked about: mostly nothing is.
final class CommittedResults {
    /// The output of a call; without a lineage, data.
    private struct Result: Hashable {
        let content: Digest
        let lineage: Digest?
        let output: Int?

        init(_ record: Record) {
            (content, lineage, output) = (record.content, record.lineage, record.output)
        }
    }

    /// A result under a schema version.
    private struct Form: Hashable {
        let result: Result
        let schema: String?

        init(_ record: Record) { (result, schema) = (Result(record), record.schema) }
    }

    private let view: any PagedView
    private let names: RevertNames
    private let promoted: Set<String>
    private var known: [String: [RecordIdentity: Result]] = [:]
    private var knownForms: [String: [RecordIdentity: [Form]]] = [:]

    /// - Parameter promoted: keys of now that were entries of versions then.
    init(_ view: any PagedView, _ names: RevertNames, promoted: Set<String>) {
        (self.view, self.names, self.promoted) = (view, names, promoted)
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

    /// Whether a record stood at its keys as it is now when the commit was made, but for its version.
    func hasStood(_ record: Record) throws -> Bool {
        let keys = RecordIdentity(keys: record.keys, version: [:])
        return try forms(of: record.variable)[keys]?.contains(Form(record)) ?? false
    }

    private func forms(of variable: String) throws -> [RecordIdentity: [Form]] {
        if let known = knownForms[variable] { return known }
        var forms: [RecordIdentity: [Form]] = [:]
        if try view.variableNames().contains(names.former(variable)) {
            try view.forEachRecord(of: names.former(variable)) { record in
                // Only what says its version can be newer than something.
                guard record.schema != nil else { return true }
                let record = record.promoting(promoted)
                forms[RecordIdentity(keys: record.keys, version: [:]), default: []].append(Form(record))
                return true
            }
        }
        knownForms[variable] = forms
        return forms
    }

    private func results(of variable: String) throws -> [RecordIdentity: Result] {
        if let known = known[variable] { return known }
        var results: [RecordIdentity: Result] = [:]
        try view.forEachRecord(of: names.former(variable)) { record in
            let record = record.promoting(promoted)
            results[RecordIdentity(keys: record.keys, version: record.version)] = Result(record)
            return true
        }
        known[variable] = results
        return results
    }
}
