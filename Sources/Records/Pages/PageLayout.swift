/// Which pages a partition has: a function of the set of its records alone (Docs/Format.md, "Pages").
package enum PageLayout {
    /// A prefix that more records share is split, unless all of them have the same keys.
    package static let maximumRecords = 512

    /// One page: its prefix and the records that stand in it, as a range of the hashes given.
    package struct Leaf: Equatable, Sendable {
        package let prefix: PagePrefix
        package let range: Range<Int>
    }

    /// The pages under `prefix` for records whose keys have these hashes.
    ///
    /// - Parameter hashes: ascending, one for each record, all under `prefix`. No records, no pages.
    package static func leaves(of hashes: [UInt64], under prefix: PagePrefix = .root) -> [Leaf] {
        var leaves: [Leaf] = []
        split(hashes, hashes.indices, prefix, into: &leaves)
        return leaves
    }

    private static func split(
        _ hashes: [UInt64], _ range: Range<Int>, _ prefix: PagePrefix, into leaves: inout [Leaf]
    ) {
        guard !range.isEmpty else { return }
        if fitsOnePage(
            count: range.count, first: hashes[range.lowerBound], last: hashes[range.upperBound - 1])
        {
            leaves.append(Leaf(prefix: prefix, range: range))
            return
        }
        var start = range.lowerBound
        for child in prefix.children {
            let end = upperBound(of: child.range.upperBound, in: hashes, start..<range.upperBound)
            split(hashes, start..<end, child, into: &leaves)
            start = end
        }
    }

    /// Whether so many records, whose hashes go from `first` to `last`, are one page.
    package static func fitsOnePage(count: Int, first: UInt64, last: UInt64) -> Bool {
        count <= maximumRecords || first == last
    }

    /// The first position in `range` whose hash is greater than `bound`.
    private static func upperBound(of bound: UInt64, in hashes: [UInt64], _ range: Range<Int>) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] <= bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
