import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaLineage
import StemmaRecords

extension Store {
    /// Small new packs are put together at a commit when there are this many; larger ones are left as they are.
    private static let fewPacks = 2
    private static let smallPack = 16 << 20
    private static let fewReaders = 8

    /// Makes the next commit closed: what its new lines name, through lineage too, and the work tree does not have is
    /// taken from other commits. New small packs are put together into one.
    ///
    /// - Parameter merged: the packs that are to be put together.
    /// - Returns: what the commit changes, and what became of packs.
    func closeAndPack(
        _ files: StoreFiles, merging merged: [Digest], head: any PagedView, tree: ObjectID?
    ) throws -> (changes: ChangeCounts, packs: PackChanges) {
        let tracked = try trackedPacks(tree)
        let pack = try objects.packWriter()
        defer { pack.abort() }
        let (changes, hasFetchedFiles, needed) = try catalog.read { view in
            var closing = Closing(
                store: self, view: view, tracked: tracked,
                // Each is an open file, and is asked for every line: of many, the catalog knows which.
                new: try files.newPacks.count <= Self.fewReaders
                    ? files.newPacks.compactMap { try readablePack($0) } : [],
                pack: pack)
            let changes = try ChangeCounts(self, from: head, to: workTree) { line, variable, before in
                try closing.include(line, of: variable, after: before)
            }
            return (changes, closing.hasFetchedFiles, closing.seen)
        }
        var packs = try writePacks(merged, pack, needed: needed)
        packs.isChanged = packs.isChanged || hasFetchedFiles
        packs.needed = needed
        return (changes, packs)
    }

    /// What putting packs together has done.
    struct PackChanges {
        var isChanged = false
        /// New packs whose blobs stand in another one now.
        var removed: [Digest] = []
        /// What the new lines of the commit name through lineage.
        var needed: Set<Digest> = []
    }

    /// The small new packs, if they are worth putting together. A single one is, when it is damaged, and so is one of any
    /// size whose table cannot be read: it is not committed as it is.
    func packsToMerge(_ files: StoreFiles) throws -> [Digest] {
        let small = try files.newPacks.filter { name in
            let size = try FileSystem.status(objects.packPath(name))?.size ?? 0
            return size <= Self.smallPack
        }
        let unreadable = try files.newPacks.filter { try readablePack($0, rows: false) == nil }
        guard unreadable.isEmpty else { return Array(Set(small).union(unreadable)).sorted() }
        return try small.count >= Self.fewPacks || small.contains { try !objects.pack($0).isAsNamed }
            ? small : []
    }

    /// Finishes the pack, with what the packs hold that are to be put together.
    ///
    /// What is damaged in one of them is taken from wherever it is intact.
    /// - Parameter needed: what the new lines of the commit name through lineage.
    private func writePacks(_ merged: [Digest], _ pack: PackWriter, needed: Set<Digest>) throws -> PackChanges
    {
        var unreadable: Set<Digest> = []
        for name in merged {
            guard let old = try readablePack(name) else {
                unreadable.insert(name)
                try salvage(name, into: pack)
                continue
            }
            for entry in try old.entriesInFileOrder() {
                if let bytes = try bytes(of: entry, in: old, needed: needed) {
                    try pack.add(entry.digest, bytes, kind: entry.kind)
                }
            }
        }
        guard pack.count > 0 || !merged.isEmpty else { return PackChanges() }
        let update = try catalog.update(waiting: options.wait)
        defer { update.rollback() }
        var made: Set<Digest> = []
        for finished in try pack.finish(into: objects.packDirectory, synchronize: options.synchronize) {
            try update.addPack(objects.pack(finished), blob: nil)
            made.insert(finished.name)
        }
        try update.removePacks(merged.filter { !made.contains($0) })
        if !unreadable.isEmpty { try checkNothingIsLost(needed: needed, in: update.view) }
        try update.commit()
        // The new pack is in place and flushed before the first of the old ones goes.
        let removed = merged.filter { !made.contains($0) }
        for name in removed {
            if unreadable.contains(name) { try setAside(name) } else { try objects.removePack(name) }
        }
        return PackChanges(isChanged: true, removed: removed)
    }

    /// A blob of a pack; `nil` for one that nothing needs and that is damaged everywhere.
    private func bytes(of entry: PackEntry, in pack: PackReader, needed: Set<Digest>) throws -> [UInt8]? {
        do {
            return try intactBytes(of: entry, in: pack)
        } catch let error as StemmaError where error.isDamageOrAbsence {
            let record = try recordNaming(entry.digest)
            guard record != nil || needed.contains(entry.digest) else { return nil }
            throw StemmaError.damagedBeforeCommit(
                record == nil ? "object" : record?.lineage == entry.digest ? "lineage record" : "payload",
                entry.digest, of: record.map { settings.keys.text(of: $0.address) }, cause: error)
        }
    }

    /// The packs that the commit before has.
    private func trackedPacks(_ tree: ObjectID?) throws -> Set<Digest> {
        guard let tree, let folder = try repository.item(in: tree, at: StorePaths.packsFolder),
            folder.kind == .tree
        else {
            return []
        }
        return Set(try repository.entries(of: folder.id).compactMap { Digest(hex: $0.name.dropLast(4)) })
    }
}

/// Follows what records name, and fetches what the work tree does not have.
private struct Closing {
    let store: Store
    let view: CatalogView
    /// A lineage record in one of these packs was closed by the commit that brought the pack.
    let tracked: Set<Digest>
    /// Packs that the commit brings, when they are few: most of what it names is in there.
    let new: [PackReader]
    let pack: PackWriter
    /// Whether blobs were fetched that are files of their own.
    private(set) var hasFetchedFiles = false
    /// What the new lines name through lineage.
    private(set) var seen: Set<Digest> = []

    init(store: Store, view: CatalogView, tracked: Set<Digest>, new: [PackReader], pack: PackWriter) {
        self.store = store
        self.view = view
        self.tracked = tracked
        self.new = new
        self.pack = pack
    }

    /// Takes in a line that the commit adds. It is not parsed as a whole: there may be a million.
    ///
    /// - Parameter before: the record as the commit before has it. What that names is in it, since it is closed itself.
    mutating func include(
        _ line: UnsafeRawBufferPointer, of variable: String, after before: Record?
    ) throws {
        func record() throws -> Record { try Record(line: line, variable: variable) }
        let keys = store.settings.keys
        let content = try Self.digest(of: "content", in: line)
        if let content, content != before?.content || before?.value != nil,
            try JSONMembers.value(of: "value", in: line) == nil,
            try !new.contains(where: { try $0.find(content) != nil })
        {
            _ = try fetch(
                content, "payload", of: { keys.text(of: try record().address) },
                missing: { .missingPayload(try record(), keys) })
        }
        guard let lineage = try Self.digest(of: "lineage", in: line), lineage != before?.lineage else {
            return
        }
        try follow(lineage) { keys.text(of: try record().address) }
    }

    private mutating func follow(_ lineage: Digest, of address: () throws -> String) throws {
        var waiting: [(digest: Digest, kind: BlobKind)] = [(lineage, .lineage)]
        while let (digest, kind) = waiting.popLast() {
            let what = kind == .lineage ? "lineage record" : "object"
            guard seen.insert(digest).inserted,
                try fetch(
                    digest, what, of: address, missing: { .missingLineage(digest, of: try address()) }),
                kind == .lineage
            else { continue }
            try refusingDamage(to: digest, what, of: address) {
                waiting += try LineageRecord(blob: store.readMetadata(digest, in: view)).references
            }
        }
    }

    private static func digest(of name: StaticString, in line: UnsafeRawBufferPointer) throws -> Digest? {
        guard let range = try JSONMembers.value(of: name, in: line), range.count == 66 else { return nil }
        return Digest(
            hexBytes: UnsafeRawBufferPointer(rebasing: line[range.lowerBound + 1..<range.upperBound - 1]))
    }

    /// Damage to what the commit needs is one error, which names the record and the way out.
    private func refusingDamage<T>(
        to digest: Digest, _ what: String, of address: () throws -> String, _ body: () throws -> T
    ) throws -> T {
        do {
            return try body()
        } catch let error as StemmaError where error.code == .corrupt {
            store.damaged.add(digest)
            throw StemmaError.damagedBeforeCommit(what, digest, of: try address(), cause: error)
        }
    }

    /// Sees to it that the commit has the blob. Says whether what it names must be looked at.
    private mutating func fetch(
        _ digest: Digest, _ what: String, of address: () throws -> String,
        missing: () throws -> StemmaError
    ) throws -> Bool {
        let place = try refusingDamage(to: digest, what, of: address) { try store.locate(digest, in: view) }
        guard let place else { throw try missing() }
        switch place {
        case .here(.pack(let name, _)): return !tracked.contains(name)
        case .here: return true
        case .history(let blob):
            switch blob.source {
            case .pack(let old, let entry):
                let bytes = try refusingDamage(to: digest, what, of: address) {
                    try store.intactBytes(of: entry, in: old)
                }
                try pack.add(digest, bytes, kind: entry.kind)
            case .file(let id):
                let staged = try refusingDamage(to: digest, what, of: address) { try store.stage(blob, id) }
                try staged.commit(synchronize: store.options.synchronize)
                hasFetchedFiles = true
            }
            return true
        }
    }
}
