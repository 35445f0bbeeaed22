import StemmaBlobs

/// Looks for arguments of calls in the whole lineage of many results.
///
/// Lineage records are handed to it many at a time, each once: what is found at and above one is kept, and shared by all
/// that lead to it. Nothing recurses, since lineage may be a hundred thousand steps deep.
///
/// ```swift
/// let start = search.node(digest)
/// while !search.unread.isEmpty { for digest in search.takeUnread() { search.add(digest, ...) } }
/// search.result(of: start)
/// ```
package struct ArgumentSearch {
    /// What was found at one lineage record and above it.
    package struct Result: Sendable {
        /// By query, the nearest first; of equal arguments of one query the nearest one.
        fileprivate(set) var found: [(query: Int, argument: FoundArgument)] = []
        /// The shortest way to a lineage record that cannot be read: 0 if it is the result's own.
        package fileprivate(set) var unreadable: (steps: Int, digest: Digest)?

        /// What a query found, the nearest first; at most a few.
        package func arguments(of query: Int) -> [FoundArgument] {
            found.lazy.filter { $0.query == query }.map(\.argument)
        }
    }

    /// So many different arguments of one query are kept, the nearest: two are enough to know that they differ, and
    /// nobody reads many.
    private static let most = 4
    /// What is known of so many lineage records is forgotten when the next results are asked for.
    private static let limit = 1 << 18

    private let queries: [ArgumentQuery]
    private var nodes: [Node] = []
    private var known: [Digest: Int] = [:]
    /// Lineage records that are to be read next.
    package private(set) var unread: [Digest] = []
    /// For a function by name the queries that mean it.
    private var queriesOfFunction: [String: [Int]] = [:]

    private struct Node {
        var inputs: [Int] = []
        var own: [(query: Int, argument: FoundArgument)] = []
        var result: Result?
    }

    package init(_ queries: [ArgumentQuery]) { self.queries = queries }

    /// Begins with other results; nodes of earlier ones mean nothing any more.
    package mutating func beginBatch() {
        guard nodes.count > Self.limit else { return }
        (nodes, known, unread) = ([], [:], [])
    }

    /// The node of a lineage record, which is to be read when it is new.
    package mutating func node(_ digest: Digest) -> Int {
        if let node = known[digest] { return node }
        known[digest] = nodes.count
        nodes.append(Node())
        unread.append(digest)
        return nodes.count - 1
    }

    /// The lineage records that are to be handed in now.
    package mutating func takeUnread() -> [Digest] {
        defer { unread = [] }
        return unread
    }

    /// Takes in a lineage record, or that it cannot be read.
    package mutating func add(_ digest: Digest, _ record: LineageRecord?) {
        guard let node = known[digest] else { return }
        guard let record else {
            nodes[node].result = Result(unreadable: (0, digest))
            return
        }
        // In the order of positions, so that of two ways of one length it does not depend on names which is first.
        for input in record.inputs.sorted(by: { $0.position < $1.position }) {
            if let lineage = input.lineage {
                let upstream = self.node(lineage)
                nodes[node].inputs.append(upstream)
            }
        }
        guard let function = record.function?.name else { return }
        for query in meaning(function) {
            nodes[node].own.append(
                (
                    query,
                    FoundArgument(
                        argument: queries[query].argument(of: record), function: function, steps: 1)
                ))
        }
    }

    private mutating func meaning(_ function: String) -> [Int] {
        if let known = queriesOfFunction[function] { return known }
        let meant = queries.indices.filter { queries[$0].functions.contain(function) }
        queriesOfFunction[function] = meant
        return meant
    }

    /// What was found from a node on upward, once nothing is unread.
    package mutating func result(of start: Int) -> Result {
        if let result = nodes[start].result { return result }
        var path = [(node: start, next: 0)]
        while let last = path.last {
            let inputs = nodes[last.node].inputs
            if last.next < inputs.count {
                path[path.count - 1].next += 1
                let node = inputs[last.next]
                if nodes[node].result == nil { path.append((node, 0)) }
            } else {
                nodes[last.node].result = combine(last.node)
                // What it consists of is not needed any more.
                (nodes[last.node].inputs, nodes[last.node].own) = ([], [])
                path.removeLast()
            }
        }
        return nodes[start].result ?? Result()
    }

    private func combine(_ node: Int) -> Result {
        let node = nodes[node]
        var result = Result()
        for (query, argument) in node.own { Self.insert(query, argument, into: &result.found) }
        for input in node.inputs {
            guard let upstream = nodes[input].result else { continue }
            for (query, argument) in upstream.found {
                var argument = argument
                argument.steps += 1
                Self.insert(query, argument, into: &result.found)
            }
            if let far = upstream.unreadable, far.steps + 1 < result.unreadable?.steps ?? .max {
                result.unreadable = (far.steps + 1, far.digest)
            }
        }
        return result
    }

    /// Keeps the nearest of each argument, sorted by query and then by steps; of those as near, what came first.
    private static func insert(
        _ query: Int, _ new: FoundArgument, into found: inout [(query: Int, argument: FoundArgument)]
    ) {
        func isOfQuery(_ entry: (query: Int, argument: FoundArgument)) -> Bool { entry.query == query }
        if let same = found.firstIndex(where: { isOfQuery($0) && $0.argument.argument == new.argument }) {
            guard new.steps < found[same].argument.steps else { return }
            found.remove(at: same)
        }
        // A call that has no such parameter is of interest only where no other has it.
        if new.argument == .absent {
            if found.contains(where: isOfQuery) { return }
        } else {
            found.removeAll { isOfQuery($0) && $0.argument.argument == .absent }
        }
        let place =
            found.firstIndex { ($0.query, $0.argument.steps) > (query, new.steps) } ?? found.count
        found.insert((query, new), at: place)
        if found.count(where: isOfQuery) > most, let last = found.lastIndex(where: isOfQuery) {
            found.remove(at: last)
        }
    }
}
