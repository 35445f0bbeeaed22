import StemmaRecords

/// `$ref`, and a `$dynamicRef` that means one place only.
struct ReferenceApplicator: Applicator {
    let target: Int

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        evaluation.apply(target, to: value, &marks)
    }
}

/// A `$dynamicRef` to a `$dynamicAnchor`: which of that name is meant depends on the way that led here.
struct DynamicReferenceApplicator: Applicator {
    /// The place among `SchemaProgram.dynamicAnchors`.
    let anchor: Int
    /// What it means where no resource on the way has the anchor.
    let target: Int

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        evaluation.apply(evaluation.dynamicTarget(anchor) ?? target, to: value, &marks)
    }
}
