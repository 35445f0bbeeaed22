internal import CZstd

/// Reads zstd frames, one after another with one context, never past the size that is stated for them.
package final class Decompressor {
    private let context: OpaquePointer

    /// Makes a decompressor that refuses windows above 8 MiB.
    ///
    /// - Throws: `.system` when there is no memory for it.
    package init() throws {
        guard let context = ZSTD_createDCtx() else {
            throw StemmaError.compression("decompress", "out of memory")
        }
        self.context = context
        let status = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZstdFrame.windowLogLimit)
        if ZSTD_isError(status) != 0 {
            throw StemmaError.compression("decompress", ZstdFrame.reason(status))
        }
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    /// The content of one whole frame.
    ///
    /// - Parameter path: what an error calls the frame.
    /// - Throws: `.corrupt` when the frame does not state exactly `expectedSize` bytes, holds more or fewer, or
    ///   is followed by anything. No memory is taken before the stated size was compared.
    package func decompress(
        _ frame: UnsafeRawBufferPointer, expectedSize: Int, path: String
    ) throws -> [UInt8] {
        let stated = try ZstdFrame.contentSize(frame, available: UInt64(frame.count), path: path)
        guard stated == UInt64(expectedSize) else {
            throw StemmaError.corrupt(
                path, "wrong content size", expected: String(expectedSize), found: String(stated))
        }
        let length = try ZstdFrame.length(frame, path: path)
        guard length == frame.count else {
            throw StemmaError.corrupt(
                path, "bytes after the zstd frame", expected: "\(length) bytes", found: String(frame.count))
        }
        return try [UInt8](unsafeUninitializedCapacity: expectedSize) { storage, count in
            let status = ZSTD_decompressDCtx(
                context, storage.baseAddress, expectedSize, frame.baseAddress, frame.count)
            if ZSTD_isError(status) != 0 { throw StemmaError.corrupt(path, ZstdFrame.reason(status)) }
            guard status == expectedSize else {
                throw StemmaError.corrupt(
                    path, "wrong content size", expected: String(expectedSize), found: String(status))
            }
            count = status
        }
    }

    /// The content of one whole frame.
    package func decompress(_ frame: [UInt8], expectedSize: Int, path: String) throws -> [UInt8] {
        try frame.withUnsafeBytes { try decompress($0, expectedSize: expectedSize, path: path) }
    }

    /// Starts a frame that comes in pieces.
    package func begin() {
        ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    }

    /// Takes in a piece of the frame and gives as much content as fits into `target`.
    ///
    /// - Returns: how many bytes of `piece` were taken and of `target` filled, and whether the frame ended.
    /// - Throws: `.corrupt`, also when the frame asks for a window above 8 MiB.
    package func step(
        _ piece: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, path: String
    ) throws -> (taken: Int, filled: Int, ended: Bool) {
        var input = ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let status = ZSTD_decompressStream(context, &output, &input)
        if ZSTD_isError(status) != 0 { throw StemmaError.corrupt(path, ZstdFrame.reason(status)) }
        return (input.pos, output.pos, status == 0)
    }
}
