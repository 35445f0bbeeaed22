import StemmaBlobs

/// Bytes that differ whenever the syntax differs in something that counts.
///
/// Parts are told apart by a tag and a length, so that no two trees give the same bytes.
struct CanonicalBytes {
    private enum Tag: UInt8 {
        case open = 1, close, text, local
    }

    private(set) var bytes: [UInt8] = []

    var digest: Digest { Digest.of(bytes) }

    mutating func open(_ kind: String) { append(.open, kind) }

    mutating func close() { bytes.append(Tag.close.rawValue) }

    mutating func text(_ text: String) { append(.text, text) }

    /// A name that does not matter, by the number of its declaration.
    mutating func local(_ number: Int) { append(.local, String(number)) }

    private mutating func append(_ tag: Tag, _ text: String) {
        let utf8 = Array(text.utf8)
        bytes.append(tag.rawValue)
        withUnsafeBytes(of: UInt32(clamping: utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += utf8
    }
}
