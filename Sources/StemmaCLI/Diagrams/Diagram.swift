/// Boxes and arrows, as every way of drawing them takes them: Graphviz, Mermaid, and the pages' own drawing.
struct Diagram: Sendable {
    /// A box.
    struct Node: Sendable {
        let kind: Kind
        /// The first line.
        let title: String
        /// The lines below it.
        var lines: [String] = []
        /// Where in the page more is said of it: the id of an element.
        var anchor: String?
    }

    /// What a box stands for, which decides how it looks.
    enum Kind: String, Sendable, CaseIterable {
        /// A result that was computed.
        case result
        /// Data that was not computed.
        case data
        /// What somebody edited by hand.
        case edit
        /// What cannot be read.
        case missing
        /// A function.
        case function
    }

    /// An arrow from what was used to what was made of it.
    struct Edge: Sendable, Hashable {
        let from: Int
        let to: Int
        var label = ""
    }

    var nodes: [Node] = []
    var edges: [Edge] = []

    /// Makes one arrow of those that lead from one node to another, with the labels of all.
    mutating func joinEdges() {
        var labels: [Edge: [String]] = [:]
        var arrows: [Edge] = []
        for edge in edges {
            let arrow = Edge(from: edge.from, to: edge.to)
            if labels[arrow] == nil { arrows.append(arrow) }
            labels[arrow, default: []] += edge.label.isEmpty ? [] : [edge.label]
        }
        edges = arrows.map { arrow in
            let names = labels[arrow] ?? []
            var arrow = arrow
            arrow.label =
                names.count > 3 ? "\(names[0]), and \(names.count - 1) more" : names.joined(separator: ", ")
            return arrow
        }
    }

    /// The nodes up to `count`, and the arrows between them.
    func prefix(_ count: Int) -> Diagram {
        guard nodes.count > count else { return self }
        return Diagram(
            nodes: Array(nodes.prefix(count)), edges: edges.filter { $0.from < count && $0.to < count })
    }
}
