import StemmaBlobs
import StemmaHistory

/// A commit that changed the store.
public struct LogEntry: Sendable {
    /// The full id.
    public let id: String
    /// The author's name.
    public let author: String
    /// The author's e-mail address.
    public let email: String
    /// When it was made: seconds since 1970, and the author's offset from UTC in minutes.
    public let seconds: Int64
    /// The author's offset from UTC at that moment, in minutes.
    public let offset: Int
    /// The first line of the message.
    public let subject: String
    /// What made it, as its trailer says; `nil` for a commit that git made.
    public let operation: String?
    /// Whether a shallow clone ends here: what the commit changed is not known, and the counts are 0.
    public let isShallow: Bool
    /// How many records it added, of those that were asked for.
    public let added: Int
    /// How many of them it changed.
    public let changed: Int
    /// How many of them it removed.
    public let removed: Int
}

extension Store {
    /// Hands over the commits that changed the store, newest first, until `body` returns false.
    ///
    /// - Parameters:
    ///   - revision: where to begin; HEAD when not said.
    ///   - variable: only commits that changed records of it that match `filter`; without a filter also those that
    ///     changed its schemas or settings.
    public func log(
        from revision: String? = nil, variable: String? = nil, matching filter: Filter = Filter(),
        _ body: (LogEntry) throws -> Bool
    ) throws {
        guard
            let start = try state.withLock({
                try revision.map { try repository.resolve($0) } ?? repository.head().commit
            })
        else { return }
        let walk = try state.withLock { try repository.walk(from: [start]) }
        while let id = try state.withLock({ try walk.next() }) {
            guard let entry = try state.withLock({ try logEntry(id, variable, filter) }) else { continue }
            guard try body(entry) else { return }
        }
    }

    /// What a commit changed; `nil` when that is nothing that is asked for.
    private func logEntry(_ id: ObjectID, _ variable: String?, _ filter: Filter) throws -> LogEntry? {
        let info = try repository.commit(id)
        let tree = try repository.tree(of: id, at: prefix)
        let parents = try info.parents.map { try repository.tree(of: $0, at: prefix) }
        // As git log does: a merge that took one side as it was, and a commit without a change, are passed over.
        guard parents.isEmpty ? tree != nil : !parents.contains(tree) else { return nil }
        let isShallow = try info.parents.isEmpty && repository.isShallow(id)
        let before: any PagedView =
            if let parent = info.parents.first {
                try SnapshotView(store: self, commit: parent)
            } else {
                EmptyView(store: self)
            }
        let after = try SnapshotView(store: self, commit: id)
        var counts = (added: 0, changed: 0, removed: 0)
        if variable != nil || !filter.isEmpty {
            let difference = try difference(
                before, after, variable: variable, filter, pairVersions: true, countUnchanged: false)
            let hasFiles =
                try filter.isEmpty
                && FileDifference.all(from: before, to: after, variable: variable).contains(where: \.isTold)
            if difference.isEmpty, !hasFiles { return nil }
            counts = (difference.added, difference.changed, difference.removed)
        } else if !isShallow {
            let all = try catalog.read { _ in try ChangeCounts(self, from: before, to: after) }
            counts = (all.added, all.changed, all.removed)
        }
        // Compared with nothing, everything would be new.
        if isShallow { counts = (0, 0, 0) }
        return LogEntry(
            id: id.hex, author: info.author.name, email: info.author.email, seconds: info.author.seconds,
            offset: info.author.offset, subject: info.subject,
            operation: info.trailers.last { $0.key == "Stemma-Operation" }?.value, isShallow: isShallow,
            added: counts.added,
            changed: counts.changed, removed: counts.removed)
    }
}
