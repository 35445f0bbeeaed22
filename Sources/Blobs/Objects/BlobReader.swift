/// Reads a blob piece by piece in constant memory, and checks digest and size before it gives the last piece.
///
/// Not to be used by two threads at once.
package final class BlobReader {
    /// Where the bytes come from.
    private enum Source {
        case content([UInt8])
        case file(OpenFile)
        case frame([UInt8])
    }

    /// The digest of the bytes.
    package let digest: Digest
    /// The number of bytes of the blob.
    package let size: Int
    /// What errors call the blob: the path of its file or of its pack.
    package let path: String

    private let source: Source
    private let context = DigestContext()
    private var decompressor: Decompressor?
    /// The part of the frame that was read and not yet decompressed.
    private var piece: [UInt8]
    private var pieceEnd = 0
    private var position = 0
    private var delivered = 0
    private var hasEnded = false
    private var isVerified = false

    private static let pieceSize = 256 << 10

    private init(
        _ source: Source, digest: Digest, size: Int, path: String, decompressor: Decompressor?,
        piece: [UInt8],
        pieceEnd: Int
    ) {
        self.source = source
        self.digest = digest
        self.size = size
        self.path = path
        self.decompressor = decompressor
        self.piece = piece
        self.pieceEnd = pieceEnd
    }

    /// Reads a file that holds one frame.
    ///
    /// - Parameter size: what is known of the blob's size from elsewhere.
    /// - Throws: `.fileNotFound`; `.corrupt` when the frame states no size or another one.
    package convenience init(path: String, digest: Digest, size: Int? = nil) throws {
        let file = try OpenFile(path)
        let available = UInt64(clamping: try file.status().size)
        var piece = [UInt8](repeating: 0, count: Int(min(available + 1, UInt64(Self.pieceSize))))
        let count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
        let stated = try Self.statedSize(piece[..<count], available: available, expected: size, path: path)
        self.init(
            .file(file), digest: digest, size: stated, path: path, decompressor: try Decompressor(),
            piece: piece,
            pieceEnd: count)
    }

    /// Reads a frame that is in memory, such as a loose object that git has.
    package convenience init(frame: [UInt8], digest: Digest, size: Int? = nil, path: String) throws {
        let stated = try Self.statedSize(
            frame[...], available: UInt64(frame.count), expected: size, path: path)
        self.init(
            .frame(frame), digest: digest, size: stated, path: path, decompressor: try Decompressor(),
            piece: frame,
            pieceEnd: frame.count)
    }

    /// Reads bytes that are in memory, such as a blob of a pack.
    package convenience init(content: [UInt8], digest: Digest, path: String) {
        self.init(
            .content(content), digest: digest, size: content.count, path: path, decompressor: nil, piece: [],
            pieceEnd: 0)
    }

    private static func statedSize(
        _ header: ArraySlice<UInt8>, available: UInt64, expected: Int?, path: String
    ) throws -> Int {
        let stated = try header.withUnsafeBytes {
            try ZstdFrame.contentSize($0, available: available, path: path)
        }
        if let expected, stated != UInt64(expected) {
            throw StemmaError.corrupt(
                path, "wrong content size", expected: String(expected), found: String(stated))
        }
        return Int(clamping: stated)
    }
}

extension BlobReader {
    /// Reads on from where the last read stopped.
    ///
    /// - Returns: the number of bytes read; 0 only at the end, or when `target` is empty.
    /// - Throws: `.corrupt` when the bytes end early, go on for too long, or have another digest; always before
    ///   the last piece is returned.
    package func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        let room = UnsafeMutableRawBufferPointer(rebasing: target.prefix(size - delivered))
        let filled = room.isEmpty ? 0 : try fill(room)
        context.update(UnsafeRawBufferPointer(rebasing: room.prefix(filled)))
        delivered += filled
        if delivered == size, !isVerified { try verify() }
        return filled
    }

    /// All of the bytes that are left.
    ///
    /// - Throws: `.tooLarge` when they are more than `limit`, before anything is read.
    package func readAll(limit: Int) throws -> [UInt8] {
        let left = size - delivered
        if left > limit { throw StemmaError.tooLarge(path, limit: limit, found: UInt64(left)) }
        // Before the array is made, so that the check at the end happens for an empty blob too.
        return try [UInt8](unsafeUninitializedCapacity: left) { storage, count in
            let target = UnsafeMutableRawBufferPointer(storage)
            repeat {
                count += try read(into: UnsafeMutableRawBufferPointer(rebasing: target[count..<left]))
            } while count < left
        }
    }

    /// Reads all that is left and keeps nothing of it: an error says that the blob is damaged.
    ///
    /// - Throws: as `read(into:)` does.
    package func readToEnd() throws {
        try withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 16) { buffer in
            while try read(into: buffer) > 0 {}
        }
    }

    /// At least one byte of the content.
    private func fill(_ room: UnsafeMutableRawBufferPointer) throws -> Int {
        if case .content(let content) = source {
            let count = min(room.count, content.count - delivered)
            content.withUnsafeBytes {
                room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[delivered..<delivered + count]))
            }
            return count
        }
        while !hasEnded {
            let filled = try step(into: room)
            if filled > 0 { return filled }
        }
        throw StemmaError.corrupt(
            path, "its content ends early", expected: "\(size) bytes", found: String(delivered))
    }

    private func step(into room: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let decompressor else { return 0 }
        if position == pieceEnd { try refill() }
        let result = try piece.withUnsafeBytes {
            try decompressor.step(
                UnsafeRawBufferPointer(rebasing: $0[position..<pieceEnd]), into: room, path: path)
        }
        position += result.taken
        hasEnded = result.ended
        return result.filled
    }

    private func refill() throws {
        var count = 0
        if case .file(let file) = source {
            count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
        }
        if count == 0 {
            throw StemmaError.corrupt(
                path, "it is cut off", expected: "\(size) bytes of content", found: String(delivered))
        }
        position = 0
        pieceEnd = count
    }

    /// Reads the end of the frame, in which its checksum is, and compares the digest.
    private func verify() throws {
        if decompressor != nil {
            try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { probe in
                while !hasEnded {
                    if try step(into: probe) > 0 {
                        throw StemmaError.corrupt(
                            path, "its content is longer than the frame states", expected: "\(size) bytes")
                    }
                }
            }
            let rest = try bytesAfterFrame()
            if rest > 0 {
                throw StemmaError.corrupt(path, "bytes after the zstd frame", found: "\(rest) bytes")
            }
        }
        let found = context.finish()
        if found != digest { throw StemmaError.wrongDigest(path, expected: digest, found: found) }
        isVerified = true
        decompressor = nil
    }

    private func bytesAfterFrame() throws -> Int {
        if position < pieceEnd { return pieceEnd - position }
        guard case .file(let file) = source else { return 0 }
        return try piece.withUnsafeMutableBytes { try file.read(into: $0) }
    }
}
