/// The nodes of a diagram in layers, so that arrows lead from one layer to a later one; the first three steps of
/// Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures" (1981).
///
/// The same diagram gives the same layers, on every machine.
struct LayeredGraph {
    /// What stands in a layer: a node of the diagram, or the place where a long arrow crosses it.
    struct Item {
        let node: Int?
        /// Items of the layer before that lead here.
        var before: [Int] = []
        /// Items of the layer after that it leads to.
        var after: [Int] = []
    }

    private(set) var items: [Item]
    /// The items of each layer, in order.
    private(set) var layers: [[Int]] = []
    /// The items that each edge passes, from its first end to the last; just the two ends for one that leads back.
    private(set) var paths: [[Int]] = []

    /// Long arrows cross that many layers altogether at most; in larger diagrams they go straight.
    private static let mostCrossings = 20_000
    private static let sweeps = 8

    init(_ diagram: Diagram) {
        let ranks = Self.ranks(of: diagram)
        items = diagram.nodes.indices.map { Item(node: $0) }
        layers = Array(repeating: [], count: (ranks.max() ?? -1) + 1)
        for node in diagram.nodes.indices { layers[ranks[node]].append(node) }
        let crossings = diagram.edges.reduce(0) { $0 + max(0, ranks[$1.to] - ranks[$1.from] - 1) }
        for edge in diagram.edges {
            var path = [edge.from]
            if ranks[edge.to] > ranks[edge.from], crossings <= Self.mostCrossings {
                for rank in ranks[edge.from] + 1..<max(ranks[edge.from] + 1, ranks[edge.to]) {
                    items.append(Item(node: nil))
                    layers[rank].append(items.count - 1)
                    connect(path[path.count - 1], items.count - 1)
                    path.append(items.count - 1)
                }
                connect(path[path.count - 1], edge.to)
            }
            paths.append(path + [edge.to])
        }
        order()
    }

    private mutating func connect(_ from: Int, _ to: Int) {
        items[from].after.append(to)
        items[to].before.append(from)
    }

    // MARK: Ranks

    /// The layer of each node: one after the last of what leads to it. Arrows that close a circle do not count.
    static func ranks(of diagram: Diagram) -> [Int] {
        var after: [[Int]] = Array(repeating: [], count: diagram.nodes.count)
        for edge in diagram.edges where edge.from != edge.to { after[edge.from].append(edge.to) }
        let order = topological(after)
        var place = Array(repeating: 0, count: order.count)
        for (index, node) in order.enumerated() { place[node] = index }
        var ranks = Array(repeating: 0, count: order.count)
        var hasBefore = Array(repeating: false, count: order.count)
        for node in order {
            for next in after[node] where place[next] > place[node] {
                ranks[next] = max(ranks[next], ranks[node] + 1)
                hasBefore[next] = true
            }
        }
        // What nothing leads to stands just before what it leads to.
        for node in order where !hasBefore[node] {
            let nearest = after[node].filter { place[$0] > place[node] }.map { ranks[$0] }.min()
            if let nearest { ranks[node] = nearest - 1 }
        }
        return ranks
    }

    /// Each node before those that it leads to, but for arrows that lead back. With a list in place of recursion.
    private static func topological(_ after: [[Int]]) -> [Int] {
        var finished: [Int] = []
        var next = Array(repeating: 0, count: after.count)
        var isSeen = Array(repeating: false, count: after.count)
        for start in after.indices where !isSeen[start] {
            var path = [start]
            isSeen[start] = true
            while let node = path.last {
                if next[node] < after[node].count {
                    let following = after[node][next[node]]
                    next[node] += 1
                    if !isSeen[following] {
                        isSeen[following] = true
                        path.append(following)
                    }
                } else {
                    finished.append(node)
                    path.removeLast()
                }
            }
        }
        return finished.reversed()
    }

    // MARK: Order inside a layer

    /// Puts each item near the middle of those that it is connected with, to and fro.
    private mutating func order() {
        var place = Array(repeating: 0.0, count: items.count)
        func number(_ layer: [Int]) {
            for (index, item) in layer.enumerated() { place[item] = Double(index) }
        }
        layers.forEach(number)
        for sweep in 0..<Self.sweeps {
            let isDown = sweep % 2 == 0
            for rank in isDown ? Array(layers.indices) : layers.indices.reversed() {
                let middles = layers[rank].map { item in
                    let others = isDown ? items[item].before : items[item].after
                    return others.isEmpty
                        ? place[item] : others.reduce(0) { $0 + place[$1] } / Double(others.count)
                }
                let sorted = layers[rank].indices.sorted { (middles[$0], $0) < (middles[$1], $1) }
                layers[rank] = sorted.map { layers[rank][$0] }
                number(layers[rank])
            }
        }
    }
}
