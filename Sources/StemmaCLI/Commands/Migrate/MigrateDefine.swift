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
    let definitions = try arguments.words.dropFirst().map(MigrationFile.read)
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

/// The file of a definition, as somebody gives it.
enum MigrationFile {
    private static let largest = 16 << 20

    static func read(_ path: String) throws -> MigrationDefinition {
        let file = try InputFile(path)
        var bytes: [UInt8] = []
        while let piece = try file.next() {
            bytes += piece
            if bytes.count > largest {
                throw StemmaError(
                    .tooLarge,
                    "\(file.name) is larger than \(largest) bytes: it is no definition of a migration")
            }
        }
        do {
            return try MigrationDefinition(text: bytes)
        } catch let error as StemmaError {
            throw StemmaError(
                error.code, "\(file.name): \(error.message)", hint: error.hint,
                fields: error.fields.merging(["path": file.name]) { $1 })
        }
    }
}
