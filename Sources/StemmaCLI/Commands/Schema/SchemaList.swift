import Stemma

extension Command {
    static let schemaList = Command(
        name: "schema list",
        summary: "list schemas",
        usage: "[VARIABLE] [--at REV]",
        positionals: [.optional("VARIABLE", .variables, "the variable (default: all)")],
        options: [.at],
        discussion: [
            "Prints the versions of which variables have a schema, and which one records are saved under."
        ],
        examples: [
            Example("stemma schema list", "of all variables"),
            Example("stemma schema list Trial --at main", "of one, on a branch"),
        ],
        run: listSchemas)
}

@Sendable private func listSchemas(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let view = try session.view(of: store, arguments)
    let variables = try arguments.words.first.map { [$0] } ?? view.variables().map(\.name)
    var count = 0
    for variable in variables {
        for schema in try view.schemas(of: variable) {
            count += 1
            try session.output.emit(
                "schema", schema.members(withDocument: false),
                [
                    Cell(schema.variable), Cell(schema.version.description),
                    Cell(schema.isCurrent ? "current" : ""),
                ])
        }
    }
    let found = count
    try session.output.summary(["schemas": .count(found)], found == 0 ? "no schemas" : nil)
    return .done
}
