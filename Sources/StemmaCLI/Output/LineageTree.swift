import Stemma

/// The family tree of a record as lines of text: what it was made from stands below it.
///
/// What several results were made from is printed once, and named where it comes again.
struct LineageTree {
    private let graph: LineageGraph
    private let text: LineageNodeText
    /// Deeper branches go on at the margin, so that a line stays readable and a long chain does not cost the square
    /// of its length.
    private static let deepest = 16

    /// A line that is yet to be printed: a node, or how many inputs were left out.
    private struct Item {
        var node: Int?
        var cut = ""
        var argument = ""
        /// What stands before the branch: lines that go on past it.
        var margin = ""
        var branch = ""
        var level = 0
    }

    init(_ graph: LineageGraph, _ text: LineageNodeText) {
        self.graph = graph
        self.text = text
    }

    /// Hands over the lines, as cells that stand below each other.
    func forEachRow(_ body: ([Cell]) throws -> Void) throws {
        var printed: Set<Int> = []
        var later: [Int] = []
        var postponed: Set<Int> = []
        var waiting = graph.nodes.isEmpty ? [] : [Item(node: 0)]
        var next = 0
        while true {
            guard let item = waiting.popLast() else {
                guard next < later.count else { return }
                if !printed.contains(later[next]) {
                    waiting = [Item(node: later[next])]
                    try body([""])
                }
                next += 1
                continue
            }
            let start = item.margin + item.branch + (item.argument.isEmpty ? "" : item.argument + ": ")
            guard let index = item.node else {
                try body([Cell(item.margin + item.branch + item.cut, .faint)])
                continue
            }
            let node = graph.nodes[index]
            let hasInputs = !node.inputs.isEmpty || node.cutInputs > 0
            var row = [
                Cell(start + text.name(node)), Cell(node.content.short, .faint),
                Cell(text.maker(node.origin) ?? "data", Self.style(node.origin)),
            ]
            if hasInputs, printed.contains(index) {
                try body(row + [Cell("(see above)", .faint)])
            } else if !node.inputs.isEmpty, item.level == Self.deepest {
                if postponed.insert(index).inserted { later.append(index) }
                try body(row + [Cell("(see below)", .faint)])
            } else {
                printed.insert(index)
                row.append(Cell(text.constants(node.origin).joined(separator: " ")))
                try body(row)
                waiting += children(of: node, below: item)
            }
        }
    }

    /// The lines below a node, last first, as they are taken from the end.
    private func children(of node: LineageGraph.Node, below item: Item) -> [Item] {
        let margin = item.margin + (item.branch.isEmpty ? "" : item.branch == "├─ " ? "│  " : "   ")
        var items = node.inputs.map {
            Item(node: $0.node, argument: Shell.visible($0.name), margin: margin, level: item.level + 1)
        }
        if let cut = text.cut(node) { items.append(Item(cut: cut, margin: margin)) }
        for index in items.indices { items[index].branch = index == items.count - 1 ? "└─ " : "├─ " }
        return items.reversed()
    }

    private static func style(_ origin: LineageGraph.Origin) -> Cell.Style {
        switch origin {
        case .data: .faint
        case .call: .plain
        case .edit: .changed
        case .unreadable: .bad
        }
    }
}
