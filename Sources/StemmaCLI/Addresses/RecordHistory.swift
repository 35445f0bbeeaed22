import Stemma
import StemmaHistory

/// The commits in which one record changed.
struct RecordHistory {
    private let store: Store
    private let address: Address

    init(_ record: Record, _ store: Store) {
        self.store = store
        address = Address(variable: record.variable, keys: record.keys, version: record.version)
    }

    /// Hands over the commits, newest first, with what they did to the record.
    func forEach(
        from revision: String?, _ body: (LogEntry, Difference.Change.Status) throws -> Void
    ) throws {
        let filter = Filter(keys: address.keys, version: address.version)
        try store.log(from: revision, variable: address.variable, matching: filter) { entry in
            // The filter also finds records with more keys or version entries than this one.
            let (before, after) = (try record(at: "\(entry.id)^"), try record(at: entry.id))
            switch (before, after) {
            case (nil, _?): try body(entry, .added)
            case (_?, nil): try body(entry, .removed)
            case (let before?, let after?) where before != after: try body(entry, .changed)
            default: break
            }
            return true
        }
    }

    /// `nil` where the commit has no such record, or is not there: the parent of the first one.
    private func record(at revision: String) throws -> Record? {
        do {
            return try store.snapshot(revision).record(exactly: address)
        } catch let error as StemmaError
            where error.code == .unknownVariable || error.code == .unknownRevision
        {
            return nil
        }
    }
}
