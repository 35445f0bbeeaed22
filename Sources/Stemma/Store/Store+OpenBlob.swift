import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

extension Store {
    /// A blob in a file of its own up to this size is read as a whole, as those of packs are: what is damaged is known
    /// before the first byte is handed over.
    private static let readAtOnce = 16 << 20

    /// Opens a blob for reading in pieces. What is damaged, a pack or a file, is passed over where another place, or git's
    /// copy of it, has the blob. Throws what `missing` says when it is nowhere, and `.corrupt` when all there is is damaged.
    ///
    /// - Parameter tells: whether `StoreOptions.report` is told of what git's copy was read for.
    func openBlob(
        _ digest: Digest, size: Int? = nil, in view: CatalogView, missing: StemmaError, tells: Bool = true
    ) throws -> BlobReader {
        var damage: StemmaError?
        var found = try openKnown(digest, size: size, in: view, &damage)
        if found == nil, !isTransacting, try searchHistory() {
            found = try openKnown(digest, size: size, in: catalog.freshView(), &damage)
        }
        guard let (reader, isHere) = found else { throw damage ?? missing }
        if tells, !isHere, let damage { options.report?(.damagePassedOver(cause: damage)) }
        return reader
    }

    /// - Parameter damage: what is wrong with the first place that is passed over.
    /// - Returns: a reader, and whether it reads from the work tree.
    private func openKnown(
        _ digest: Digest, size: Int?, in view: CatalogView, _ damage: inout StemmaError?
    ) throws -> (BlobReader, isHere: Bool)? {
        var damaged: [Digest] = []
        if let found = try openPacked(digest, size: size, in: view, &damage, &damaged) { return found }
        if let reader = try openOwnFile(digest, size: size, in: view, &damage) { return (reader, true) }
        for name in damaged {
            guard let pack = try? committedPack(name), let entry = try? pack.find(digest) else { continue }
            let blob = CommittedBlob(digest: digest, source: .pack(pack, entry))
            if let reader = try? reader(blob, size: size) { return (reader, false) }
        }
        return try openCommittedFile(digest, size: size, in: view, isLastHope: damage == nil).map {
            ($0, false)
        }
    }

    /// Opens a blob in the first pack that has it undamaged.
    ///
    /// - Parameter damaged: the packs that are passed over.
    private func openPacked(
        _ digest: Digest, size: Int?, in view: CatalogView, _ damage: inout StemmaError?,
        _ damaged: inout [Digest]
    ) throws -> (BlobReader, isHere: Bool)? {
        for candidate in try view.packedObjects(digest) {
            do {
                switch try place(of: digest, candidate) {
                case .here(.pack(let name, let entry)):
                    let path = objects.packPath(name)
                    if let size, size != Int(entry.size) {
                        throw StemmaError.otherSize(path, digest, size, Int(entry.size))
                    }
                    let content = try objects.pack(name).read(entry)
                    return (BlobReader(content: content, digest: digest, path: path), true)
                case .here(let location):
                    return (try objects.reader(digest, at: location, size: size), true)
                case .history(let blob): return (try reader(blob, size: size), false)
                case nil: continue
                }
            } catch let error as StemmaError where error.code == .corrupt {
                damage = damage ?? error
                damaged.append(candidate.pack)
            }
        }
        return nil
    }

    /// Opens a blob in the first file of its own that has it undamaged.
    private func openOwnFile(
        _ digest: Digest, size: Int?, in view: CatalogView, _ damage: inout StemmaError?
    ) throws -> BlobReader? {
        let files = try ownFiles(digest)
        for (index, file) in files.enumerated() {
            do {
                let reader = try objects.reader(digest, at: file, size: size)
                if reader.size <= Self.readAtOnce {
                    return BlobReader(
                        content: try reader.readAll(limit: Self.readAtOnce), digest: digest,
                        path: reader.path)
                }
                // Read twice, where something can be done about damage.
                let isLast = index == files.count - 1
                if try isLast && committedFiles(digest, in: view).isEmpty { return reader }
                try reader.readToEnd()
                return try objects.reader(digest, at: file, size: size)
            } catch let error as StemmaError where error.isDamageOrAbsence {
                // One that went away meanwhile is no damage.
                if error.code == .corrupt { damage = damage ?? error }
            }
        }
        return nil
    }

    /// Opens a blob in the first of git's files that has it undamaged.
    private func openCommittedFile(
        _ digest: Digest, size: Int?, in view: CatalogView, isLastHope: Bool
    ) throws -> BlobReader? {
        let files = try committedFiles(digest, in: view)
        if isLastHope, files.count == 1 { return try reader(files[0], size: size) }
        var damage: StemmaError?
        for file in files {
            do {
                try reader(file, size: size).readToEnd()
                return try reader(file, size: size)
            } catch let error as StemmaError where error.isDamageOrAbsence {
                if error.code == .corrupt { damage = damage ?? error }
            }
        }
        // All of them are, and there is nothing else.
        if isLastHope, let damage { throw damage }
        return nil
    }

    /// Git's copy of a pack that HEAD has.
    func committedPack(_ name: Digest) throws -> PackReader? {
        guard let item = try headItem("\(StorePaths.packsFolder)/\(name).zst") else { return nil }
        return try gitPacks.pack(name) { try repository.readBlob(item.id, limit: Self.largestPack) }
    }

    /// A file of the store that HEAD has.
    func headItem(_ path: String) throws -> TreeItem? {
        guard let head = try repository.head().commit,
            let item = try repository.item(of: head, at: gitPath(path)), item.kind == .blob
        else { return nil }
        return item
    }

    /// Git's copies of a blob that is a file of its own: HEAD's, and that of a commit that history was searched for.
    func committedFiles(_ digest: Digest, in view: CatalogView) throws -> [CommittedBlob] {
        // Where git may not be used there is the work tree alone.
        guard let repository = try? repository else { return [] }
        var ids: [ObjectID] = []
        if let item = try headItem(paths.relative(objects.loose.path(of: digest))) { ids.append(item.id) }
        if let known = try view.committedFile(digest).flatMap({ ObjectID(bytes: $0) }), !ids.contains(known) {
            ids.append(known)
        }
        return ids.filter { repository.contains($0) }.map {
            CommittedBlob(digest: digest, source: .file($0))
        }
    }
}
