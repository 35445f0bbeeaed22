/// A drawing of boxes and arrows as inline SVG, for a page.
struct GraphDrawing: Sendable {
    /// How a box is set off from the others.
    enum Mark: String, Sendable {
        case added, changed, removed
        /// What others changed because of.
        case cause
    }

    private let diagram: Diagram
    private let marks: [Int: Mark]
    private let layout: GraphLayout
    private let boxWidth: Double

    private static let lineHeight = 15.0
    private static let padding = 9.0
    /// How wide a letter is, about; a box cuts lines that are longer.
    private static let letterWidth = 6.7
    private static let widths = 110.0...250.0
    /// More lines stand in the tooltip only.
    private static let mostLines = 6
    private static let longestLabel = 24

    /// - Parameter marks: by the index of the node.
    init(_ diagram: Diagram, marks: [Int: Mark] = [:]) {
        self.diagram = diagram
        self.marks = marks
        // The title is bold, and so wider.
        let longest =
            diagram.nodes.map { node in max(node.title.count + 2, node.lines.map(\.count).max() ?? 0) }.max()
            ?? 0
        let wanted = Double(longest) * Self.letterWidth + 2 * Self.padding + 4
        boxWidth = min(max(wanted, Self.widths.lowerBound), Self.widths.upperBound).rounded()
        let heights = diagram.nodes.map(Self.height)
        let label = diagram.edges.map { min($0.label.count, Self.longestLabel) }.max() ?? 0
        layout = GraphLayout(
            diagram,
            GraphLayout.Metrics(
                boxWidth: boxWidth, boxHeights: heights, labelWidth: Double(label) * Self.letterWidth * 0.9))
    }

    private static func height(_ node: Diagram.Node) -> Double {
        Double(1 + min(node.lines.count, mostLines)) * lineHeight + 2 * padding - 3
    }

    // MARK: SVG

    /// Hands over the drawing piece by piece.
    func write(to sink: (String) throws -> Void) rethrows {
        let (margin, width, height) = (12.0, layout.size.x + 24, layout.size.y + 24)
        try sink(
            """
            <svg class="graph" xmlns="http://www.w3.org/2000/svg" role="img" width="\(Self.number(width))" \
            height="\(Self.number(height))" viewBox="\(Self.number(-margin)) \(Self.number(-margin)) \
            \(Self.number(width)) \(Self.number(height))">
            <defs><marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" \
            orient="auto"><path d="M0 0.8 7.5 4 0 7.2z"/></marker></defs>

            """)
        var out = Array(repeating: 0, count: diagram.nodes.count)
        var into = out
        for edge in diagram.edges {
            out[edge.from] += 1
            into[edge.to] += 1
        }
        var labels = ""
        // Labels at one side of one box stand below each other.
        var rows: [Int: Int] = [:]
        for (edge, path) in zip(diagram.edges, layout.paths) {
            try sink("<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"\(curve(path))\"/>\n")
            if !edge.label.isEmpty {
                // At the end where fewer arrows meet.
                let atStart = out[edge.from] <= into[edge.to]
                let side = atStart ? edge.from : ~edge.to
                labels += label(edge.label, path, atStart: atStart, row: rows[side, default: 0])
                rows[side, default: 0] += 1
            }
        }
        for index in diagram.nodes.indices { try sink(box(index)) }
        try sink(labels + "</svg>\n")
    }

    private func box(_ index: Int) -> String {
        let node = diagram.nodes[index]
        let height = Self.height(node)
        let (x, y) = (layout.centers[index].x - boxWidth / 2, layout.centers[index].y - height / 2)
        let letters = Int((boxWidth - 2 * Self.padding) / Self.letterWidth)
        let tooltip = ([node.title] + node.lines).map(HTMLText.escaped).joined(separator: "\n")
        let mark = marks[index].map { " \($0.rawValue)" } ?? ""
        var text = "<g class=\"node \(node.kind.rawValue)\(mark)\"><title>\(tooltip)</title>"
        text += "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(boxWidth))\""
        text += " height=\"\(Self.number(height))\" rx=\"5\"/>"
        // A drawing of its own, which cuts letters that are wider than thought.
        text += "<svg x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(boxWidth - 4))\""
        text += " height=\"\(Self.number(height))\">"
        for (line, words) in ([node.title] + node.lines.prefix(Self.mostLines)).enumerated() {
            let below = Self.number(Self.padding + 10 + Double(line) * Self.lineHeight)
            let style = line == 0 ? " class=\"title\"" : ""
            let shown = HTMLText.escaped(HTMLText.cut(words, to: line == 0 ? letters * 7 / 8 : letters))
            text += "<text\(style) x=\"\(Self.number(Self.padding))\" y=\"\(below)\">\(shown)</text>"
        }
        text += "</svg>"
        text += "</g>"
        if let anchor = node.anchor { text = "<a href=\"#\(HTMLText.escaped(anchor))\">\(text)</a>" }
        return text + "\n"
    }

    /// A smooth line that goes through the points in the direction of the layers.
    private func curve(_ path: GraphLayout.Path) -> String {
        var points = path.points
        if path.leadsBack {
            // A circle of one box begins and ends at different places.
            if points[0] == points[1] { if layout.isDown { points[1].y += 12 } else { points[1].x += 12 } }
            let away = points.map { point in
                layout.isDown
                    ? GraphLayout.Point(x: max(points[0].x, points[1].x) + GraphLayout.bulge, y: point.y)
                    : GraphLayout.Point(x: point.x, y: max(points[0].y, points[1].y) + GraphLayout.bulge)
            }
            return "M" + Self.pair(points[0]) + "C"
                + [away[0], away[1], points[1]].map(Self.pair).joined(separator: " ")
        }
        var text = "M\(Self.pair(points[0]))"
        for (from, to) in zip(points, points.dropFirst()) where from != to {
            let middle = GraphLayout.Point(x: (from.x + to.x) / 2, y: (from.y + to.y) / 2)
            let (first, second) =
                layout.isDown
                ? (GraphLayout.Point(x: from.x, y: middle.y), GraphLayout.Point(x: to.x, y: middle.y))
                : (GraphLayout.Point(x: middle.x, y: from.y), GraphLayout.Point(x: middle.x, y: to.y))
            text += "C\(Self.pair(first)) \(Self.pair(second)) \(Self.pair(to))"
        }
        return text
    }

    private func label(_ text: String, _ path: GraphLayout.Path, atStart: Bool, row: Int) -> String {
        let end = atStart ? path.points[0] : path.points[path.points.count - 1]
        var place = end
        var anchor = "middle"
        if path.leadsBack || !layout.isDown {
            anchor = atStart || path.leadsBack ? "start" : "end"
            place.x += anchor == "start" ? 6 : -9
            place.y += path.leadsBack && !layout.isDown ? 14 : -4
        } else {
            place.y += atStart ? 18 : -12
        }
        place.y += Double(layout.isDown && !atStart ? -row : row) * 12
        return "<text class=\"label\" text-anchor=\"\(anchor)\" x=\"\(Self.number(place.x))\""
            + " y=\"\(Self.number(place.y))\">\(HTMLText.escaped(HTMLText.cut(text, to: Self.longestLabel)))</text>\n"
    }

    private static func pair(_ point: GraphLayout.Point) -> String { "\(number(point.x)) \(number(point.y))" }

    /// With one digit after the point at most.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0
            ? String(tenths / 10)
            : "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
}
