import Stemma

/// Lineage and pipelines as JSON Lines: nodes, the edges between them, and a summary.
enum LineageObjects {
    static func members(_ node: LineageGraph.Node, id: Int) -> JSONObject {
        var members: JSONObject = [
            "id": .count(id), "steps": .count(node.distance), "content": .string(node.content.hex),
            "format": .string(node.format.rawValue),
        ]
        if let address = node.address {
            members["variable"] = .string(address.variable)
            members["keys"] = address.keys.json
            members["version"] = address.version.json
        }
        if let lineage = node.lineage { members["lineage"] = .string(lineage.hex) }
        if node.cutInputs > 0 { members["cut"] = .count(node.cutInputs) }
        switch node.origin {
        case .data:
            members["origin"] = "data"
        case .call(let call):
            members["origin"] = "call"
            members["function"] = Self.function(call.function)
            members["invocation"] = .string(call.invocation.hex)
            members["constants"] = .array(call.constants.map(constant))
            members["output"] = call.output.map { .count($0) }
            if let keys = call.keys { members["toldKeys"] = keys.json }
        case .edit(let reason):
            members["origin"] = "edit"
            members["note"] = .string(reason)
        case .unreadable(let error):
            members["origin"] = .string(origin(error))
            members["message"] = .string(error.message)
        }
        return members
    }

    /// `missing` or `damaged`: what a lineage record is that cannot be read.
    static func origin(_ error: StemmaError) -> String {
        error.code == .objectMissing ? "missing" : "damaged"
    }

    private static func constant(_ constant: LineageGraph.Constant) -> JSONValue {
        var members: JSONObject = [
            "name": .string(constant.name), "position": .count(constant.position),
            "type": .string(constant.type),
        ]
        switch constant.value {
        case .inline(let value): members["value"] = value
        case .blob(let digest, let format, let preview):
            members["digest"] = .string(digest.hex)
            members["format"] = .string(format.rawValue)
            members["preview"] = .string(preview)
        }
        return .object(members)
    }

    static func function(_ function: LineageGraph.Function) -> JSONValue {
        var members: JSONObject = [
            "name": .string(function.name), "language": .string(function.language),
            "identity": .string(function.identity.hex),
        ]
        members["module"] = function.module.map { .string($0) }
        members["version"] = function.version.map { .string($0) }
        return .object(members)
    }

    static func members(_ input: LineageGraph.Input, to node: Int) -> JSONObject {
        var members: JSONObject = [
            "from": .count(input.node), "to": .count(node), "name": .string(input.name),
            "position": .count(input.position),
        ]
        if input.isWhole { members["whole"] = true }
        return members
    }

    static func members(_ variable: Pipeline.Variable, id: Int) -> JSONObject {
        [
            "id": .count(id), "origin": "variable", "variable": .string(variable.name),
            "records": .count(variable.records), "data": .count(variable.data),
            "edited": .count(variable.edited), "unreadable": .count(variable.unreadable),
        ]
    }

    static func members(_ step: Pipeline.Step, id: Int) -> JSONObject {
        [
            "id": .count(id), "origin": "function", "function": function(step.function),
            "calls": .count(step.calls),
        ]
    }

    static func members(_ edge: Pipeline.Edge, variables: Int) -> JSONObject {
        var members: JSONObject = [
            "from": .count(edge.from.index(variables: variables)),
            "to": .count(edge.to.index(variables: variables)),
            "count": .count(edge.count),
        ]
        members["name"] = edge.argument.map { .string($0) }
        return members
    }
}

extension Output {
    /// The family tree: as text below each other, or every node, every edge and a summary.
    func emit(_ graph: LineageGraph, _ text: LineageNodeText) throws {
        guard isJSON else { return try LineageTree(graph, text).forEachRow { try row($0) } }
        var (edges, cut, unreadable) = (0, 0, 0)
        for (id, node) in graph.nodes.enumerated() {
            try emit("node", LineageObjects.members(node, id: id), [])
            edges += node.inputs.count
            cut += node.cutInputs
            if case .unreadable = node.origin { unreadable += 1 }
        }
        for (id, node) in graph.nodes.enumerated() {
            for input in node.inputs { try emit("edge", LineageObjects.members(input, to: id), []) }
        }
        let counts = (edges: edges, cut: cut, unreadable: unreadable)
        try summary([
            "nodes": .count(graph.nodes.count), "edges": .count(counts.edges), "cut": .count(counts.cut),
            "unreadable": .count(counts.unreadable),
        ])
    }

    /// The pipeline: a line for each function and what it makes, or nodes, edges and a summary.
    func emit(_ pipeline: Pipeline) throws {
        guard isJSON else {
            if pipeline.variables.isEmpty { try line("the store is empty") }
            return try PipelineText(pipeline).forEachRow { try row($0) }
        }
        for (id, variable) in pipeline.variables.enumerated() {
            try emit("node", LineageObjects.members(variable, id: id), [])
        }
        let variables = pipeline.variables.count
        for (index, step) in pipeline.steps.enumerated() {
            try emit("node", LineageObjects.members(step, id: variables + index), [])
        }
        for edge in pipeline.edges {
            try emit("edge", LineageObjects.members(edge, variables: variables), [])
        }
        try summary([
            "nodes": .count(variables + pipeline.steps.count), "edges": .count(pipeline.edges.count),
            "unreadable": .count(pipeline.variables.reduce(0) { $0 + $1.unreadable }),
        ])
    }
}
