import StemmaRecords

/// How many records stand under any prefix of a trie, from the counts of its pages.
struct PrefixTotals {
    private let prefixes: [PagePrefix]
    /// `sums[i]` is the number of records in the pages before the i-th.
    private let sums: [Int]

    init(_ counts: [PagePrefix: Int]) {
        let sorted = counts.sorted { $0.key < $1.key }
        prefixes = sorted.map(\.key)
        var sums = [0]
        for (_, count) in sorted { sums.append((sums.last ?? 0) + count) }
        self.sums = sums
    }

    func total(under prefix: PagePrefix) -> Int {
        let range = prefix.range
        let low = firstIndex { $0.bits >= range.lowerBound }
        let high = firstIndex { $0.bits > range.upperBound }
        return sums[high] - sums[low]
    }

    private func firstIndex(_ isPast: (PagePrefix) -> Bool) -> Int {
        var (low, high) = (0, prefixes.count)
        while low < high {
            let middle = (low + high) / 2
            if isPast(prefixes[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
