import StemmaRecords

/// What a commit did that is to be undone, by the names and the keys that variables have now.
struct UndoneCommit {
    /// The store before it, and after it: under the names of then.
    let before: any PagedView
    let after: SnapshotView
    let names: RevertNames
    /// Keys of now that were entries of versions then.
    let promoted: Set<String>
    let changes: [Difference.Change]
    let files: [FileDifference]

    init(_ store: Store, from before: any PagedView, to after: SnapshotView) throws {
        (self.before, self.after) = (before, after)
        let names = RevertNames(
            of: try Set(before.variableNames()).union(after.variableNames()),
            renamings: try store.workTree.lines(of: Renaming.self).subtracting(
                after.lines(of: Renaming.self)),
            variables: try Set(store.workTree.variableNames()))
        self.names = names
        let keys = [after.keys, (before as? SnapshotView)?.keys ?? after.keys].map {
            Set($0.list.map(\.name))
        }
        promoted = Set(store.settings.keys.list.map(\.name)).subtracting(keys[0].intersection(keys[1]))
        changes = try store.difference(
            before, after, pairVersions: true, follow: false, countUnchanged: false
        ).changes.followingMoves().map(names.renaming).promoting(promoted)
        files = try FileDifference.all(from: before, to: after).map(names.renaming)
    }
}

extension [Difference.Change] {
    /// The same changes to records whose entries of these names are keys now.
    fileprivate func promoting(_ names: Set<String>) -> [Difference.Change] {
        guard !names.isEmpty else { return self }
        let changes = compactMap { $0.promoting(names) }
        // A commit that made the keys itself has moved records, which it did not change otherwise.
        let came = Set(changes.compactMap { if case .added(let record) = $0 { record } else { nil } })
        let went = Set(changes.compactMap { if case .removed(let record) = $0 { record } else { nil } })
        let moved = came.intersection(went)
        return changes.filter { $0.status == .changed || !moved.contains($0.record) }
    }
}

extension Difference.Change {
    fileprivate func promoting(_ names: Set<String>) -> Difference.Change? {
        switch self {
        case .added(let after): return .added(after.promoting(names))
        case .removed(let before): return .removed(before.promoting(names))
        case .changed(let before, let after):
            let (before, after) = (before.promoting(names), after.promoting(names))
            return before == after ? nil : .changed(before: before, after: after)
        }
    }
}
