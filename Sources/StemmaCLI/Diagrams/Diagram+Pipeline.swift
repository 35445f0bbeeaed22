import Stemma

extension Diagram {
    /// Which variables become which.
    init(_ pipeline: Pipeline) {
        for variable in pipeline.variables {
            var lines = [Amount.counted(variable.records, "record")]
            if variable.edited > 0 { lines.append("\(Amount.count(variable.edited)) edited by hand") }
            if variable.unreadable > 0 {
                lines.append("\(Amount.count(variable.unreadable)) of unreadable lineage")
            }
            nodes.append(Node(kind: Kind(variable), title: variable.name, lines: lines))
        }
        for step in pipeline.steps {
            nodes.append(
                Node(
                    kind: .function, title: LineageNodeText.function(step.function),
                    lines: [Amount.counted(step.calls, "call")]))
        }
        edges = pipeline.arrows
        joinEdges()
    }
}

extension Diagram.Kind {
    init(_ variable: Pipeline.Variable) {
        let isData = variable.records == variable.data
        self = variable.records == 0 ? .missing : isData ? .data : .result
    }
}

extension Pipeline {
    /// Its edges as arrows between boxes, of which those of the variables come first and then those of the steps.
    var arrows: [Diagram.Edge] {
        edges.map { edge in
            Diagram.Edge(
                from: edge.from.index(variables: variables.count),
                to: edge.to.index(variables: variables.count),
                label: edge.argument ?? "")
        }
    }
}

extension Pipeline.End {
    /// The index where all variables come first and then all steps.
    ///
    /// - Parameter variables: how many variables there are.
    func index(variables: Int) -> Int {
        switch self {
        case .variable(let index): index
        case .step(let index): variables + index
        }
    }
}
