import Stemma

extension Command {
    static let migrateDefine = Command(
        name: "migrate define",
        summary: "store definitions of migrations, without migrating",
        usage: "VARIABLE FILE [FILE ...]",
        positionals: [
            .one("VARIABLE", .variables, "whose payloads they change"),
            Positional(
                name: "FILE", count: 1...Int(Int32.max), completes: .files,
                help: "a definition (see Docs/Format.md); - for standard input"),
        ],
        discussion: [
            """
            Changes the work tree, as save does, and no record. Between two versions there is one migration; another \
            one is refused, and one that was applied is not to be changed any more.
            """
        ],
        examples: [
            Example("stemma migrate define Trial up.json", "for a later stemma migrate Trial --to 0.2.0")
        ],
        run: defineMigrations)
}

@Sendable private func defineMigrations(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let variable = arguments.words[0]
    let definitions = try arguments.words.dropFirst().map(MigrationDefinition.init(file:))
    let store = try session.openStore()
    let isChanged = try store.transaction { transaction in
        try definitions.map { try transaction.add($0, of: variable) }
    }
    let count = isChanged.count { $0 }
    session.output.accomplish("\(Amount.counted(count, "definition was", "definitions were")) stored")
    for (definition, isChanged) in zip(definitions, isChanged) {
        var members = MigrationText.members(of: definition)
        members["variable"] = .string(variable)
        members["state"] = .string(MigrationStatus.State.pending.rawValue)
        try session.output.emit(
            "migration", members,
            note: (isChanged ? "stored" : "nothing changed:")
                + " the migration of \(variable) from \(definition.from) to \(definition.to)"
                + (isChanged ? MigrationText.wayBack(of: definition) : " is that already"))
    }
    try session.output.summary(["migrations": .count(definitions.count), "stored": .count(count)])
    return .done
}

extension MigrationDefinition {
    /// Reads the file of a definition; `-` stands for standard input.
    init(file path: String) throws {
        self = try DocumentFile(path, is: "definition of a migration") { try MigrationDefinition(text: $0) }
            .document
    }
}
