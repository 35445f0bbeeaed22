import StemmaBlobs

extension Repository {
    /// The newest commit that both histories share; nil when they share none.
    ///
    /// Where several are equally good, as after crossing merges, the newest of them.
    package func mergeBase(_ a: ObjectID, _ b: ObjectID) throws -> ObjectID? {
        var graph = try CommitGraph(self)
        var bases = try commonAncestors(a, b, &graph)
        // With dates that run backwards one candidate can be an ancestor of another.
        for base in bases where bases.count > 1 {
            let others = bases.filter { $0 != base }
            for other in others where try commonAncestors(base, other, &graph) == [base] {
                bases.removeAll { $0 == base }
                break
            }
        }
        return try bases.max { try graph.node($0).time < graph.node($1).time }
    }

    /// git's `paint_down_to_common`: colours run down from both ends, the newest commits first; where they
    /// meet is a candidate, and what is below one is stale.
    private func commonAncestors(
        _ a: ObjectID, _ b: ObjectID, _ graph: inout CommitGraph
    ) throws -> [ObjectID] {
        if a == b { return [a] }
        var paints: [ObjectID: Paint] = [a: .first, b: .second]
        var queue = CommitQueue()
        var fresh: Set<ObjectID> = [a, b]
        for id in [a, b] { queue.push(id, time: try graph.node(id).time) }
        var candidates: [ObjectID] = []
        var isCandidate: Set<ObjectID> = []

        while !fresh.isEmpty, let id = queue.pop() {
            fresh.remove(id)
            var paint = paints[id, default: []]
            if paint.isSuperset(of: [.first, .second]), !paint.contains(.stale) {
                if isCandidate.insert(id).inserted { candidates.append(id) }
                paint.insert(.stale)
            }
            for parent in try graph.node(id).parents {
                let old = paints[parent, default: []]
                guard !old.isSuperset(of: paint) else { continue }
                let new = old.union(paint)
                paints[parent] = new
                if new.contains(.stale) { fresh.remove(parent) } else { fresh.insert(parent) }
                queue.push(parent, time: try graph.node(parent).time)
            }
        }
        return candidates.filter { !paints[$0, default: []].contains(.stale) }
    }
}

private struct Paint: OptionSet {
    let rawValue: UInt8
    static let first = Paint(rawValue: 1)
    static let second = Paint(rawValue: 2)
    /// Below a common ancestor, so no best one itself.
    static let stale = Paint(rawValue: 4)
}
