import Stemma
import StemmaRecords

extension Command {
    static let schemaShow = Command(
        name: "schema show",
        summary: "print a schema",
        usage: "VARIABLE [--schema-version V] [--at REV]",
        positionals: [.one("VARIABLE", .variables, "the variable")],
        options: [
            .schemaVersion("the version (default: that under which records are saved)"), .at,
        ],
        discussion: ["Prints the document, which 'stemma schema set' takes again."],
        examples: [
            Example("stemma schema show Trial", "what is saved now must be like this"),
            Example("stemma schema show Trial --schema-version 0.1.0", "what was"),
        ],
        run: showSchema)
}

@Sendable private func showSchema(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let version = try arguments.schemaVersion()
    let store = try session.openStore()
    let schema = try session.view(of: store, arguments).schema(of: arguments.words[0], version: version)
    try session.output.emit(schema)
    try session.output.summary(["schemas": 1])
    return .done
}

extension Output {
    /// A schema as an object, or the document alone.
    func emit(_ schema: VariableSchema) throws {
        if isJSON {
            try emit("schema", schema.members(withDocument: true), note: "")
        } else {
            try verbatim(String(decoding: schema.document.printedPretty, as: UTF8.self))
        }
    }
}
