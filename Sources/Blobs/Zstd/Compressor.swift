internal import CZstd

/// Makes zstd frames with content size and checksum, one after another with one context.
package final class Compressor {
    /// The level that is used when nobody asks for another: the fastest, for data that is mostly numbers.
    package static let defaultLevel = 1

    private let context: OpaquePointer
    /// Of a stream in progress: bytes that zstd gave and nobody took yet.
    private lazy var output = ByteBuffer(capacity: ZSTD_CStreamOutSize())
    /// Of a stream in progress: bytes that are still to come.
    private var missing: UInt64 = 0

    /// Makes a compressor.
    ///
    /// - Parameters:
    ///   - level: 1 to 22; what is outside is brought inside.
    ///   - workers: threads that help with one large frame; 0 compresses on the caller's.
    /// - Throws: `.system` when there is no memory for it.
    package init(level: Int = defaultLevel, workers: Int = 0) throws {
        guard let context = ZSTD_createCCtx() else {
            throw StemmaError.compression("compress", "out of memory")
        }
        self.context = context
        let level = Int32(clamping: min(max(level, 1), 22))
        try set(ZSTD_c_compressionLevel, level)
        try set(ZSTD_c_contentSizeFlag, 1)
        try set(ZSTD_c_checksumFlag, 1)
        // Only the levels above 19 have larger windows; setting it for the others would make theirs larger.
        if level > 19 { try set(ZSTD_c_windowLog, ZstdFrame.windowLogLimit) }
        // A libzstd built without threads refuses, and compresses on the caller's thread: the same frame.
        if workers > 0 { ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, Int32(clamping: workers)) }
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    private func set(_ parameter: ZSTD_cParameter, _ value: Int32) throws {
        try check(ZSTD_CCtx_setParameter(context, parameter, value))
    }

    @discardableResult
    private func check(_ status: Int) throws -> Int {
        if ZSTD_isError(status) != 0 {
            throw StemmaError.compression("compress", ZstdFrame.reason(status))
        }
        return status
    }
}

// MARK: - In memory

extension Compressor {
    /// The frame of `bytes`.
    package func compress(_ bytes: UnsafeRawBufferPointer) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { storage, count in
            count = try compress(bytes, into: UnsafeMutableRawBufferPointer(storage))
        }
    }

    /// The frame of `bytes`.
    package func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        try bytes.withUnsafeBytes { try compress($0) }
    }

    /// Appends the frame of `bytes` to `buffer`.
    package func compress(_ bytes: UnsafeRawBufferPointer, appendingTo buffer: ByteBuffer) throws {
        try buffer.append(upTo: ZSTD_compressBound(bytes.count)) { try compress(bytes, into: $0) }
    }

    private func compress(
        _ bytes: UnsafeRawBufferPointer, into storage: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        try check(
            ZSTD_compress2(context, storage.baseAddress, storage.count, bytes.baseAddress, bytes.count))
    }
}

// MARK: - As a stream

extension Compressor {
    /// Starts a frame whose content will have `size` bytes.
    package func begin(size: UInt64) throws {
        try check(ZSTD_CCtx_reset(context, ZSTD_reset_session_only))
        try check(ZSTD_CCtx_setPledgedSrcSize(context, size))
        missing = size
    }

    /// Takes in more content and gives to `sink` what is ready of the frame.
    ///
    /// - Throws: `.system` when that is more than `begin` was told.
    package func write(
        _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard UInt64(bytes.count) <= missing else { throw Self.wrongSize }
        missing -= UInt64(bytes.count)
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while input.pos < input.size { _ = try step(&input, ZSTD_e_continue, sink) }
    }

    /// Ends the frame and gives what is left of it to `sink`.
    ///
    /// - Throws: `.system` when the content was less than `begin` was told.
    package func end(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        // zstd does not say so itself when nothing came at all.
        guard missing == 0 else { throw Self.wrongSize }
        var input = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        while try step(&input, ZSTD_e_end, sink) != 0 {}
    }

    private static var wrongSize: StemmaError {
        .compression("compress", "the content has not the size that was stated for it")
    }

    private func step(
        _ input: inout ZSTD_inBuffer, _ directive: ZSTD_EndDirective,
        _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        output.removeAll()
        var left = 0
        try output.append(upTo: ZSTD_CStreamOutSize()) { storage in
            var target = ZSTD_outBuffer(dst: storage.baseAddress, size: storage.count, pos: 0)
            left = try check(ZSTD_compressStream2(context, &target, &input, directive))
            return target.pos
        }
        if !output.isEmpty { try sink(output.bytes) }
        return left
    }
}
