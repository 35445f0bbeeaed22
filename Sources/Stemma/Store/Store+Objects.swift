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

    /// Where a blob is; `nil` when it is nowhere in this clone. A damaged pack is passed over when the blob is anywhere
    /// else too, and is `.corrupt` when it is not; no blob is read. Call with `state` held.
    func locate(_ digest: Digest, in view: CatalogView) throws -> BlobPlace? {
        var damage: StemmaError?
        if let place = try locateKnown(digest, in: view, &damage) { return place }
        // The view is of the moment before the search; what it found is asked of a new one.
        if !isTransacting, try searchHistory(),
            let place = try locateKnown(digest, in: catalog.freshView(), &damage)
        {
            return place
        }
        if let damage { throw damage }
        return nil
    }

    private func locateKnown(
        _ digest: Digest, in view: CatalogView, _ damage: inout StemmaError?
    ) throws -> BlobPlace? {
        var damaged: [Digest] = []
        for candidate in try view.packedObjects(digest) {
            do {
                if let place = try place(of: digest, candidate) { return place }
            } catch let error as StemmaError where error.code == .corrupt {
                damage = damage ?? error
                damaged.append(candidate.pack)
            }
        }
        if let file = try ownFiles(digest).first { return .here(file) }
        for name in damaged {
            guard let pack = try? committedPack(name), let entry = try? pack.find(digest) else { continue }
            return .history(CommittedBlob(digest: digest, source: .pack(pack, entry)))
        }
        return try committedFiles(digest, in: view).first.map { .history($0) }
    }

    /// The files of its own that a blob has, in this work tree or, untracked, in another one of the repository.
    func ownFiles(_ digest: Digest) throws -> [ObjectLocation] {
        var found: [ObjectLocation] = []
        if try objects.loose.contains(digest) { found.append(.loose(path: objects.loose.path(of: digest))) }
        for large in try [objects.large] + largeOfOtherWorkTrees() where try large.contains(digest) {
            found.append(.large(path: large.path(of: digest)))
        }
        return found
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

    func place(of digest: Digest, _ candidate: CatalogView.PackedObject) throws -> BlobPlace? {
        guard let blob = candidate.blob else {
            guard let pack = try openPack(candidate.pack) else { return nil }
            let entry = try pack.entry(at: candidate.row)
            // A pack does not change: it had the blob there when the catalog took it in.
            guard entry.digest == digest else {
                throw StemmaError.corrupt(
                    pack.path, "its table has another blob in row \(candidate.row)", expected: digest.hex,
                    found: entry.digest.hex)
            }
            return .here(.pack(name: candidate.pack, entry: entry))
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
