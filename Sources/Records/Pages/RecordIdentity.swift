import StemmaBlobs

/// Keys and version of a record as 24 bytes that sort the way the pages of a partition do.
///
/// The first 8 bytes are the first of the SHA-256 of the canonical keys, which is what the trie of pages goes by;
/// the other 16 are the first of the SHA-256 of the canonical version.
package struct RecordIdentity: Hashable, Comparable, Sendable {
    package let keysHash: UInt64
    package let versionHigh: UInt64
    package let versionLow: UInt64

    package static let byteCount = 24

    package init(keys: Keys, version: Version) {
        keysHash = Self.hash(of: keys)
        let digest = Digest.of(version.canonical)
        (versionHigh, versionLow) = (digest.word0, digest.word1)
    }

    package init(keysHash: UInt64, versionHigh: UInt64, versionLow: UInt64) {
        self.keysHash = keysHash
        self.versionHigh = versionHigh
        self.versionLow = versionLow
    }

    /// The first eight bytes of the SHA-256 of the canonical keys, as a big-endian number.
    package static func hash(of keys: Keys) -> UInt64 { Digest.of(keys.canonical).word0 }

    package static func < (a: RecordIdentity, b: RecordIdentity) -> Bool {
        (a.keysHash, a.versionHigh, a.versionLow) < (b.keysHash, b.versionHigh, b.versionLow)
    }
}
