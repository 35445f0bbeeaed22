import StemmaRecords

/// A keyword that looks at a value alone.
protocol Assertion: Sendable {
    /// The keyword's name.
    var rule: String { get }

    /// Whether the value satisfies it; every value of a kind that it does not speak of does.
    func holds(for value: JSONValue) -> Bool

    /// What is wrong with a value for which it does not hold, in one line.
    func problem(with value: JSONValue) -> String
}

/// A keyword that applies schemas to the value or its parts, or takes more than a look.
protocol Applicator: Sendable {
    /// Whether the value satisfies it.
    ///
    /// Says what is wrong by `evaluation.report` and by applying schemas, and returns at the first `false` if the
    /// evaluation is stopping.
    ///
    /// - Parameters:
    ///   - node: the schema that it stands in.
    ///   - marks: takes down which members or elements were evaluated; `nil` if nobody asks.
    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool
}
