import StemmaBlobs
import StemmaRecords

extension [Difference.Change] {
    /// The same changes, in which a record that took the version of another one is still itself.
    ///
    /// A difference compares what stands at an address. Where records moved one behind the other, as a backfill moves them,
    /// each would be undone as if it had been changed into the next, and one that cannot go back would be lost.
    func followingMoves() -> [Difference.Change] {
        var result: [Difference.Change] = []
        result.reserveCapacity(count)
        var start = startIndex
        while start < endIndex {
            let address = self[start].record.address
            let end =
                self[start...].firstIndex {
                    $0.record.keys != address.keys || $0.record.variable != address.variable
                } ?? endIndex
            if end - start == 1 {
                result.append(self[start])
            } else {
                result += Self.followingMoves(self[start..<end])
            }
            start = end
        }
        return result
    }

    /// The output of a call; without a lineage, data.
    private struct Result: Hashable {
        let content: Digest
        let lineage: Digest?
        let output: Int?

        init(_ record: Record) {
            (content, lineage, output) = (record.content, record.lineage, record.output)
        }
    }

    /// - Parameter changes: at the same keys.
    private static func followingMoves(_ changes: ArraySlice<Difference.Change>) -> [Difference.Change] {
        // Data that changed places may have been saved so: only where a place was left and another taken, it moved.
        let isOpen = changes.contains { $0.status == .added } && changes.contains { $0.status == .removed }
        let before = Dictionary(grouping: changes.compactMap(\.before), by: Result.init)
        var after = Dictionary(grouping: changes.compactMap(\.after), by: Result.init)
        var moved: [Difference.Change] = []
        for change in changes {
            guard let old = change.before, isOpen || old.lineage != nil, before[Result(old)]?.count == 1,
                let new = after[Result(old)], new.count == 1
            else { continue }
            after[Result(old)] = nil
            moved.append(.changed(before: old, after: new[0]))
        }
        let left = Set(moved.compactMap(\.before?.version))
        let taken = Set(moved.compactMap(\.after?.version))
        var others: [Difference.Change] = []
        for change in changes {
            let old = change.before.flatMap { left.contains($0.version) ? nil : $0 }
            let new = change.after.flatMap { taken.contains($0.version) ? nil : $0 }
            // What came, or went, where another one moved is compared by addresses.
            if let old, taken.contains(old.version) { return Array(changes) }
            if let new, left.contains(new.version) { return Array(changes) }
            switch (old, new) {
            case (let old?, let new?): others.append(.changed(before: old, after: new))
            case (let old?, nil): others.append(.removed(old))
            case (nil, let new?): others.append(.added(new))
            case (nil, nil): break
            }
        }
        return moved + others
    }
}
