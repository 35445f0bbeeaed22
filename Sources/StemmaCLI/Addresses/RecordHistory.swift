import Stemma

/// The commits in which one record changed.
struct RecordHistory {
    private let store: Store
    private let address: Address

    init(_ record: Record, _ store: Store) {
        self.store = store
        address = record.address
    }

    /// Hands over the commits until `body` returns false, newest first, with what they did to the record; `nil` where a
    /// shallow clone ends.
    func forEach(
        from revision: String?, _ body: (LogEntry, Difference.Change.Status?) throws -> Bool
    ) throws {
        try store.log(from: revision, variable: address.variable, matching: Filter(exactly: address)) {
            entry in
            let status: Difference.Change.Status =
                entry.added > 0 ? .added : entry.removed > 0 ? .removed : .changed
            return try body(entry, entry.isShallow ? nil : status)
        }
    }
}
