/// The SHA-256 of some bytes, which is the address of a blob.
///
/// Four big-endian words, so that `<` is the order of the bytes and a comparison needs no loop.
public struct Digest: Hashable, Sendable {
    package let word0: UInt64
    package let word1: UInt64
    package let word2: UInt64
    package let word3: UInt64

    /// The number of bytes in a digest.
    package static let byteCount = 32

    init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// Reads a digest from 32 raw bytes at any alignment.
    @inline(__always)
    init(loading bytes: UnsafeRawPointer) {
        word0 = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        word1 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        word2 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        word3 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// Makes a digest of its 32 raw bytes; nil when there are more or fewer.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount, let base = bytes.baseAddress else { return nil }
        self.init(loading: base)
    }

    /// The 32 raw bytes.
    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// Calls `body` with the 32 raw bytes, which are valid only during the call.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let words = (word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian)
        return try withUnsafeBytes(of: words, body)
    }

    /// One word is enough: the words of a SHA-256 are as good as random.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(word0)
    }
}

extension Digest: Comparable {
    /// Orders digests by their bytes, which is also the order of their hexadecimal forms.
    public static func < (left: Digest, right: Digest) -> Bool {
        if left.word0 != right.word0 { return left.word0 < right.word0 }
        if left.word1 != right.word1 { return left.word1 < right.word1 }
        if left.word2 != right.word2 { return left.word2 < right.word2 }
        return left.word3 < right.word3
    }
}

extension Digest {
    /// The digest of `bytes`; from any thread, each of which keeps one context for it.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> Digest {
        let context = DigestContext.ofThisThread
        context.update(bytes)
        return context.finish()
    }

    /// The digest of `bytes`.
    package static func of(_ bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { of($0) }
    }
}
