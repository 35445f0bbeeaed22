import StemmaRecords

/// `unevaluatedItems` and `unevaluatedProperties`: what no keyword beside them was applied to.
struct UnevaluatedApplicator: Applicator {
    enum Kind: String { case unevaluatedItems, unevaluatedProperties }

    let kind: Kind
    let schema: Int

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        switch (kind, value) {
        case (.unevaluatedItems, .array(let elements)):
            return holds(elements.count, { elements[$0] }, &evaluation, &marks)
        case (.unevaluatedProperties, .object(let object)):
            return holds(object.count, { object[$0].value }, &evaluation, &marks)
        default:
            return true
        }
    }

    private func holds(
        _ count: Int, _ part: (Int) -> JSONValue, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        var holds = true
        for position in 0..<count where marks?.contains(position) == false {
            if evaluation.apply(schema, to: part(position), at: position) { continue }
            if evaluation.isStopping { return false }
            holds = false
        }
        marks?.insert(below: count)
        return holds
    }
}
