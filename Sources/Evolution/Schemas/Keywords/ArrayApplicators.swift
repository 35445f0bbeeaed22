import StemmaRecords

/// `prefixItems` and `items`, which are about the same elements.
struct ElementsApplicator: Applicator {
    let prefix: [Int]
    let rest: Int?

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        guard case .array(let elements) = value else { return true }
        let evaluated = rest == nil ? min(prefix.count, elements.count) : elements.count
        marks?.insert(below: evaluated)
        var holds = true
        for position in 0..<evaluated {
            guard let schema = position < prefix.count ? prefix[position] : rest else { break }
            if evaluation.apply(schema, to: elements[position], at: position) { continue }
            if evaluation.isStopping { return false }
            holds = false
        }
        return holds
    }
}

/// `contains`, `minContains` and `maxContains`.
struct ContainsApplicator: Applicator {
    let schema: Int
    /// `nil` if there is no such keyword: then it is one, and `contains` is what is not satisfied.
    let minimum: Int?
    let maximum: Int?

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        guard case .array(let elements) = value else { return true }
        var count = 0
        for position in elements.indices where evaluation.tries(schema, on: elements[position], at: position)
        {
            count += 1
            marks?.insert(position)
        }
        if count < minimum ?? 1 {
            evaluation.report(
                minimum == nil ? "contains" : "minContains", of: node,
                minimum == nil
                    ? "no element is what the array has to contain"
                    : "\(counted(count, "element")) of what the array has to contain, fewer than \(minimum ?? 1)"
            )
            return false
        }
        if let maximum, count > maximum {
            evaluation.report(
                "maxContains", of: node,
                "\(counted(count, "element")) of what the array may contain, more than \(maximum)")
            return false
        }
        return true
    }
}
