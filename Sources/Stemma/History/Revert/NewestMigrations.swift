import StemmaBlobs
import StemmaRecords

extension Store {
    /// Throws `.laterMigration` where a commit took a variable through migrations, forwards or back, and it went through
    /// others since; and where it brought what later ones stand on, such as the schema of a version that they lead to.
    func checkNewestMigrations(_ undone: UndoneCommit) throws {
        let migrated = undone.migratedVariables
        for variable in Set(undone.files.map(\.variable)).union(migrated).sorted() {
            guard let now = try read({ try $0.variable(variable)?.settings.migrations }), !now.isEmpty else {
                continue
            }
            let former = undone.names.former(variable)
            let before = try undone.before.settings(ofThen: former)
            let after = try undone.after.settings(ofThen: former)
            let touched = undone.versionsTouched(of: variable, before, after)
            let later =
                undone.migrationLater(now, isMigrated: migrated.contains(variable), before, after)
                ?? now.last { migration in
                    after?.migrations.contains(migration) != true
                        && (touched.contains(migration.from) || touched.contains(migration.to))
                }
            if let later { throw StemmaError.laterMigration(later, of: variable) }
        }
    }
}

extension PagedView {
    fileprivate func settings(ofThen variable: String) throws -> VariableSettings? {
        try variableNames().contains(variable) ? settings(of: variable) : nil
    }
}

extension UndoneCommit {
    /// The last migration that a variable went through after those of the commit.
    fileprivate func migrationLater(
        _ now: [AppliedMigration], isMigrated: Bool, _ before: VariableSettings?, _ after: VariableSettings?
    ) -> AppliedMigration? {
        let (before, after) = (before?.migrations ?? [], after?.migrations ?? [])
        if let last = now.lastIndex(where: { after.contains($0) && !before.contains($0) }) {
            return now[(last + 1)...].last
        }
        if Set(before).subtracting(after).isEmpty, !isMigrated { return nil }
        return now.last { !after.contains($0) }
    }

    /// The versions of which it brought or changed a schema or a migration, and those that the variable was at.
    fileprivate func versionsTouched(
        of variable: String, _ before: VariableSettings?, _ after: VariableSettings?
    ) -> Set<SchemaVersion> {
        var versions: Set<SchemaVersion> = []
        for file in files where file.variable == variable { versions.formUnion(file.file.versions) }
        if before?.schema != after?.schema {
            versions.formUnion([before, after].compactMap { $0?.currentVersion })
        }
        if let before, let after, before.legacyVersion != after.legacyVersion {
            versions.formUnion([before.legacyVersion, after.legacyVersion])
        }
        return versions
    }

    /// The variables of which it took records through migrations: with the lineage that they had.
    fileprivate var migratedVariables: Set<String> {
        var found: Set<String> = []
        for case .changed(let before, let after) in changes
        where before.migratedFrom != after.migratedFrom && before.lineage == after.lineage {
            found.insert(after.variable)
        }
        return found
    }
}

extension StemmaError.Code {
    /// A migration cannot be reverted before a later one of the same variable; `fields` has `variable`, `from` and `to`.
    public static let laterMigration = Self("later-migration")
}

extension StemmaError {
    fileprivate static func laterMigration(_ later: AppliedMigration, of variable: String) -> StemmaError {
        StemmaError(
            .laterMigration,
            "\(variable) went through a later migration since, from \(later.from) to \(later.to)",
            hint: "revert that one first; nothing was changed",
            fields: ["variable": variable, "from": later.from.description, "to": later.to.description])
    }
}
