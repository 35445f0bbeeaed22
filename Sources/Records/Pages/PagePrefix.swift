/// A place in the 4-way trie that the pages of a partition make: the first bits of the hash of the keys.
///
/// Two bits a level, most significant first. The root is `page.jsonl`; below it stand `0.jsonl`, `31.jsonl`, ...
package struct PagePrefix: Hashable, Comparable, Sendable {
    /// The levels below the root, at most `maximumDepth`.
    package let depth: Int
    /// The prefix in the uppermost bits; the others are zero.
    package let bits: UInt64

    /// The trie looks at the first 64 bits. More than 512 records of different keys that share them cannot be made.
    package static let maximumDepth = 32
    package static let root = PagePrefix(depth: 0, bits: 0)

    private init(depth: Int, bits: UInt64) {
        self.depth = depth
        self.bits = bits
    }

    /// The least and the greatest hash under the prefix.
    package var range: ClosedRange<UInt64> {
        // A smart shift by 64 gives zero, as it should at the maximum depth.
        bits...(bits | UInt64.max >> UInt64(2 * depth))
    }

    package func contains(_ hash: UInt64) -> Bool { range.contains(hash) }

    package var parent: PagePrefix? {
        guard depth > 0 else { return nil }
        guard depth > 1 else { return .root }
        let kept = UInt64.max << UInt64(64 - 2 * (depth - 1))
        return PagePrefix(depth: depth - 1, bits: bits & kept)
    }

    /// The four prefixes one level down; empty at the maximum depth.
    package var children: [PagePrefix] {
        guard depth < Self.maximumDepth else { return [] }
        return (0..<4).map { PagePrefix(depth: depth + 1, bits: bits | UInt64($0) << UInt64(62 - 2 * depth)) }
    }

    package func isAncestor(of other: PagePrefix) -> Bool { depth <= other.depth && contains(other.bits) }

    package static func < (a: PagePrefix, b: PagePrefix) -> Bool { (a.bits, a.depth) < (b.bits, b.depth) }

    package static let fileExtension = ".jsonl"

    /// The name of the page's file.
    package var fileName: String {
        guard depth > 0 else { return "page" + Self.fileExtension }
        let digits = (0..<depth).map { level in String(bits >> UInt64(62 - 2 * level) & 3) }
        return digits.joined() + Self.fileExtension
    }

    /// The prefix that a file name says; `nil` for a name that no page of ours has.
    package init?(fileName: String) {
        guard fileName.hasSuffix(Self.fileExtension) else { return nil }
        let stem = fileName.dropLast(Self.fileExtension.count)
        if stem == "page" {
            self = .root
            return
        }
        guard !stem.isEmpty, stem.utf8.count <= Self.maximumDepth else { return nil }
        var bits: UInt64 = 0
        for (level, digit) in stem.utf8.enumerated() {
            guard digit >= 0x30, digit <= 0x33 else { return nil }
            bits |= UInt64(digit - 0x30) << UInt64(62 - 2 * level)
        }
        self.init(depth: stem.utf8.count, bits: bits)
    }
}
