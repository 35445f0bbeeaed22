import StemmaRecords

/// `properties`, `patternProperties` and `additionalProperties`, which are about the same members.
struct MembersApplicator: Applicator {
    /// In the order of `JSONObject`, so that both are gone through side by side.
    let properties: [(name: String, node: Int)]
    let patterns: [(pattern: Pattern, node: Int)]
    let additional: Int?

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        guard case .object(let object) = value else { return true }
        var holds = true
        var next = 0
        for position in 0..<object.count {
            let (name, member) = object[position]
            var order = -1
            while next < properties.count {
                order = JSONName.compare(properties[next].name, name)
                if order >= 0 { break }
                next += 1
            }
            var isKnown = false
            if order == 0, next < properties.count {
                isKnown = true
                holds = evaluation.apply(properties[next].node, to: member, at: position) && holds
            }
            for (pattern, schema) in patterns {
                if !holds, evaluation.isStopping { return false }
                guard evaluation.matches(name, pattern, "patternProperties", of: node) else {
                    if evaluation.abandonment != nil { return false }
                    continue
                }
                isKnown = true
                holds = evaluation.apply(schema, to: member, at: position) && holds
            }
            if !isKnown, let additional {
                isKnown = true
                holds = evaluation.apply(additional, to: member, at: position) && holds
            }
            if isKnown { marks?.insert(position) }
            if !holds, evaluation.isStopping { return false }
        }
        return holds
    }
}

/// `propertyNames`.
struct NamesApplicator: Applicator {
    let names: Int

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        guard case .object(let object) = value else { return true }
        var holds = true
        for position in 0..<object.count {
            let name = JSONValue.string(object[position].name)
            if evaluation.apply(names, to: name, at: position, saying: "the member's name: ") { continue }
            if evaluation.isStopping { return false }
            holds = false
        }
        return holds
    }
}

/// `dependentSchemas`.
struct DependentSchemasApplicator: Applicator {
    let schemas: [(condition: String, node: Int)]

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        guard case .object(let object) = value else { return true }
        var holds = true
        for (condition, schema) in schemas where object.position(of: condition) != nil {
            if evaluation.apply(schema, to: value, &marks) { continue }
            if evaluation.isStopping { return false }
            holds = false
        }
        return holds
    }
}
