/// The object area of a store: loose blobs, packs, and blobs that git does not track.
///
/// Used under the caller's lock where it changes something. Not to be used by two threads at once.
package final class ObjectStore {
    /// The packs that are open at a time; each has a file descriptor and its table in memory.
    private static let openPackLimit = 64

    /// The store's directory.
    package let root: String
    /// `objects/`
    package let loose: LooseObjects
    /// `large/`
    package let large: LooseObjects
    /// `objects/packs`
    package let packDirectory: String
    /// `local/tmp`
    package let temporaryDirectory: String

    private var packs: [Digest: (reader: PackReader, used: Int)] = [:]
    private var uses = 0
    private lazy var compressor = Result { try Compressor() }

    /// Makes no file and reads none.
    package init(root: String) {
        self.root = root
        temporaryDirectory = "\(root)/local/tmp"
        packDirectory = "\(root)/objects/packs"
        loose = LooseObjects(root: "\(root)/objects", temporaryDirectory: temporaryDirectory)
        large = LooseObjects(root: "\(root)/large", temporaryDirectory: temporaryDirectory)
    }
}

// MARK: - Packs

extension ObjectStore {
    /// The names of the packs in the work tree, sorted; files with other names are passed over.
    package func packNames() throws -> [Digest] {
        guard try FileSystem.status(packDirectory, followLinks: true)?.kind == .directory else { return [] }
        return try FileSystem.list(packDirectory).compactMap { entry in
            entry.name.hasSuffix(".zst") ? Digest(hex: entry.name.dropLast(4)) : nil
        }
    }

    /// The path that a pack has, whether it is there or not.
    package func packPath(_ name: Digest) -> String { "\(packDirectory)/\(name).zst" }

    /// A pack of the work tree, which stays open for the next call.
    ///
    /// - Throws: `.fileNotFound` when it is not there; `.corrupt` when its table is damaged.
    package func pack(_ name: Digest) throws -> PackReader {
        uses += 1
        if let known = packs[name] {
            packs[name] = (known.reader, uses)
            return known.reader
        }
        let reader = try PackReader(path: packPath(name), readingTable: false)
        if packs.count >= Self.openPackLimit, let oldest = packs.min(by: { $0.value.used < $1.value.used }) {
            packs[oldest.key] = nil
        }
        packs[name] = (reader, uses)
        return reader
    }

    /// A pack that was just written, perhaps over a damaged one that is still open.
    package func pack(_ finished: FinishedPack) throws -> PackReader {
        packs[finished.name] = nil
        return try pack(finished.name)
    }

    /// A writer whose packs are to be finished into `packDirectory`.
    package func packWriter(level: Int = Compressor.defaultLevel) throws -> PackWriter {
        try PackWriter(temporaryDirectory: temporaryDirectory, level: level)
    }

    /// Removes a pack from the work tree.
    ///
    /// - Returns: false when it was not there.
    @discardableResult
    package func removePack(_ name: Digest) throws -> Bool {
        packs[name] = nil
        return try FileSystem.remove(packPath(name))
    }
}

// MARK: - Reading

extension ObjectStore {
    /// Where the blob is in the work tree; nil when it is nowhere. Opens every pack if it must: an index of
    /// all digests answers faster.
    package func locate(_ digest: Digest) throws -> ObjectLocation? {
        for name in try packNames() {
            if let entry = try pack(name).find(digest) { return .pack(name: name, entry: entry) }
        }
        if try loose.contains(digest) { return .loose(path: loose.path(of: digest)) }
        if try large.contains(digest) { return .large(path: large.path(of: digest)) }
        return nil
    }

    /// The bytes of a blob, verified.
    ///
    /// - Throws: `.tooLarge` above `limit` bytes, before they are read; `.objectMissing` when the file that the
    ///   location names is not there; `.corrupt`.
    package func read(_ digest: Digest, at location: ObjectLocation, limit: Int) throws -> [UInt8] {
        try reader(digest, at: location, limit: limit).readAll(limit: limit)
    }

    /// Opens a blob for reading piece by piece, in constant memory (at most 16 MiB, when it is in a pack).
    ///
    /// - Throws: as `read` does.
    package func reader(
        _ digest: Digest, at location: ObjectLocation, size: Int? = nil, limit: Int = .max
    ) throws -> BlobReader {
        switch location {
        case .pack(let name, let entry):
            let path = packPath(name)
            if entry.digest != digest { throw StemmaError.objectMissing(digest, in: path) }
            if let size, size != Int(entry.size) {
                throw StemmaError.corrupt(
                    path, "blob \(digest) has another size", expected: String(size), found: String(entry.size)
                )
            }
            if Int(entry.size) > limit {
                throw StemmaError.tooLarge(path, limit: limit, found: UInt64(entry.size))
            }
            let content = try naming(digest, path) { try pack(name).read(entry, verify: false) }
            return BlobReader(content: content, digest: digest, path: path)
        case .loose(let path), .large(let path):
            return try naming(digest, path) { try BlobReader(path: path, digest: digest, size: size) }
        }
    }

    /// A file that is gone is a missing object to whoever asked for the object.
    private func naming<T>(_ digest: Digest, _ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as StemmaError where error.code == .fileNotFound {
            throw StemmaError.objectMissing(digest, in: path)
        }
    }
}

// MARK: - Writing

extension ObjectStore {
    /// Writes a blob to a file of its own under `objects/`.
    ///
    /// - Returns: false when an intact file was there.
    /// - Throws: `.diskFull`, `.permissionDenied` or `.system`; nothing is to be seen in the store then.
    @discardableResult
    package func putLoose(_ digest: Digest, _ bytes: [UInt8], synchronize: Bool) throws -> Bool {
        try loose.put(digest, bytes, with: try compressor.get(), synchronize: synchronize)
    }

    /// Starts a blob that is written piece by piece.
    ///
    /// - Parameters:
    ///   - size: the number of bytes to come, if it is known; that saves writing them twice.
    ///   - largestTracked: above this number of bytes the blob goes to `large/`.
    ///   - source: what errors call the place that the bytes come from.
    package func blobWriter(
        size: Int?, largestTracked: Int, level: Int = Compressor.defaultLevel, source: String = "the input"
    ) throws -> BlobWriter {
        try BlobWriter(
            tracked: loose, large: large, largestTracked: largestTracked, size: size, level: level,
            source: source)
    }

    /// A frame that was made elsewhere, and read, as a blob to be put in its place.
    package func stage(
        frame: [UInt8], _ digest: Digest, size: Int, synchronize: Bool
    ) throws -> StagedBlob {
        let file = try FileSystem.createTemporary(in: temporaryDirectory)
        let staged = StagedBlob(
            digest: digest, size: size, temporary: file.path, place: loose, isLarge: false)
        try file.write(frame)
        if synchronize { try file.synchronize() }
        try file.close()
        return staged
    }

    /// Removes temporary files that nothing has written to for `age` seconds.
    ///
    /// - Returns: how many were removed.
    @discardableResult
    package func removeTemporaries(olderThan age: Double) throws -> Int {
        try FileSystem.removeTemporaries(in: temporaryDirectory, olderThan: age)
    }
}
