import StemmaBlobs
import StemmaHistory
import StemmaRecords

extension Repository {
    /// Hands over every file below a tree, in git's order, with its path relative to the store.
    ///
    /// Folders deeper than `StorePaths.maximumDepth` are passed over. Throws `.objectMissing` and `.corrupt`.
    /// - Parameters:
    ///   - path: what the tree is in the store; empty for the store itself.
    ///   - wanted: asked for each tree, before it is read, whether to look into it.
    func forEachStoreFile(
        in tree: ObjectID, at path: String, where wanted: (ObjectID) -> Bool = { _ in true },
        _ body: (_ path: String, _ file: TreeEntry) throws -> Void
    ) throws {
        let depth = path.isEmpty ? 0 : 1 + path.utf8.count { $0 == UInt8(ascii: "/") }
        guard depth <= StorePaths.maximumDepth, wanted(tree) else { return }
        for entry in try entries(of: tree) {
            let inside = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
            if entry.kind == .tree {
                try forEachStoreFile(in: entry.id, at: inside, where: wanted, body)
            } else {
                try body(inside, entry)
            }
        }
    }

    /// Hands over every page below a tree as `forEachStoreFile` does; other files and symbolic links are passed over.
    func forEachPage(
        in tree: ObjectID, at path: String, where wanted: (ObjectID) -> Bool = { _ in true },
        _ body: (_ path: String, _ page: TreeEntry) throws -> Void
    ) throws {
        try forEachStoreFile(in: tree, at: path, where: wanted) { path, file in
            guard file.kind == .blob || file.kind == .executable, PagePrefix(fileName: file.name) != nil
            else { return }
            try body(path, file)
        }
    }
}
