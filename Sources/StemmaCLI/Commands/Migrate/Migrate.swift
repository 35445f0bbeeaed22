import Stemma

extension Command {
    static let migrate = Command(
        name: "migrate",
        summary: "take records to another version of their schema",
        usage: """
            VARIABLE --to V [--with FILE] ... [--program CMD [--down-program CMD]] [--dry-run] [--lazy] \
            [--skip-invalid] [--keep-downstream] [-m TEXT]
            """,
        positionals: [.one("VARIABLE", .variables, "whose records")],
        options: [
            .taking("V", "to", completes: .schemaVersions, "the version that they are to have"),
            .taking(
                "FILE", "with", completes: .files, repeats: true,
                "a definition of a migration, which is stored with the variable (see Docs/Format.md); - for standard input"
            ),
            .taking(
                "CMD", "program",
                "a program is the migration to V: it reads payloads as JSON Lines and writes as many, in the same order"
            ),
            .taking("CMD", "down-program", "the same for the way back"),
            .allowProgram, .timeLimit, .dryRun,
            .flag("lazy", "only declare the new version: records are raised when they are read"),
            .skipInvalid,
            .flag(
                "keep-downstream",
                "the new payload stands for the old one in calls: what was made from it is not stale"),
            .taking(
                "POINTER", "mark",
                "where payloads have, from now on, the list of versions that they came through; '' for nowhere"
            ),
            .flag("rewrite", "the same as stemma migrate rewrite"),
            .message,
        ],
        exclusive: ["to", "with", "program", "lazy", "keep-downstream", "mark"].map { ["rewrite", $0] }
            + [["lazy", "program"]],
        discussion: [
            """
            Makes one commit in which every record has its payload in the new form, with the lineage and the address \
            that it had. If any record fails, nothing is changed and the exit code is 1; --skip-invalid leaves those \
            that fail as they are. 'stemma revert' takes it back. The store must have no uncommitted changes.
            """,
            """
            The way goes over definitions that are stored with the variable ('stemma migrate define') or given with \
            --with, along the fewest steps. Payloads are held against the schemas of the versions on the way. To an \
            older version they go by what each definition says of the way back, which operations mostly imply.
            """,
            """
            What was made from the payloads is stale afterwards, unless --keep-downstream is given; migrations that the \
            variable went through before keep what they kept then. A program runs in \
            the current directory, and sees some thousand payloads each time that it is started; no shell reads the \
            command.
            """,
        ],
        examples: [
            Example(
                "stemma migrate Trial --to 0.2.0 --with up.json --dry-run", "which records could be migrated"),
            Example("stemma migrate Trial --to 0.2.0 --program 'python3 up.py'", "by a program"),
            Example("stemma migrate Trial --to 0.1.0", "back to the older form"),
        ],
        run: migrateRecords)
}

@Sendable private func migrateRecords(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    if arguments.has("rewrite") { return try rewriteRecords(arguments, session) }
    let variable = arguments.words[0]
    guard let target = try arguments.schemaVersion("to") else {
        throw UsageError.make("it is not said which version records are to have", hint: "--to 0.2.0")
    }
    if arguments.has("down-program"), !arguments.has("program") {
        throw UsageError.make("--down-program is the way back of --program, which is not given")
    }
    var options = MigrationOptions()
    options.definitions = try arguments.values("with").map(MigrationDefinition.init(file:))
    options.isLazy = arguments.has("lazy")
    options.keepsDownstream = arguments.has("keep-downstream")
    options.mark = try arguments.pointer("mark")
    let store = try session.openStore()
    if let command = arguments.value("program") {
        options.definitions.append(
            try store.migration(
                of: variable, to: target, program: command, down: arguments.value("down-program")))
    }
    return try session.migrate(arguments, store, options) {
        try store.migrate(variable, to: target, options: $0)
    }
}

extension Store {
    /// The definition of a migration by a program, from the version that the variable has to a later one.
    fileprivate func migration(
        of variable: String, to target: SchemaVersion, program: String, down: String?
    ) throws -> MigrationDefinition {
        let status = try migrationStatus(of: variable)
        // Where a schema of the new version was set before, only records are still of an older one.
        let older = status.versions.last { $0.version < target && $0.records > 0 }?.version
        let from = status.current < target ? status.current : older ?? status.current
        guard from < target else {
            throw StemmaError(
                .nothingToMigrate,
                "\(variable) is at the version \(from): --program makes the migration to a later one",
                hint: from == target
                    ? "no record is of an older version" : "stemma migrate \(variable) --to \(target)")
        }
        var members: JSONObject = [
            "from": .string(from.description), "to": .string(target.description),
            "up": ["program": .string(program)],
        ]
        if let down { members["down"] = ["program": .string(down)] }
        return try MigrationDefinition(.object(members))
    }
}

extension StemmaError.Code {
    /// A migration that is to be made leads nowhere.
    static let nothingToMigrate = Self("nothing-to-migrate")
}
