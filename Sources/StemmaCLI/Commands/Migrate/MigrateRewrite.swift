import Stemma

extension Command {
    static let migrateRewrite = Command(
        name: "migrate rewrite",
        summary: "give records for good the form in which they are read",
        usage: "VARIABLE [--dry-run] [--skip-invalid] [-m TEXT]",
        positionals: [.one("VARIABLE", .variables, "whose records")],
        options: [.dryRun, .skipInvalid, .allowProgram, .timeLimit, .message],
        discussion: [
            """
            Makes one commit that does what 'stemma migrate --lazy' has put off, and what records lack that were passed \
            over or came with a merge. Calls are answered as before: nothing becomes stale by it.
            """
        ],
        examples: [
            Example("stemma migrate rewrite Trial --dry-run", "how many records would be written anew")
        ],
        run: rewriteRecords)
}

/// Also what `migrate --rewrite` does.
@Sendable func rewriteRecords(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let variable = arguments.words[0]
    let store = try session.openStore()
    return try session.migrate(arguments, store, MigrationOptions()) {
        try store.rewrite(variable, options: $0)
    }
}
