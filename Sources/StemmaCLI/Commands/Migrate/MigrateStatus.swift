import Stemma

extension Command {
    static let migrateStatus = Command(
        name: "migrate status",
        summary: "which versions records have, and applied migrations",
        usage: "[VARIABLE]",
        positionals: [.optional("VARIABLE", .variables, "the variable (default: all that have versions)")],
        discussion: [
            """
            Prints every version with how many records are of it, and every migration: whether the variable went \
            through it, and in which commit. 'stemma status' counts the records that are raised when they are read.
            """
        ],
        examples: [Example("stemma migrate status Trial", "before and after a migration")],
        run: showMigrations)
}

@Sendable private func showMigrations(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let named = arguments.words.first
    var (variables, pending, behind) = (0, 0, 0)
    for variable in try named.map({ [$0] }) ?? store.workTree.variables().map(\.name) {
        let status = try store.migrationStatus(of: variable)
        if named == nil, status.versions.count < 2, status.migrations.isEmpty { continue }
        variables += 1
        pending += status.migrations.count { $0.state == .pending }
        behind += status.behind
        try session.output.emit(status, isHeaded: named == nil)
    }
    let (found, waiting, older) = (variables, pending, behind)
    try session.output.summary(
        ["variables": .count(found), "pending": .count(waiting), "behind": .count(older)],
        found == 0 ? "no variable has versions" : nil)
    return .done
}

extension Output {
    /// The versions and migrations of a variable.
    fileprivate func emit(_ status: MigrationStatus, isHeaded: Bool) throws {
        if isHeaded { try line(status.variable, .strong) }
        for version in status.versions {
            let isCurrent = version.version == status.current
            try emit(
                "schema-version",
                [
                    "variable": .string(status.variable), "schema": .string(version.version.description),
                    "records": .count(version.records), "current": .bool(isCurrent),
                    "hasSchema": .bool(version.hasSchema),
                ],
                [
                    Cell("  \(version.version)"), .right(Amount.counted(version.records, "record")),
                    Cell(version.hasSchema ? "schema" : "no schema"), Cell(isCurrent ? "current" : ""),
                ])
        }
        if status.unreadable > 0 {
            try remark(
                "warning: \(Amount.counted(status.unreadable, "record")) of \(status.variable) say a version that is none"
            )
        }
        // Ends the table: what follows has other columns.
        if !status.migrations.isEmpty { try line("") }
        for migration in status.migrations {
            try emit(
                "migration", MigrationText.members(of: migration, of: status.variable),
                MigrationText.row(migration))
        }
    }
}
