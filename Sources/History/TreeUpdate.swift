import StemmaBlobs

/// One file to be put in a tree, or to be taken out of it.
package struct TreeUpdate: Hashable, Sendable {
    /// Below the path that is updated.
    package var path: String
    /// What is to stand there; nil removes what does, a whole directory as well as a file.
    package var item: TreeItem?

    package init(path: String, item: TreeItem?) {
        self.path = path
        self.item = item
    }
}

extension Repository {
    /// Writes the tree that comes of changing files below `prefix` in `base`, and gives its id.
    ///
    /// `base` is a tree of the whole repository; nil stands for an empty one. Paths of `changes` are below
    /// `prefix`. Only directories with a change in them are read and written; one that is left without
    /// files vanishes. A file takes the place of a directory, and the other way round; two changes that
    /// want both throw `pathConflict`. Of two changes of one path the later holds. Throws `invalidTreePath`
    /// for an empty path, `.`, `..`, `.git` or an empty name in it.
    package func updatedTree(
        base: ObjectID?, under prefix: String = "", changes: [TreeUpdate]
    ) throws -> ObjectID {
        let paths = try changes.enumerated().map { order, change in
            try TreePath(
                prefix.isEmpty ? change.path : "\(prefix)/\(change.path)", item: change.item, order: order)
        }
        var sorted = paths.sorted { $0 < $1 }
        // Equal paths are neighbours now, in the order in which they were given.
        sorted = sorted.indices.compactMap { position in
            let next = position + 1
            return next < sorted.count && sorted[next].key == sorted[position].key ? nil : sorted[position]
        }
        let writer = TreeWriter(objects: objects, paths: sorted)
        if let tree = try writer.rebuild(base, 0..<sorted.count, depth: 0) { return tree }
        return try objects.write(UnsafeRawBufferPointer(start: nil, count: 0), .tree)
    }
}

/// A path whose components are parted by zero bytes, so that all that is in a directory follows it at once.
private struct TreePath {
    let key: [UInt8]
    let item: TreeItem?
    let order: Int

    init(_ path: String, item: TreeItem?, order: Int) throws {
        var key = Array(path.utf8)
        let names = key.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard !key.contains(0), names.allSatisfy(isTreeName) else { throw StemmaError.invalidTreePath(path) }
        for position in key.indices where key[position] == UInt8(ascii: "/") { key[position] = 0 }
        self.key = key
        self.item = item
        self.order = order
    }

    var path: String {
        String(decoding: key.map { $0 == 0 ? UInt8(ascii: "/") : $0 }, as: UTF8.self)
    }

    static func < (a: TreePath, b: TreePath) -> Bool {
        let order = compareBytes(a.key[...], b.key[...])
        return order != 0 ? order < 0 : a.order < b.order
    }
}

/// Whether git lets this stand as a name in a tree.
private func isTreeName(_ name: ArraySlice<UInt8>) -> Bool {
    if name.isEmpty || name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { return false }
    return !(name.count == 4 && name.map { $0 | 0x20 }.elementsEqual(".git".utf8.map { $0 | 0x20 }))
}

private func compareBytes(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
    a.withUnsafeBytes { x in
        b.withUnsafeBytes { y in compareTreeNames(x, isTree: false, y, isTree: false) }
    }
}

/// Rebuilds the directories that a sorted list of paths leads through.
private struct TreeWriter {
    let objects: ObjectDatabase
    let paths: [TreePath]

    /// What is to become of one name in one directory.
    private struct Group {
        let name: ArraySlice<UInt8>
        /// The change of the name itself.
        var own: TreePath?
        /// The changes below it.
        var below: Range<Int>
    }

    private struct NewEntry {
        let name: ArraySlice<UInt8>
        let mode: UInt32
        let id: ObjectID
        var isTree: Bool { mode == EntryKind.tree.mode }
    }

    /// Gives the id of the directory that comes of `base`; nil when no file is left in it.
    ///
    /// `range` are the changes in it, `depth` the bytes of their keys that lead to it.
    func rebuild(_ base: ObjectID?, _ range: Range<Int>, depth: Int) throws -> ObjectID? {
        let old = try base.map { try TreeBytes(reading: $0, from: objects) } ?? .empty
        let groups = groups(range, depth: depth)
        var touched = [TreeBytes.Entry?](repeating: nil, count: groups.count)
        var kept: [TreeBytes.Entry] = []
        kept.reserveCapacity(old.entries.count)
        for entry in old.entries {
            if let group = find(old.name(entry), in: groups) {
                touched[group] = entry
            } else {
                kept.append(entry)
            }
        }
        var new: [NewEntry] = []
        new.reserveCapacity(groups.count)
        for (group, entry) in zip(groups, touched) {
            if let entry = try updated(entry, group, depth: depth) { new.append(entry) }
        }
        new.sort { a, b in order(a.name, a.isTree, b.name, b.isTree) < 0 }

        let bytes = merge(old, kept, new)
        if bytes.isEmpty { return nil }
        if let base, bytes == old.bytes { return base }
        return try bytes.withUnsafeBytes { try objects.write($0, .tree) }
    }

    private func groups(_ range: Range<Int>, depth: Int) -> [Group] {
        var groups: [Group] = []
        for position in range {
            let rest = paths[position].key[depth...]
            let end = rest.firstIndex(of: 0)
            let name = rest[..<(end ?? rest.endIndex)]
            if groups.last.map({ $0.name != name }) ?? true {
                groups.append(Group(name: name, own: nil, below: position..<position))
            }
            let last = groups.count - 1
            if end == nil {
                groups[last].own = paths[position]
                groups[last].below = (position + 1)..<(position + 1)
            } else {
                groups[last].below = groups[last].below.lowerBound..<(position + 1)
            }
        }
        return groups
    }

    private func updated(_ entry: TreeBytes.Entry?, _ group: Group, depth: Int) throws -> NewEntry? {
        if let own = group.own, let item = own.item {
            guard !paths[group.below].contains(where: { $0.item != nil }) else {
                throw StemmaError.pathConflict(own.path)
            }
            return NewEntry(name: group.name, mode: item.kind.mode, id: item.id)
        }
        // What was a file there stays one as long as the changes below it only remove.
        let replaces = paths[group.below].contains { $0.item != nil }
        if group.own == nil, let entry, entry.kind != .tree, !replaces {
            return NewEntry(name: group.name, mode: entry.mode, id: entry.id)
        }
        guard !group.below.isEmpty else { return nil }
        let base = group.own == nil && entry?.kind == .tree ? entry?.id : nil
        let tree = try rebuild(base, group.below, depth: depth + group.name.count + 1)
        return tree.map { NewEntry(name: group.name, mode: EntryKind.tree.mode, id: $0) }
    }

    private func find(_ name: ArraySlice<UInt8>, in groups: [Group]) -> Int? {
        var low = 0
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            let order = compareBytes(groups[middle].name, name)
            if order == 0 { return middle }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private func merge(_ old: TreeBytes, _ kept: [TreeBytes.Entry], _ new: [NewEntry]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(old.bytes.count + new.reduce(0) { $0 + $1.name.count + 28 })
        var next = 0
        for entry in kept {
            while next < new.count,
                order(new[next].name, new[next].isTree, old.name(entry), entry.kind == .tree) < 0
            {
                append(new[next], to: &bytes)
                next += 1
            }
            TreeBytes.append(mode: entry.mode, name: old.name(entry), id: entry.id, to: &bytes)
        }
        for entry in new[next...] { append(entry, to: &bytes) }
        return bytes
    }

    private func append(_ entry: NewEntry, to bytes: inout [UInt8]) {
        TreeBytes.append(mode: entry.mode, name: entry.name, id: entry.id, to: &bytes)
    }

    private func order(_ a: ArraySlice<UInt8>, _ aIsTree: Bool, _ b: ArraySlice<UInt8>, _ bIsTree: Bool)
        -> Int
    {
        a.withUnsafeBytes { x in
            b.withUnsafeBytes { y in compareTreeNames(x, isTree: aIsTree, y, isTree: bIsTree) }
        }
    }
}
