import StemmaRecords

/// What a commit did that is to be undone, by the names that variables have now.
struct UndoneCommit {
    /// The store before it, and after it: under the names of then.
    let before: any PagedView
    let after: SnapshotView
    let names: RevertNames
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
        changes = try store.difference(
            before, after, pairVersions: true, follow: false, countUnchanged: false
        ).changes.followingMoves().map(names.renaming)
        files = try FileDifference.all(from: before, to: after).map(names.renaming)
    }
}
