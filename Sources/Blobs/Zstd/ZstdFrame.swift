internal import CZstd

/// What can be known of a zstd frame from its header (RFC 8878).
enum ZstdFrame {
    /// The largest window a frame may ask for, as a power of two: 8 MiB, which is what stock `zstd -d` and
    /// every other decoder accept without being told to.
    static let windowLogLimit: Int32 = 23

    /// No block holds more than 128 KiB, and none is shorter than four bytes.
    private static let largestRatio: UInt64 = 32_768

    /// The content size that the header of a frame states.
    ///
    /// - Throws: `.corrupt` when this is no frame, or one that does not state its size, or states more than
    ///   `available` bytes of frame can hold.
    static func contentSize(_ header: UnsafeRawBufferPointer, available: UInt64, path: String) throws
        -> UInt64
    {
        let size = ZSTD_getFrameContentSize(header.baseAddress, header.count)
        // ZSTD_CONTENTSIZE_ERROR and ZSTD_CONTENTSIZE_UNKNOWN, which are macros that Swift does not see.
        if size == .max - 1 { throw StemmaError.corrupt(path, "not a zstd frame") }
        if size == .max { throw StemmaError.corrupt(path, "the zstd frame does not state its content size") }
        // Before memory is taken for it: a flipped bit in a size must not cost gigabytes.
        if size / largestRatio > available {
            throw StemmaError.corrupt(
                path, "the zstd frame of \(available) bytes cannot hold the content size that it states",
                found: String(size))
        }
        return size
    }

    /// The number of bytes that the frame at the start of `bytes` takes.
    static func length(_ bytes: UnsafeRawBufferPointer, path: String) throws -> Int {
        let length = ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count)
        if ZSTD_isError(length) != 0 { throw StemmaError.corrupt(path, reason(length)) }
        return length
    }

    /// What zstd says about a failure.
    static func reason(_ status: Int) -> String {
        String(cString: ZSTD_getErrorName(status)).lowercased()
    }
}
