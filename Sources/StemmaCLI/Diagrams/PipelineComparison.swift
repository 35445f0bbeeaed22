import Stemma

/// The pipelines of two states as one diagram: what either has, each once, by name.
struct PipelineComparison {
    private(set) var diagram = Diagram()
    private(set) var marks: [Int: GraphDrawing.Mark] = [:]

    private enum Name: Hashable {
        case variable(String)
        case function(String)
    }

    private var indices: [Name: Int] = [:]
    private var seen: Set<Diagram.Edge> = []

    init(
        _ before: Pipeline, _ after: Pipeline, _ difference: Difference, _ explanation: Explanation
    ) {
        func records(_ pipeline: Pipeline, of name: String) -> Int {
            pipeline.variables.first { $0.name == name }?.records ?? 0
        }
        let lines = { Self.counts(from: records(before, of: $0), to: records(after, of: $0), "record") }
        add(after, before, lines)
        add(before, after, lines)
        for (name, counts) in difference.countsByVariable {
            guard let index = indices[.variable(name)] else { continue }
            diagram.nodes[index].lines.append("+\(counts.added) ~\(counts.changed) -\(counts.removed)")
            let isOne = counts.changed == 0 && (counts.added == 0 || counts.removed == 0)
            marks[index] = !isOne ? .changed : counts.added > 0 ? .added : .removed
        }
        for cause in explanation.causes {
            let name = cause.function.map { Name.function($0) } ?? cause.name.map { Name.variable($0) }
            if let name, let index = indices[name] { marks[index] = .cause }
        }
        diagram.joinEdges()
    }

    /// Adds what is not there yet. A variable that the newer state does not have is drawn as missing.
    private mutating func add(_ pipeline: Pipeline, _ other: Pipeline, _ line: (String) -> String) {
        let variables = pipeline.variables.map { variable in
            node(.variable(variable.name)) {
                Diagram.Node(kind: Diagram.Kind(variable), title: variable.name, lines: [line(variable.name)])
            }
        }
        let steps = pipeline.steps.map { step in
            let name = step.function.name
            return node(.function(name)) {
                let versions = [other, pipeline].flatMap(\.steps).filter { $0.function.name == name }
                    .compactMap(\.function.version)
                var lines: [String] = []
                if let first = versions.first, let last = versions.last {
                    lines.append(first == last ? "version \(last)" : "version \(first) -> \(last)")
                }
                return Diagram.Node(kind: .function, title: name, lines: lines)
            }
        }
        let nodes = variables + steps
        for arrow in pipeline.arrows {
            let shared = Diagram.Edge(from: nodes[arrow.from], to: nodes[arrow.to], label: arrow.label)
            if seen.insert(shared).inserted { diagram.edges.append(shared) }
        }
    }

    private mutating func node(_ name: Name, _ make: () -> Diagram.Node) -> Int {
        if let index = indices[name] { return index }
        indices[name] = diagram.nodes.count
        diagram.nodes.append(make())
        return diagram.nodes.count - 1
    }

    /// `187 -> 193 records`.
    private static func counts(from old: Int, to new: Int, _ unit: String) -> String {
        let counted = Amount.counted(new, unit)
        return new == old ? counted : "\(Amount.count(old)) -> \(counted)"
    }
}
