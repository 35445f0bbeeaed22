import StemmaBlobs
import StemmaHistory
import StemmaRecords

/// Object files that a commit brought, or took away.
struct ObjectRevert {
    private let store: Store
    private let before: any PagedView
    private let after: SnapshotView
    /// Only the commit has them, and not its parent; by their paths in the store.
    private var brought: [String: ObjectID] = [:]
    /// Only its parent has them.
    private var taken: [(path: String, id: ObjectID)] = []

    init(_ store: Store, before: any PagedView, after: SnapshotView) throws {
        (self.store, self.before, self.after) = (store, before, after)
        let old = try (before as? SnapshotView).map(Self.files) ?? [:]
        let new = try Self.files(after)
        brought = new.filter { old[$0.key] == nil }
        taken = old.filter { new[$0.key] == nil }.map { ($0.key, $0.value) }
    }

    /// Puts the files back that the commit took away: records that come back may name what is in them.
    func putBack() throws {
        for (path, id) in taken {
            let file = "\(store.path)/\(path)"
            guard try FileSystem.status(file) == nil else { continue }
            let bytes = try store.repository.readBlob(id, limit: Store.largestPack)
            try FileSystem.createDirectory(FileSystem.parent(of: file))
            try FileSystem.writeAtomically(file, bytes, synchronize: store.options.synchronize)
        }
    }

    private static func files(_ view: SnapshotView) throws -> [String: ObjectID] {
        guard let tree = view.tree,
            let item = try view.store.repository.item(in: tree, at: StorePaths.objectsFolder),
            item.kind == .tree
        else { return [:] }
        var files: [String: ObjectID] = [:]
        try view.store.repository.forEachStoreFile(in: item.id, at: StorePaths.objectsFolder) {
            files[$0] = $1.id
        }
        return files
    }

    /// The files that nothing names any more when the records are again what they were before the commit: that one was
    /// closed without them. What came after may name what is in them; then they stay.
    func unneeded() throws -> Set<String> {
        guard !brought.isEmpty else { return [] }
        let names = try Set(before.variableNames()).union(store.workTree.variableNames())
        for name in names where try before.pageIDs(of: name) != store.workTree.pageIDs(of: name) { return [] }
        return Set(brought.keys)
    }
}

extension Store {
    /// Takes object files away, by their paths in the store. Call with the lock and `state` held.
    func removeObjects(_ paths: Set<String>) throws {
        guard !paths.isEmpty else { return }
        let packs = paths.filter { $0.hasPrefix(StorePaths.packsFolder + "/") }.compactMap {
            Digest(hex: FileSystem.name(of: $0).dropLast(4))
        }
        let update = try catalog.update(waiting: options.wait)
        defer { update.rollback() }
        try update.removePacks(packs)
        // Calls that they hold are answered from history.
        try forgetSearch(update)
        try update.commit()
        for pack in packs { try objects.removePack(pack) }
        for path in paths { try FileSystem.remove("\(self.path)/\(path)") }
    }
}
