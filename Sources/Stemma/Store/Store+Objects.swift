import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

/// A place where a blob's bytes are.
enum BlobPlace {
    case here(ObjectLocation)
    /// Only in commits.
    case history(CommittedBlob)
}

/// The packs of other commits that were read last.
struct GitPackCache {
    private var packs: [(name: Digest, pack: PackReader)] = []
    /// A pack is at most 64 MiB and is held in memory as a whole.
    private static let limit = 2

    mutating func pack(_ name: Digest, read: () throws -> [UInt8]) throws -> PackReader {
        if let index = packs.firstIndex(where: { $0.name == name }) { return packs[index].pack }
        let pack = try PackReader(name: name, bytes: try read())
        packs.append((name, pack))
        if packs.count > Self.limit { packs.removeFirst() }
        return pack
    }
}

extension Store {
    /// A pack is closed at 64 MiB of file, and a blob of at most 16 MiB may come on top.
    static let largestPack = 128 << 20
    /// Metadata, lineage records and constants are far below this.
    static let largestMetadata = 64 << 20

    /// Where a blob is; `nil` when it is nowhere in this clone. Call with `state` held.
    func locate(_ digest: Digest, in view: CatalogView) throws -> BlobPlace? {
        if let place = try locateKnown(digest, in: view) ?? locateFile(digest, in: view) { return place }
        guard !isTransacting, try searchHistory() else { return nil }
        // The view is of the moment before the search; what it found is asked of a new one.
        let view = try catalog.freshView()
        return try locateKnown(digest, in: view) ?? committedFile(digest, in: view).map { .history($0) }
    }

    /// Where a blob is that is a file of its own.
    private func locateFile(_ digest: Digest, in view: CatalogView) throws -> BlobPlace? {
        if try objects.loose.contains(digest) { return .here(.loose(path: objects.loose.path(of: digest))) }
        for large in try [objects.large] + largeOfOtherWorkTrees() where try large.contains(digest) {
            return .here(.large(path: large.path(of: digest)))
        }
        return try committedFile(digest, in: view).map { .history($0) }
    }

    /// `large/` of the same store in the other work trees of the repository: git carries it to none of them.
    private func largeOfOtherWorkTrees() throws -> [LooseObjects] {
        if let known = otherLarge { return known }
        // Where git may not be used there is this work tree alone.
        guard let repository = try? repository, let prefix = try? prefix else { return [] }
        let found = try repository.workTrees().filter { $0.path != repository.workTree }.map {
            ObjectStore(root: prefix.isEmpty ? $0.path : "\($0.path)/\(prefix)").large
        }
        otherLarge = found
        return found
    }

    /// Where a blob is in a pack that the catalog knows. A damaged pack is passed over when another has the blob too.
    private func locateKnown(_ digest: Digest, in view: CatalogView) throws -> BlobPlace? {
        var damage: (any Error)?
        for candidate in try view.packedObjects(digest) {
            do {
                if let place = try place(of: digest, candidate) { return place }
            } catch let error as StemmaError where error.code == .corrupt {
                damage = damage ?? error
            }
        }
        if let damage { throw damage }
        return nil
    }

    private func place(of digest: Digest, _ candidate: CatalogView.PackedObject) throws -> BlobPlace? {
        guard let blob = candidate.blob else {
            guard let pack = try openPack(candidate.pack), candidate.row < pack.count else { return nil }
            let entry = try pack.entry(at: candidate.row)
            return entry.digest == digest ? .here(.pack(name: candidate.pack, entry: entry)) : nil
        }
        guard let id = ObjectID(bytes: blob) else { return nil }
        do {
            let pack = try gitPacks.pack(candidate.pack) {
                try self.repository.readBlob(id, limit: Self.largestPack)
            }
            return try pack.find(digest).map {
                .history(CommittedBlob(digest: digest, source: .pack(pack, $0)))
            }
        } catch let error as StemmaError where error.code == .objectMissing {
            // Git has pruned the commit that had it.
            return nil
        }
    }

    /// A pack of the work tree; `nil` when it went away since the last look.
    private func openPack(_ name: Digest) throws -> PackReader? {
        do {
            return try objects.pack(name)
        } catch let error as StemmaError where error.code == .fileNotFound {
            return nil
        }
    }

    /// Opens a blob for reading in pieces. A pack that is damaged is passed over where another place, or git's copy of
    /// the pack, has the blob. Throws what `missing` says when it is nowhere, and `.corrupt` when all there is is damaged.
    func openBlob(
        _ digest: Digest, size: Int? = nil, in view: CatalogView, missing: StemmaError
    ) throws -> BlobReader {
        var damage: StemmaError?
        if let reader = try openPacked(digest, size: size, in: view, &damage) { return reader }
        do {
            // What packs have is known to be damaged by now.
            let place = try damage == nil ? locate(digest, in: view) : locateFile(digest, in: view)
            if let place { return try content(of: digest, at: place, size: size) }
            if damage != nil, !isTransacting, try searchHistory(),
                let reader = try openPacked(digest, size: size, in: catalog.freshView(), &damage)
            {
                return reader
            }
            throw missing
        } catch {
            throw damage ?? error
        }
    }

    /// Opens a blob in the first pack that has it undamaged; then in git's copy of one that has it damaged.
    ///
    /// - Parameter damage: what is wrong with the first that is passed over.
    private func openPacked(
        _ digest: Digest, size: Int?, in view: CatalogView, _ damage: inout StemmaError?
    ) throws -> BlobReader? {
        var damaged: [(pack: Digest, error: StemmaError)] = []
        defer { damage = damage ?? damaged.first?.error }
        for candidate in try view.packedObjects(digest) {
            do {
                guard let place = try place(of: digest, candidate) else { continue }
                return try content(of: digest, at: place, size: size)
            } catch let error as StemmaError where error.code == .corrupt {
                damaged.append((candidate.pack, error))
            }
        }
        for (name, error) in damaged {
            guard let pack = try? committedPack(name), let entry = try? pack.find(digest),
                let reader = try? reader(
                    CommittedBlob(digest: digest, source: .pack(pack, entry)), size: size)
            else { continue }
            options.report?(.damagePassedOver(cause: error))
            return reader
        }
        return nil
    }

    private func content(of digest: Digest, at place: BlobPlace, size: Int?) throws -> BlobReader {
        switch place {
        case .here(.pack(let name, let entry)):
            let path = objects.packPath(name)
            if let size, size != Int(entry.size) {
                throw StemmaError.otherSize(path, digest, size, Int(entry.size))
            }
            return BlobReader(content: try objects.pack(name).read(entry), digest: digest, path: path)
        case .here(let location): return try objects.reader(digest, at: location, size: size)
        case .history(let blob): return try reader(blob, size: size)
        }
    }

    /// Git's copy of a pack that HEAD has.
    private func committedPack(_ name: Digest) throws -> PackReader? {
        guard let head = try repository.head().commit,
            let item = try repository.item(of: head, at: gitPath("\(StorePaths.packsFolder)/\(name).zst"))
        else { return nil }
        return try gitPacks.pack(name) { try repository.readBlob(item.id, limit: Self.largestPack) }
    }

    /// Reads a blob that is small by nature: a lineage record, a function record, a constant.
    func readMetadata(_ digest: Digest, in view: CatalogView) throws -> [UInt8] {
        try openBlob(digest, in: view, missing: .objectMissing(digest, in: paths.objects))
            .readAll(limit: Self.largestMetadata)
    }

    /// A lineage record, function record or constant, wherever in this clone it stands.
    ///
    /// Throws `.objectMissing` and `.corrupt`.
    package func metadata(_ digest: Digest) throws -> [UInt8] {
        try read { try readMetadata(digest, in: $0) }
    }
}

extension StemmaError {
    static func otherSize(_ path: String, _ digest: Digest, _ expected: Int, _ found: Int) -> StemmaError {
        StemmaError(
            .corrupt, "\(path): blob \(digest) has \(found) bytes, and a record says \(expected)",
            fields: [
                "path": path, "digest": digest.hex, "expected": String(expected), "found": String(found),
            ])
    }
}
