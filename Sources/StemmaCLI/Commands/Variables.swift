import Stemma

extension Command {
    static let variables = Command(
        name: "variables",
        summary: "list variables, with counts",
        usage: "[--at REV]",
        options: [.at],
        discussion: [
            """
            Prints for each variable how many records it has, in how many versions, the sum of their payloads' sizes, \
            the format, and the schema version that records are saved under. No payload is read.
            """
        ],
        examples: [
            Example("stemma variables", "what is in the store"),
            Example("stemma variables --at main", "what is on a branch"),
        ],
        run: listVariables)
}

@Sendable private func listVariables(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let variables = try session.view(of: store, arguments).variables()
    var (records, bytes) = (0, 0)
    for variable in variables {
        records += variable.records
        bytes += variable.bytes
        var members: JSONObject = [
            "name": .string(variable.name), "format": .string(variable.format.rawValue),
            "records": .count(variable.records), "versions": .count(variable.versions),
            "bytes": .count(variable.bytes),
        ]
        if let schema = variable.schema { members["schema"] = .string(schema.description) }
        try session.output.emit(
            "variable", members,
            [Cell(variable.name)] + Cell.counted(variable.records, "record")
                + Cell.counted(variable.versions, "version")
                + [.right(Amount.bytes(variable.bytes)), Cell(variable.format.rawValue)]
                + (variable.schema.map { [Cell("schema \($0)")] } ?? []))
    }
    let (count, total, size) = (variables.count, records, bytes)
    try session.output.summary(
        [
            "variables": .count(count), "records": .count(total), "bytes": .count(size),
        ], count == 0 ? "the store is empty" : nil)
    return .done
}
