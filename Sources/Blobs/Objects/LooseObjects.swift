/// Blobs that have a file each: `ROOT/3f/3fa9...e1.zst`, one zstd frame. `objects/` and `large/` are such.
package struct LooseObjects: Sendable {
    package let root: String
    /// Where files are written before they are moved to `root`.
    package let temporaryDirectory: String

    package init(root: String, temporaryDirectory: String) {
        self.root = root
        self.temporaryDirectory = temporaryDirectory
    }

    /// The path that the file of a blob has, whether it is there or not.
    package func path(of digest: Digest) -> String {
        let hex = digest.hex
        return "\(root)/\(hex.prefix(2))/\(hex).zst"
    }

    /// Whether there is a file for the blob; it is not read.
    package func contains(_ digest: Digest) throws -> Bool {
        guard let status = try FileSystem.status(path(of: digest), followLinks: true) else { return false }
        return status.kind == .regular && status.size > 0
    }

    /// The digests that have a file, sorted. Files with other names are passed over.
    package func all() throws -> [Digest] {
        guard try FileSystem.status(root, followLinks: true)?.kind == .directory else { return [] }
        var digests: [Digest] = []
        for folder in try FileSystem.list(root) where folder.name.utf8.count == 2 {
            guard try isDirectory(folder) else { continue }
            for file in try FileSystem.list("\(root)/\(folder.name)") where file.name.hasSuffix(".zst") {
                guard let digest = Digest(hex: file.name.dropLast(4)), digest.hex.hasPrefix(folder.name)
                else {
                    continue
                }
                digests.append(digest)
            }
        }
        return digests
    }

    private func isDirectory(_ entry: DirectoryEntry) throws -> Bool {
        if entry.kind != .symlink { return entry.kind == .directory }
        return try FileSystem.status("\(root)/\(entry.name)", followLinks: true)?.kind == .directory
    }

    /// Removes the file of a blob, and its folder when that is empty.
    ///
    /// - Returns: false when there was none.
    @discardableResult
    package func remove(_ digest: Digest) throws -> Bool {
        let path = path(of: digest)
        guard try FileSystem.remove(path) else { return false }
        try FileSystem.removeEmptyDirectory(FileSystem.parent(of: path))
        return true
    }
}

// MARK: - Reading

extension LooseObjects {
    /// Opens a blob for reading piece by piece.
    ///
    /// - Parameter size: what is known of the blob's size from elsewhere.
    /// - Throws: `.objectMissing` when there is no file; `.corrupt`.
    package func reader(_ digest: Digest, size: Int? = nil) throws -> BlobReader {
        do {
            return try BlobReader(path: path(of: digest), digest: digest, size: size)
        } catch let error as StemmaError where error.code == .fileNotFound {
            throw StemmaError.objectMissing(digest, in: root)
        }
    }

    /// The bytes of a blob, verified.
    ///
    /// - Throws: `.tooLarge` above `limit` bytes, before they are read; `.objectMissing`; `.corrupt`.
    package func read(_ digest: Digest, limit: Int) throws -> [UInt8] {
        try reader(digest).readAll(limit: limit)
    }

    /// Whether there is a file for the blob that has all of its bytes; reads it.
    package func isIntact(_ digest: Digest) throws -> Bool {
        guard try contains(digest) else { return false }
        do {
            try reader(digest).readToEnd()
            return true
        } catch let error as StemmaError where error.code == .corrupt {
            return false
        }
    }
}

// MARK: - Writing

extension LooseObjects {
    /// Writes a blob to a file of its own.
    ///
    /// - Parameters:
    ///   - digest: of `bytes`.
    ///   - synchronize: whether the file is on the device when this returns.
    /// - Returns: false when an intact file was there; a damaged one is replaced.
    /// - Throws: `.diskFull`, `.permissionDenied` or `.system`; nothing is to be seen in `root` then.
    @discardableResult
    package func put(
        _ digest: Digest, _ bytes: UnsafeRawBufferPointer, with compressor: Compressor, synchronize: Bool
    ) throws -> Bool {
        if try isIntact(digest) { return false }
        let frame = try compressor.compress(bytes)
        let file = try FileSystem.createTemporary(in: temporaryDirectory)
        do {
            try file.write(frame)
            if synchronize { try file.synchronize() }
            try file.close()
            try FileSystem.move(file.path, to: path(of: digest), synchronize: synchronize)
        } catch {
            _ = try? FileSystem.remove(file.path)
            throw error
        }
        return true
    }

    /// Writes a blob to a file of its own.
    @discardableResult
    package func put(
        _ digest: Digest, _ bytes: [UInt8], with compressor: Compressor, synchronize: Bool
    ) throws -> Bool {
        try bytes.withUnsafeBytes { try put(digest, $0, with: compressor, synchronize: synchronize) }
    }
}
