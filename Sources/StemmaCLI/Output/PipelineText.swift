import Stemma

/// The pipeline as lines of text: `Raw -> bandpass 2 -> Filtered`, what comes first in it first.
struct PipelineText {
    /// A line: what goes in, and what comes out; a variable alone where no function made its records.
    struct Row {
        var inputs: String
        var function = ""
        var output = ""
        var count: String
    }

    private let pipeline: Pipeline

    init(_ pipeline: Pipeline) { self.pipeline = pipeline }

    var rows: [Row] {
        var rows: [Row] = []
        for variable in pipeline.variables {
            rows += others(variable).map { Row(inputs: Shell.visible(variable.name), count: $0) }
        }
        let ranks = LayeredGraph.ranks(of: Diagram(pipeline))
        let variables = pipeline.variables.count
        let steps = pipeline.steps.indices.sorted {
            (ranks[variables + $0], $0) < (ranks[variables + $1], $1)
        }
        var (into, out) = ([Int: [Pipeline.End]](), [Int: [Pipeline.Edge]]())
        for edge in pipeline.edges {
            if case .step(let step) = edge.to { into[step, default: []].append(edge.from) }
            if case .step(let step) = edge.from, edge.argument == nil { out[step, default: []].append(edge) }
        }
        for step in steps {
            let row = Row(
                inputs: names(into[step] ?? []),
                function: LineageNodeText.function(pipeline.steps[step].function),
                output: LineageNodeText.unsaved, count: Amount.counted(pipeline.steps[step].calls, "call"))
            rows += (out[step] ?? []).map { edge in
                var row = row
                row.output = names([edge.to])
                row.count = Amount.counted(edge.count, "record")
                return row
            }
            if out[step] == nil { rows.append(row) }
        }
        return rows
    }

    func forEachRow(_ body: ([Cell]) throws -> Void) throws {
        for row in rows {
            let arrow = Cell(row.function.isEmpty ? "" : "->", .faint)
            try body([
                Cell(row.inputs), arrow, Cell(row.function, .strong), arrow, Cell(row.output),
                Cell(row.count),
            ])
        }
    }

    /// Records of a variable that no function made.
    private func others(_ variable: Pipeline.Variable) -> [String] {
        [
            (variable.data, "of data"), (variable.edited, "edited by hand"),
            (variable.unreadable, "whose lineage cannot be read"),
        ].filter { $0.0 > 0 }.map { "\(Amount.counted($0.0, "record")) \($0.1)" }
    }

    /// Each once, in order.
    private func names(_ ends: [Pipeline.End]) -> String {
        var seen: Set<Pipeline.End> = []
        let names = ends.filter { seen.insert($0).inserted }.map { end in
            switch end {
            case .variable(let index): Shell.visible(pipeline.variables[index].name)
            case .step(let index): LineageNodeText.function(pipeline.steps[index].function)
            }
        }
        return names.isEmpty ? "(constants)" : names.joined(separator: ", ")
    }
}
