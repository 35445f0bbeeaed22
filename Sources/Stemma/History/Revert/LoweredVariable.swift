import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// A variable that is at an older schema version after a revert than it is now.
struct LoweredVariable {
    /// As it is now: it has the way down.
    let migrations: VariableMigrations
    /// The settings that it has afterwards.
    let settings: VariableSettings

    /// The version that it is at afterwards.
    var version: SchemaVersion { settings.schema ?? settings.legacyVersion }

    /// Whether a record is of a newer version than the variable is at afterwards.
    func isNewer(_ record: Record) -> Bool {
        migrations.settings.version(of: record).map { $0 > version } ?? false
    }

    /// Takes down every record that is of a newer version, but for those that are settled.
    ///
    /// Throws `.newerRecords` when there is no way down for some of them, or when it is a program that is not allowed.
    func takeDown(
        _ newer: NewerRecords, settled: Set<Address>, in transaction: Transaction
    ) throws {
        guard case .takenDown(let allowed, let surroundings) = newer else { return }
        var options = MigrationOptions()
        options.surroundings = surroundings
        options.allowedPrograms = allowed
        var pass = MigrationPass(
            transaction.store, migrations, to: version, schema: Self.member(version, settings), options)
        pass.isSelected = { isNewer($0) && !settled.contains($0.address) }
        do {
            try pass.run(transaction)
        } catch let error as StemmaError
            where [.migrationHasNoDown, .noMigrationPath, .unknownSchemaVersion, .migrationNotRegistered]
            .contains(error.code)
        {
            throw StemmaError.newerRecords(
                try pass.countSelected(), migrations.variable, version, error.message)
        }
        guard pass.report.failed == 0 else {
            throw StemmaError.newerRecords(
                pass.report.failed, migrations.variable, version, pass.report.failures[0].error.message)
        }
    }

    /// The member `schema` of a record of a version.
    static func member(_ version: SchemaVersion, _ settings: VariableSettings) -> String? {
        version == settings.legacyVersion && version != settings.schema ? nil : version.description
    }
}

extension Store {
    /// Throws `.laterMigration` where a commit made variables go through migrations, and they went through others since.
    func checkNewestMigrations(_ files: [FileDifference]) throws {
        for change in files where change.file.kind == .settings {
            let before = try settings(change.before, change.path)?.migrations ?? []
            let made = try (settings(change.after, change.path)?.migrations ?? []).filter {
                !before.contains($0)
            }
            guard !made.isEmpty, let now = try read({ try $0.variable(change.variable)?.settings.migrations })
            else { continue }
            guard let last = now.lastIndex(where: made.contains) else { continue }
            if let later = now[(last + 1)...].last {
                throw StemmaError.laterMigration(later, of: change.variable)
            }
        }
    }

    private func settings(_ content: [UInt8]?, _ path: String) throws -> VariableSettings? {
        try content.map { try VariableSettings(fileContent: $0, path: path, keys: settings.keys) }
    }
}

extension StemmaError.Code {
    /// A migration cannot be reverted before a later one of the same variable; `fields` has `variable`, `from` and `to`.
    public static let laterMigration = Self("later-migration")
    /// Records were saved under a version that is to be taken back, and cannot be taken down; `fields` has `count`.
    public static let newerRecords = Self("newer-records")
}

extension StemmaError {
    fileprivate static func laterMigration(_ later: AppliedMigration, of variable: String) -> StemmaError {
        StemmaError(
            .laterMigration,
            "\(variable) went through a later migration since, from \(later.from) to \(later.to)",
            hint: "revert that one first; nothing was changed",
            fields: ["variable": variable, "from": later.from.description, "to": later.to.description])
    }

    fileprivate static func newerRecords(
        _ count: Int, _ variable: String, _ version: SchemaVersion, _ reason: String
    ) -> StemmaError {
        StemmaError(
            .newerRecords,
            "\(count) record\(count == 1 ? "" : "s") of \(variable) cannot be taken down to \(version): \(reason)",
            hint: "`NewerRecords.kept` leaves them at their version; nothing was changed",
            fields: ["count": String(count), "variable": variable, "reason": reason])
    }
}
