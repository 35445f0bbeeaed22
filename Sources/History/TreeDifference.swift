import StemmaBlobs

/// A file that is not the same in two trees.
package struct TreeChange: Hashable, Sendable {
    /// Below the path that was compared.
    package let path: String
    /// Nil for a file that was added.
    package let before: TreeItem?
    /// Nil for a file that was removed.
    package let after: TreeItem?

    package init(path: String, before: TreeItem?, after: TreeItem?) {
        self.path = path
        self.before = before
        self.after = after
    }
}

extension Repository {
    /// The files that differ below `path` in two trees, in the order of their paths' bytes.
    ///
    /// `a` and `b` are trees of the whole repository; nil stands for an empty one. Paths are given below `path`.
    /// Trees of one id are not read, so that it costs what changed. A file that became a directory is
    /// one file removed and others added. Throws `objectMissing` or `corrupt`.
    package func treeDifference(
        _ a: ObjectID?, _ b: ObjectID?, under path: String = ""
    ) throws -> [TreeChange] {
        guard a != b else { return [] }
        var difference = TreeDifference(objects: objects)
        let before = try a.flatMap { try item(in: $0, at: path) }.flatMap { $0.kind == .tree ? $0.id : nil }
        let after = try b.flatMap { try item(in: $0, at: path) }.flatMap { $0.kind == .tree ? $0.id : nil }
        try difference.compare(before, after, prefix: [])
        return difference.changes
    }
}

/// Two trees side by side, one level after another.
private struct TreeDifference {
    let objects: ObjectDatabase
    var changes: [TreeChange] = []

    mutating func compare(_ a: ObjectID?, _ b: ObjectID?, prefix: [UInt8]) throws {
        guard a != b else { return }
        let before = try a.map { try TreeBytes(reading: $0, from: objects) } ?? .empty
        let after = try b.map { try TreeBytes(reading: $0, from: objects) } ?? .empty
        var i = 0
        var j = 0
        while i < before.entries.count || j < after.entries.count {
            let order =
                i == before.entries.count
                ? 1
                : j == after.entries.count ? -1 : compare(before, before.entries[i], after, after.entries[j])
            let old = order <= 0 ? before.entries[i] : nil
            let new = order >= 0 ? after.entries[j] : nil
            if order <= 0 { i += 1 }
            if order >= 0 { j += 1 }
            if let old, let new, old.id == new.id, old.mode == new.mode { continue }
            guard let name = old.map(before.name) ?? new.map(after.name) else { continue }
            try add(old, new, path: prefix + name)
        }
    }

    /// Equal names of one entry each side are either both trees or both not, by the order of the entries.
    private mutating func add(_ old: TreeBytes.Entry?, _ new: TreeBytes.Entry?, path: [UInt8]) throws {
        if (old ?? new)?.kind == .tree {
            try compare(old?.id, new?.id, prefix: path + [UInt8(ascii: "/")])
        } else {
            let before = old.map { TreeItem(id: $0.id, kind: $0.kind) }
            let after = new.map { TreeItem(id: $0.id, kind: $0.kind) }
            guard before != after else { return }
            changes.append(
                TreeChange(path: String(decoding: path, as: UTF8.self), before: before, after: after))
        }
    }

    private func compare(
        _ a: TreeBytes, _ x: TreeBytes.Entry, _ b: TreeBytes, _ y: TreeBytes.Entry
    ) -> Int {
        a.bytes.withUnsafeBytes { first in
            b.bytes.withUnsafeBytes { second in
                compareTreeNames(
                    UnsafeRawBufferPointer(rebasing: first[x.name]), isTree: x.kind == .tree,
                    UnsafeRawBufferPointer(rebasing: second[y.name]), isTree: y.kind == .tree)
            }
        }
    }
}
