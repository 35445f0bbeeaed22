/// Finds the row of a digest in a list of rows that only grows; four to eight bytes a row.
///
/// A `Dictionary` would hold every digest a second time.
struct DigestIndex {
    private var slots: [UInt32] = Array(repeating: Self.empty, count: 64)
    private var count = 0

    private static let empty = UInt32.max

    /// The row of `digest`, where `digestAt` says the digest of a row.
    func find(_ digest: Digest, digestAt: (Int) -> Digest) -> Int? {
        var slot = start(digest)
        while slots[slot] != Self.empty {
            let row = Int(slots[slot])
            if digestAt(row) == digest { return row }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds the next row, whose digest is not among the rows so far.
    mutating func add(_ digest: Digest, digestAt: (Int) -> Digest) {
        if count * 4 >= slots.count * 3 { grow(digestAt) }
        insert(digest, UInt32(count))
        count += 1
    }

    private mutating func grow(_ digestAt: (Int) -> Digest) {
        slots = Array(repeating: Self.empty, count: slots.count * 2)
        for row in 0..<count { insert(digestAt(row), UInt32(row)) }
    }

    private mutating func insert(_ digest: Digest, _ row: UInt32) {
        var slot = start(digest)
        while slots[slot] != Self.empty { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = row
    }

    private func start(_ digest: Digest) -> Int {
        Int(truncatingIfNeeded: digest.word0) & (slots.count - 1)
    }
}
