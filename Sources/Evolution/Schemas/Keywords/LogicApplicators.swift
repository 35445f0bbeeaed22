import StemmaRecords

/// `allOf`.
struct AllApplicator: Applicator {
    let schemas: [Int]

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        var holds = true
        for schema in schemas where !evaluation.apply(schema, to: value, &marks) {
            if evaluation.isStopping { return false }
            holds = false
        }
        return holds
    }
}

/// `not`.
struct NotApplicator: Applicator {
    let schema: Int

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        var dropped: EvaluatedParts?
        guard evaluation.tries(schema, on: value, &dropped) else { return true }
        evaluation.report("not", of: node, "\(value.shown) is what must not be here")
        return false
    }
}

/// `if`, `then` and `else`.
struct ConditionApplicator: Applicator {
    let condition: Int
    let consequence: Int?
    let alternative: Int?

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        var own = marks.empty
        let isMet = evaluation.tries(condition, on: value, &own)
        if isMet { marks.formUnion(own) }
        guard let schema = isMet ? consequence : alternative else { return true }
        return evaluation.apply(schema, to: value, &marks)
    }
}
