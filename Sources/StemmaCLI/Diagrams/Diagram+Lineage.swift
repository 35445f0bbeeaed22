import Stemma

extension Diagram {
    /// The family tree of a record.
    init(_ graph: LineageGraph, _ text: LineageNodeText) {
        for (index, node) in graph.nodes.enumerated() {
            var lines = [node.address.map(text.place) ?? "", RecordText.short(node.content)]
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

    /// Which variables become which.
    init(_ pipeline: Pipeline) {
        for variable in pipeline.variables {
            var lines = [Amount.counted(variable.records, "record")]
            if variable.edited > 0 { lines.append("\(Amount.count(variable.edited)) edited by hand") }
            if variable.unreadable > 0 {
                lines.append("\(Amount.count(variable.unreadable)) of unreadable lineage")
            }
            let isData = variable.records == variable.data
            nodes.append(
                Node(
                    kind: variable.records == 0 ? .missing : isData ? .data : .result, title: variable.name,
                    lines: lines))
        }
        for step in pipeline.steps {
            nodes.append(
                Node(
                    kind: .function, title: LineageNodeText.function(step.function),
                    lines: [Amount.counted(step.calls, "call")]))
        }
        func index(_ end: Pipeline.End) -> Int {
            switch end {
            case .variable(let index): index
            case .step(let index): pipeline.variables.count + index
            }
        }
        edges = pipeline.edges.map {
            Edge(from: index($0.from), to: index($0.to), label: $0.argument ?? "")
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
