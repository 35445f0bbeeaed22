/// A pack that is being written to a temporary file.
///
/// Knows frames and bytes; which blob is where is the writer's to know.
final class PackFile {
    /// What is written at a time: large enough that the number of calls does not show.
    private static let pieceSize = 256 << 10

    private let file: OpenFile
    private let digest = DigestContext()
    private let pending = ByteBuffer(capacity: pieceSize * 2)
    private var written: UInt64 = 0
    private(set) var isSealed = false

    var path: String { file.path }
    /// The bytes of the pack so far.
    var size: UInt64 { written + UInt64(pending.count) }

    init(in directory: String) throws {
        file = try FileSystem.createTemporary(in: directory)
    }

    /// Adds a frame.
    ///
    /// - Returns: where it starts.
    func append(_ frame: UnsafeRawBufferPointer) throws -> UInt64 {
        let offset = size
        pending.append(frame)
        if pending.count >= Self.pieceSize { try flush() }
        return offset
    }

    /// A frame that was added.
    func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        if offset >= written {
            let start = Int(offset - written)
            return Array(pending.bytes[start..<start + count])
        }
        // Pieces end between frames, so a frame is never half written.
        return try file.read(at: offset, count: count)
    }

    /// Writes the table and the rest of the file; nothing can be added after that.
    ///
    /// - Returns: the digest of the file, which is its name.
    func seal(_ entries: [PackEntry]) throws -> Digest {
        PackTable.append(entries, start: size, to: pending)
        try flush()
        isSealed = true
        return digest.finish()
    }

    func synchronize() throws { try file.synchronize() }

    /// Puts the sealed file in its place.
    func move(to path: String) throws {
        try file.close()
        try FileSystem.rename(file.path, to: path)
    }

    /// Removes the temporary file; it is no harm if it stays.
    func discard() {
        _ = try? FileSystem.remove(file.path)
    }

    private func flush() throws {
        digest.update(pending.bytes)
        try file.write(pending.bytes)
        written += UInt64(pending.count)
        pending.removeAll()
    }
}
