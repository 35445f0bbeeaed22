/// Where everything of a drawing stands, in pixels.
struct GraphLayout {
    /// A point of the drawing.
    struct Point: Equatable {
        var x: Double
        var y: Double
    }

    /// How boxes are measured.
    struct Metrics {
        var boxWidth = 200.0
        /// The height of each box.
        var boxHeights: [Double]
        /// Between neighbours of a layer.
        var gap = 18.0
        /// Between layers.
        var layerGap = 56.0
    }

    /// The middle of each box.
    private(set) var centers: [Point] = []
    /// The points that each arrow goes through, from the middle of one box to the middle of the other.
    private(set) var paths: [[Point]] = []
    private(set) var size = Point(x: 0, y: 0)
    /// Whether arrows go down, and not to the right.
    let isDown: Bool

    /// A page is at least this wide.
    private static let pageWidth = 960.0
    private static let passes = 12

    init(_ diagram: Diagram, _ metrics: Metrics) {
        let graph = LayeredGraph(diagram)
        let across = Double(graph.layers.map(\.count).max() ?? 0) * (metrics.boxWidth + metrics.gap)
        let along = Double(graph.layers.count) * (metrics.boxWidth + metrics.layerGap)
        isDown = across <= max(Self.pageWidth, along)
        let isDown = isDown
        /// How much of its layer an item takes, and how deep it is.
        let breadths = graph.items.map { item -> Double in
            guard let node = item.node else { return 6 }
            return isDown ? metrics.boxWidth : metrics.boxHeights[node]
        }
        let depths = graph.layers.map { layer in
            isDown
                ? layer.compactMap { graph.items[$0].node }.map { metrics.boxHeights[$0] }.max() ?? 0
                : metrics.boxWidth
        }
        let positions = Self.positions(in: graph, breadths: breadths, gap: metrics.gap)
        var points = Array(repeating: Point(x: 0, y: 0), count: graph.items.count)
        var depth = 0.0
        for (layer, items) in graph.layers.enumerated() {
            for item in items {
                let middle = depth + depths[layer] / 2
                points[item] =
                    isDown ? Point(x: positions[item], y: middle) : Point(x: middle, y: positions[item])
            }
            depth += depths[layer] + metrics.layerGap
        }
        centers = diagram.nodes.indices.map { points[$0] }
        paths = graph.paths.map { $0.map { points[$0] } }
        let breadth = graph.items.indices.map { positions[$0] + breadths[$0] / 2 }.max() ?? 0
        let total = max(0, depth - metrics.layerGap)
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
