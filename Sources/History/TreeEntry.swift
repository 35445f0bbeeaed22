import Glibc
import StemmaBlobs

/// What an entry of a git tree is.
package enum EntryKind: Hashable, Sendable {
    /// A file.
    case blob
    /// A file that may be run.
    case executable
    case symlink
    case tree
    /// A commit of another repository.
    case submodule

    /// Nil for a mode that git does not know.
    init?(mode: UInt32) {
        switch mode & 0o170000 {
        case 0o040000: self = .tree
        case 0o100000: self = mode & 0o100 != 0 ? .executable : .blob
        case 0o120000: self = .symlink
        case 0o160000: self = .submodule
        default: return nil
        }
    }

    var mode: UInt32 {
        switch self {
        case .blob: 0o100644
        case .executable: 0o100755
        case .symlink: 0o120000
        case .tree: 0o040000
        case .submodule: 0o160000
        }
    }
}

/// What stands at a path in a tree: an object, and what it is there.
package struct TreeItem: Hashable, Sendable {
    package var id: ObjectID
    package var kind: EntryKind

    package init(id: ObjectID, kind: EntryKind) {
        self.id = id
        self.kind = kind
    }
}

/// One entry of one git tree.
package struct TreeEntry: Hashable, Sendable {
    package let name: String
    package let id: ObjectID
    package let kind: EntryKind
}

extension Repository {
    /// The tree at a path in a commit, "" for the top; nil when there is none, or something else than a tree.
    package func tree(of commit: ObjectID, at path: String = "") throws -> ObjectID? {
        guard let item = try item(of: commit, at: path), item.kind == .tree else { return nil }
        return item.id
    }

    /// The directory at a path below a tree, the tree itself for ""; nil when there is none.
    package func tree(in tree: ObjectID, at path: String) throws -> ObjectID? {
        guard let item = try item(in: tree, at: path), item.kind == .tree else { return nil }
        return item.id
    }

    /// What stands at a path in a commit; nil when nothing does.
    package func item(of commit: ObjectID, at path: String) throws -> TreeItem? {
        try item(in: rootTree(of: commit), at: path)
    }

    /// What stands at a path below a tree; nil when nothing does.
    package func item(in tree: ObjectID, at path: String) throws -> TreeItem? {
        var found = TreeItem(id: tree, kind: .tree)
        for component in path.utf8.split(separator: UInt8(ascii: "/")) {
            guard found.kind == .tree else { return nil }
            let bytes = try TreeBytes(reading: found.id, from: objects)
            guard let entry = bytes.entries.first(where: { bytes.name($0).elementsEqual(component) }) else {
                return nil
            }
            found = TreeItem(id: entry.id, kind: entry.kind)
        }
        return found
    }

    /// The entries of a tree, in git's order; throws `objectMissing` or `corrupt`.
    package func entries(of tree: ObjectID) throws -> [TreeEntry] {
        let bytes = try TreeBytes(reading: tree, from: objects)
        return bytes.entries.map {
            TreeEntry(name: String(decoding: bytes.name($0), as: UTF8.self), id: $0.id, kind: $0.kind)
        }
    }

    private func rootTree(of commit: ObjectID) throws -> ObjectID {
        let tree = try objects.withObject(commit, .commit) { bytes in
            // The first line of a commit is "tree " and 40 digits.
            bytes.count > 45 && bytes.starts(with: "tree ".utf8)
                ? ObjectID(hexBytes: UnsafeRawBufferPointer(rebasing: bytes[5..<45])) : nil
        }
        guard let tree else {
            throw StemmaError.gitObjectCorrupt(.object(commit), "read a commit", "it names no tree")
        }
        return tree
    }
}
