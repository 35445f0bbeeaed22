/// Writes a blob piece by piece in constant memory, to a temporary file.
///
/// Not to be used by two threads at once.
package final class BlobWriter {
    /// Above this size another thread compresses while the caller's reads and computes the digest.
    private static let threadedSize = 32 << 20

    private let tracked: LooseObjects
    private let large: LooseObjects
    private let largestTracked: Int
    private let level: Int
    private let stated: Int?
    private let source: String

    private let context = DigestContext()
    private var compressor: Compressor?
    /// The frame, or the plain bytes as long as their number is not known.
    private var file: OpenFile
    private var size = 0
    private var result: (digest: Digest, size: Int)?
    private var hasFile = true

    /// Starts a blob.
    ///
    /// - Parameters:
    ///   - size: the number of bytes to come, which the head of the frame states; when it is not known, the
    ///     bytes are first written as they are and compressed at the end.
    ///   - source: what errors call the place that the bytes come from.
    init(
        tracked: LooseObjects, large: LooseObjects, largestTracked: Int, size: Int?, level: Int,
        source: String
    ) throws {
        self.tracked = tracked
        self.large = large
        self.largestTracked = largestTracked
        self.level = level
        self.source = source
        stated = size
        if let size { compressor = try Self.compressor(level: level, size: size) }
        file = try FileSystem.createTemporary(in: tracked.temporaryDirectory)
    }

    deinit {
        if hasFile { _ = try? FileSystem.remove(file.path) }
    }

    private static func compressor(level: Int, size: Int) throws -> Compressor {
        let compressor = try Compressor(level: level, workers: size >= threadedSize ? 1 : 0)
        try compressor.begin(size: UInt64(size))
        return compressor
    }
}

extension BlobWriter {
    /// Takes in more bytes.
    ///
    /// - Throws: `.sizeChanged` as soon as there are more than were said to come; `.diskFull` or `.system`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        if let stated, bytes.count > stated - size {
            throw StemmaError.sizeChanged(
                source, expected: UInt64(stated), found: UInt64(size) + UInt64(bytes.count))
        }
        context.update(bytes)
        size += bytes.count
        if let compressor {
            try compressor.write(bytes) { try file.write($0) }
        } else {
            try file.write(bytes)
        }
    }

    /// Takes in more bytes.
    package func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Takes in what is left of an open file.
    ///
    /// - Parameter inspect: sees each piece before it is written, to check the content on the way.
    package func write(
        contentsOf other: OpenFile, inspect: (UnsafeRawBufferPointer) throws -> Void = { _ in }
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let count = try other.read(into: buffer)
            if count == 0 { return }
            let piece = UnsafeRawBufferPointer(rebasing: buffer.prefix(count))
            try inspect(piece)
            try write(piece)
        }
    }

    /// Ends the blob; it is still not to be seen in the store.
    ///
    /// - Returns: its digest and size; the same again when called again.
    /// - Throws: `.sizeChanged` when fewer bytes came than were said to; `.diskFull` or `.system`.
    package func finish() throws -> (digest: Digest, size: Int) {
        if let result { return result }
        if let stated, stated != size {
            throw StemmaError.sizeChanged(source, expected: UInt64(stated), found: UInt64(size))
        }
        if let compressor {
            try compressor.end { try file.write($0) }
        } else {
            try compressSpooled()
        }
        compressor = nil
        let finished = (context.finish(), size)
        result = finished
        return finished
    }

    private func compressSpooled() throws {
        let plain = file
        let frame = try FileSystem.createTemporary(in: tracked.temporaryDirectory)
        do {
            let compressor = try Self.compressor(level: level, size: size)
            try plain.seek(to: 0)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
            defer { buffer.deallocate() }
            while true {
                let count = try plain.read(into: buffer)
                if count == 0 { break }
                try compressor.write(UnsafeRawBufferPointer(rebasing: buffer.prefix(count))) {
                    try frame.write($0)
                }
            }
            try compressor.end { try frame.write($0) }
        } catch {
            _ = try? FileSystem.remove(frame.path)
            throw error
        }
        file = frame
        _ = try? FileSystem.remove(plain.path)
    }

    /// Ends the blob and closes its file; the writer has nothing to do with it any more.
    ///
    /// - Parameter synchronize: whether the file is on the device when this returns.
    /// - Throws: as `finish` does.
    package func stage(synchronize: Bool) throws -> StagedBlob {
        let (digest, size) = try finish()
        if synchronize { try file.synchronize() }
        try file.close()
        let staged = StagedBlob(
            digest: digest, size: size, temporary: file.path, place: size > largestTracked ? large : tracked,
            isLarge: size > largestTracked)
        hasFile = false
        return staged
    }

    /// Removes the temporary file; the blob cannot be staged any more.
    package func abort() {
        guard hasFile else { return }
        hasFile = false
        _ = try? FileSystem.remove(file.path)
    }
}
