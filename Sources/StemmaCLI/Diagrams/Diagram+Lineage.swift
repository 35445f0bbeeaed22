import Stemma

extension Diagram {
    /// The family tree of a record.
    init(_ graph: LineageGraph, _ text: LineageNodeText) {
        for (index, node) in graph.nodes.enumerated() {
            var lines = [node.address.map(text.place) ?? "", node.content.short]
            lines += text.maker(node.origin).map { [$0] + text.constants(node.origin) } ?? []
            if let more = text.cut(node) { lines.append(more) }
            nodes.append(
                Node(
                    kind: Kind(node.origin), title: node.address?.variable ?? LineageNodeText.unsaved,
                    lines: lines.filter { !$0.isEmpty }, anchor: "n\(index)"))
            edges += node.inputs.map { Edge(from: $0.node, to: index, label: $0.name) }
        }
        joinEdges()
    }
}

extension Diagram.Kind {
    init(_ origin: LineageGraph.Origin) {
        self =
            switch origin {
            case .data: .data
            case .call: .result
            case .edit: .edit
            case .unreadable: .missing
            }
    }
}
