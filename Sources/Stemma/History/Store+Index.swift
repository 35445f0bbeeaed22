import StemmaBlobs
import StemmaHistory
import StemmaRecords

/// Git's index after a commit.
extension Store {
    /// Those of the packs that somebody has staged: they were put together with others, and their files are gone.
    func stagedOnly(_ packs: [Digest]) throws -> [String] {
        guard !packs.isEmpty else { return [] }
        let staged = Set(try repository.indexEntries(under: gitPath(StorePaths.packsFolder)).map(\.path))
        return packs.map { "\($0).zst" }.filter(staged.contains).map { "\(StorePaths.packsFolder)/\($0)" }
    }

    func updateIndex(
        _ items: [(path: String, item: TreeItem, status: FileStatus?)], removed: [String]
    ) throws {
        let entries = items.map { path, item, status in
            IndexEntry(path: path, id: item.id, kind: item.kind, status: status.map { IndexEntry.Status($0) })
        }
        try repository.updateIndex(under: prefix, set: entries, remove: removed, waiting: options.wait)
    }

    /// Brings the index up to date with a commit that was made before: a process may have died in between.
    ///
    /// Call it when the work tree's store is what HEAD has.
    func mendIndex(_ tree: ObjectID?) throws {
        let committed = Dictionary(
            try repository.treeDifference(nil, tree).compactMap { change in
                change.after.map { (change.path, $0) }
            }
        ) { first, _ in first }
        let staged = try repository.indexEntries(under: prefix)
        let known = Dictionary(staged.map { ($0.path, $0) }) { first, _ in first }
        let stale = committed.filter { known[$0.key]?.id != $0.value.id || known[$0.key]?.stage != 0 }
        let gone = try staged.map(\.path).filter {
            try committed[$0] == nil && FileSystem.status("\(path)/\($0)") == nil
        }
        // Without what stat says: git reads these files once more.
        try updateIndex(stale.map { ($0.key, $0.value, nil) }, removed: gone)
    }
}

extension IndexEntry.Status {
    init(_ status: FileStatus) {
        self.init(
            device: status.device, inode: status.inode, size: status.size,
            modifiedSeconds: status.modified / 1_000_000_000,
            modifiedNanoseconds: status.modified % 1_000_000_000,
            changedSeconds: status.changed / 1_000_000_000,
            changedNanoseconds: status.changed % 1_000_000_000,
            user: status.owner, group: status.group)
    }
}
