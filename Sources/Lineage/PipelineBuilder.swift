import StemmaBlobs
import StemmaRecords

/// Puts a pipeline together, record by record. What is kept of each lineage record is its digest.
package struct PipelineBuilder {
    private struct EdgeName: Hashable {
        let from: Pipeline.End
        let to: Pipeline.End
        let argument: String?
    }

    private var functions = FunctionMemo()
    private var variables: [Pipeline.Variable] = []
    private var variableIndices: [String: Int] = [:]
    private var steps: [Pipeline.Step] = []
    private var stepIndices: [LineageGraph.Function: Int] = [:]
    private var edges: [EdgeName: Int] = [:]
    private var origins: [Digest: Origin] = [:]

    /// What made the outputs of a lineage record.
    private enum Origin {
        case step(Int)
        case edit
        case unreadable
    }

    package init() {}

    /// A variable is part of the pipeline also when it has no records.
    package mutating func add(variable: String) { _ = index(of: variable) }

    /// Counts a record whose lineage was looked at.
    package mutating func add(_ record: Record) {
        let variable = index(of: record.variable)
        variables[variable].records += 1
        guard let lineage = record.lineage else {
            variables[variable].data += 1
            return
        }
        switch origins[lineage] {
        case .step(let step)?:
            edges[EdgeName(from: .step(step), to: .variable(variable), argument: nil), default: 0] += 1
        case .edit?: variables[variable].edited += 1
        case .unreadable?, nil: variables[variable].unreadable += 1
        }
    }

    /// Takes in a lineage record, and what leads up to the next variables; with a list in place of recursion, because
    /// any number of steps may have gone by unsaved. One that was looked at before is not read again.
    package mutating func look(at lineage: Digest, source: LineageSource) throws {
        guard origins[lineage] == nil else { return }
        var waiting = try read(lineage, source).unsaved
        while let edge = waiting.popLast() {
            let origin: Origin
            if let known = origins[edge.lineage] {
                origin = known
            } else {
                let found = try read(edge.lineage, source)
                origin = found.origin
                waiting += found.unsaved
            }
            if case .step(let from) = origin {
                edges[EdgeName(from: .step(from), to: edge.to, argument: edge.argument), default: 0] += 1
            }
        }
    }

    /// An input that was handed from call to call without being saved.
    private struct Unsaved {
        let lineage: Digest
        let to: Pipeline.End
        let argument: String
    }

    private mutating func read(
        _ lineage: Digest, _ source: LineageSource
    ) throws -> (origin: Origin, unsaved: [Unsaved]) {
        guard case .success(let record) = try source.record(lineage) else {
            origins[lineage] = .unreadable
            return (.unreadable, [])
        }
        // What was edited stays in its variable; what it was before is no step of the pipeline.
        guard let called = record.function else {
            origins[lineage] = .edit
            return (.edit, [])
        }
        let step = index(of: try functions.function(called, source))
        steps[step].calls += 1
        origins[lineage] = .step(step)
        var unsaved: [Unsaved] = []
        for input in record.inputs {
            if let variable = input.variable {
                let from = Pipeline.End.variable(index(of: variable))
                edges[EdgeName(from: from, to: .step(step), argument: input.name), default: 0] += 1
            } else if let lineage = input.lineage {
                unsaved.append(Unsaved(lineage: lineage, to: .step(step), argument: input.name))
            }
        }
        return (.step(step), unsaved)
    }

    private mutating func index(of variable: String) -> Int {
        if let known = variableIndices[variable] { return known }
        variables.append(Pipeline.Variable(name: variable))
        variableIndices[variable] = variables.count - 1
        return variables.count - 1
    }

    private mutating func index(of function: LineageGraph.Function) -> Int {
        if let known = stepIndices[function] { return known }
        steps.append(Pipeline.Step(function: function))
        stepIndices[function] = steps.count - 1
        return steps.count - 1
    }

    // MARK: The result

    /// What was found, in an order that does not depend on the order of the records.
    package func finish() -> Pipeline {
        let byName = variables.indices.sorted {
            variables[$0].name.utf8.lexicographicallyPrecedes(variables[$1].name.utf8)
        }
        let byFunction = steps.indices.sorted { Self.sortKey(steps[$0]) < Self.sortKey(steps[$1]) }
        var places: [Pipeline.End: Pipeline.End] = [:]
        for (new, old) in byName.enumerated() { places[.variable(old)] = .variable(new) }
        for (new, old) in byFunction.enumerated() { places[.step(old)] = .step(new) }
        var pipeline = Pipeline()
        pipeline.variables = byName.map { variables[$0] }
        pipeline.steps = byFunction.map { steps[$0] }
        pipeline.edges = edges.map { name, count in
            Pipeline.Edge(
                from: places[name.from] ?? name.from, to: places[name.to] ?? name.to, argument: name.argument,
                count: count)
        }.sorted { Self.sortKey($0) < Self.sortKey($1) }
        return pipeline
    }

    private static func sortKey(_ step: Pipeline.Step) -> (String, String, Digest) {
        (step.function.name, step.function.version ?? "", step.function.identity)
    }

    /// Into functions before out of them.
    private static func sortKey(_ edge: Pipeline.Edge) -> (Int, Int, Int, Int, String) {
        func rank(_ end: Pipeline.End) -> (Int, Int) {
            switch end {
            case .variable(let index): (1, index)
            case .step(let index): (0, index)
            }
        }
        let (to, from) = (rank(edge.to), rank(edge.from))
        return (to.0, to.1, 1 - from.0, from.1, edge.argument ?? "")
    }
}
