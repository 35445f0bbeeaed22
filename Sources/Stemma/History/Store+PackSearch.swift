import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

extension Store {
    private static let searchedNote = "searched-commits"
    /// A loop of calls that all miss does not look at the refs for each of them.
    private static let searchInterval: Int64 = 2_000_000_000

    /// Looks through the commits of this clone for packs that the work tree does not have, and for blobs that are files
    /// of their own.
    ///
    /// It is done only when something is missing, and passes over commits that an earlier search has seen. Call with
    /// `state` held; inside a transaction nothing is looked for.
    /// - Returns: whether anything was found that was not known.
    func searchHistory() throws -> Bool {
        let now = FileSystem.now()
        guard !isTransacting, now - lastHistorySearch >= Self.searchInterval || now < lastHistorySearch else {
            return false
        }
        // Where git may not be used, as in a repository of somebody else, there is the work tree alone.
        guard (try? repository) != nil else {
            lastHistorySearch = now
            return false
        }
        let searched = try catalog.note(Self.searchedNote).map(Self.ids) ?? []
        let tips = try Set(repository.references().filter(\.isCommit).map(\.target))
            .union(repository.head().commit.map { [$0] } ?? []).union(repository.reflogs())
        let new = tips.subtracting(searched)
        guard !new.isEmpty else {
            lastHistorySearch = now
            return false
        }

        var known = Set(try catalog.read { try $0.packs().map(\.name) })
        var found: [(Digest, ObjectID)] = []
        var files: [Digest: ObjectID] = [:]
        var seenTrees: Set<ObjectID> = []
        let walk = try repository.walk(
            from: new.sorted(), hiding: searched.filter { try repository.contains($0) }.sorted())
        while let commit = try walk.next() {
            guard let tree = try repository.tree(of: commit, at: gitPath(StorePaths.objectsFolder)),
                seenTrees.insert(tree).inserted
            else { continue }
            for folder in try repository.entries(of: tree)
            where folder.kind == .tree && seenTrees.insert(folder.id).inserted {
                for entry in try repository.entries(of: folder.id) where entry.name.hasSuffix(".zst") {
                    guard let name = Digest(hex: entry.name.dropLast(4)) else { continue }
                    if folder.name != "packs" {
                        files[name] = entry.id
                    } else if known.insert(name).inserted {
                        found.append((name, entry.id))
                    }
                }
            }
        }
        let update: CatalogUpdate
        do {
            update = try catalog.update(waiting: 1)
        } catch let error as StemmaError where error.code == .catalogBusy {
            return false
        }
        defer { update.rollback() }
        var added = !files.isEmpty
        var isComplete = true
        for (name, id) in found {
            do {
                let bytes = try repository.readBlob(id, limit: Self.largestPack)
                try update.addPack(PackReader(name: name, bytes: bytes), blob: id.bytes)
                added = true
            } catch let error as StemmaError where error.code == .objectMissing {
                // A clone that has fetched only a part may fetch it later.
                isComplete = false
            } catch let error as StemmaError where [.corrupt, .blobTooLarge].contains(error.code) {
                // What is no pack, or a damaged one, has nothing to give; `git fsck` tells of damage in its objects.
                continue
            }
        }
        for (digest, id) in files { try update.addCommittedFile(digest, blob: id.bytes) }
        if isComplete { try update.setNote(Self.searchedNote, tips.sorted().flatMap(\.bytes)) }
        try update.commit()
        lastHistorySearch = now
        return added
    }

    /// Packs of the work tree went away, as with `git switch`. The commits that have them were passed over, because the
    /// work tree had them: they are looked through again when something is missing.
    func forgetSearch(_ update: CatalogUpdate) throws {
        try update.setNote(Self.searchedNote, [])
        lastHistorySearch = 0
    }

    private static func ids(_ bytes: [UInt8]) -> Set<ObjectID> {
        var ids: Set<ObjectID> = []
        for start in stride(from: 0, to: bytes.count - 19, by: 20) {
            if let id = ObjectID(bytes: Array(bytes[start..<start + 20])) { ids.insert(id) }
        }
        return ids
    }
}
