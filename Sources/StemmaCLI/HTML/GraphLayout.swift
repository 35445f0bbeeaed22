/// Where everything of a drawing stands, in pixels.
struct GraphLayout {
    /// A point of the drawing.
    struct Point: Equatable {
        var x: Double
        var y: Double
    }

    /// The way of an arrow.
    struct Path {
        var points: [Point]
        /// Whether it leads to an earlier layer, around the boxes.
        var leadsBack = false
    }

    /// How boxes are measured.
    struct Metrics {
        var boxWidth = 200.0
        /// The height of each box.
        var boxHeights: [Double]
        /// Between neighbours of a layer.
        var gap = 18.0
        /// Between layers that stand below each other.
        var layerGap = 56.0
        /// How wide the labels of arrows are; layers beside each other leave room for them.
        var labelWidth = 0.0
    }

    /// The middle of each box.
    private(set) var centers: [Point] = []
    /// The points that each arrow goes through, from the rim of one box to that of the other; for one that leads back,
    /// from the side of one to the same side of the other.
    private(set) var paths: [Path] = []
    private(set) var size = Point(x: 0, y: 0)
    /// Whether arrows go down, and not to the right.
    let isDown: Bool

    /// A page is at least this wide.
    private static let pageWidth = 960.0
    private static let passes = 12
    /// How far an arrow that leads back keeps from the boxes.
    static let bulge = 44.0

    init(_ diagram: Diagram, _ metrics: Metrics) {
        let graph = LayeredGraph(diagram)
        let across = Double(graph.layers.map(\.count).max() ?? 0) * (metrics.boxWidth + metrics.gap)
        let sideGap = max(metrics.layerGap, metrics.labelWidth + 40)
        let along = Double(graph.layers.count) * (metrics.boxWidth + sideGap)
        isDown = across <= max(Self.pageWidth, along)
        let (isDown, layerGap) = (isDown, isDown ? metrics.layerGap : sideGap)
        /// How much of its layer an item takes, and how deep it is.
        let breadths = graph.items.map { item -> Double in
            guard let node = item.node else { return 6 }
            return isDown ? metrics.boxWidth : metrics.boxHeights[node]
        }
        let depths = graph.items.map { item -> Double in
            guard let node = item.node else { return 0 }
            return isDown ? metrics.boxHeights[node] : metrics.boxWidth
        }
        let positions = Self.positions(in: graph, breadths: breadths, gap: metrics.gap)
        /// Where the layer of each item begins and ends.
        var bands = Array(repeating: 0.0...0.0, count: graph.items.count)
        var end = 0.0
        for layer in graph.layers {
            let band = end...end + (layer.map { depths[$0] }.max() ?? 0)
            for item in layer { bands[item] = band }
            end = band.upperBound + layerGap
        }
        func point(_ item: Int, _ depth: Double) -> Point {
            isDown ? Point(x: positions[item], y: depth) : Point(x: depth, y: positions[item])
        }
        func middle(_ item: Int) -> Double { (bands[item].lowerBound + bands[item].upperBound) / 2 }
        centers = diagram.nodes.indices.map { point($0, middle($0)) }
        paths = zip(diagram.edges, graph.paths).map { edge, items in
            guard middle(edge.to) > middle(edge.from) else {
                return Path(
                    points: [edge.from, edge.to].map { node in
                        var side = point(node, middle(node))
                        if isDown { side.x += breadths[node] / 2 } else { side.y += breadths[node] / 2 }
                        return side
                    }, leadsBack: true)
            }
            // Straight through layers, also beside a box that is deeper; curved in between.
            var points = [point(edge.from, middle(edge.from) + depths[edge.from] / 2)]
            for item in items {
                if item != edge.from { points.append(point(item, bands[item].lowerBound)) }
                if item != edge.to { points.append(point(item, bands[item].upperBound)) }
            }
            return Path(points: points + [point(edge.to, middle(edge.to) - depths[edge.to] / 2)])
        }
        let sideways = paths.contains(where: \.leadsBack) ? Self.bulge : 0
        let breadth = (graph.items.indices.map { positions[$0] + breadths[$0] / 2 }.max() ?? 0) + sideways
        let total = max(0, end - layerGap)
        size = isDown ? Point(x: breadth, y: total) : Point(x: total, y: breadth)
    }

    /// The middle of each item along its layer: as near as can be to what it is connected with, without touching its
    /// neighbours. The least value is half a breadth.
    private static func positions(in graph: LayeredGraph, breadths: [Double], gap: Double) -> [Double] {
        var positions = Array(repeating: 0.0, count: graph.items.count)
        for layer in graph.layers {
            place(layer, at: layer.map { _ in 0 }, breadths, gap, &positions)
        }
        for pass in 0..<passes {
            let isForward = pass % 2 == 0
            for layer in isForward ? graph.layers : graph.layers.reversed() {
                let wanted = layer.map { item in
                    let others = isForward ? graph.items[item].before : graph.items[item].after
                    return others.isEmpty
                        ? positions[item] : others.reduce(0) { $0 + positions[$1] } / Double(others.count)
                }
                place(layer, at: wanted, breadths, gap, &positions)
            }
        }
        let least = graph.items.indices.map { positions[$0] - breadths[$0] / 2 }.min() ?? 0
        return positions.map { ($0 - least).rounded() }
    }

    /// Places a layer so that the squares of the distances to what is wanted are least, by pooling neighbours that
    /// would touch (isotonic regression).
    private static func place(
        _ layer: [Int], at wanted: [Double], _ breadths: [Double], _ gap: Double, _ positions: inout [Double]
    ) {
        /// Neighbours that stand as close as they may.
        struct Block {
            var sum: Double
            var count: Double
            var mean: Double { sum / count }
        }
        var offsets: [Double] = []
        var offset = 0.0
        var blocks: [Block] = []
        for (index, item) in layer.enumerated() {
            if index > 0 { offset += (breadths[layer[index - 1]] + breadths[item]) / 2 + gap }
            offsets.append(offset)
            blocks.append(Block(sum: wanted[index] - offset, count: 1))
            while blocks.count > 1, blocks[blocks.count - 2].mean > blocks[blocks.count - 1].mean {
                let last = blocks.removeLast()
                blocks[blocks.count - 1].sum += last.sum
                blocks[blocks.count - 1].count += last.count
            }
        }
        var index = 0
        for block in blocks {
            for _ in 0..<Int(block.count) {
                positions[layer[index]] = block.mean + offsets[index]
                index += 1
            }
        }
    }
}
