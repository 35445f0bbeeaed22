import StemmaBlobs
import StemmaEvolution
import StemmaRecords

extension Store {
    /// Takes the records of a variable to another version of its schema, as one commit.
    ///
    /// Every record keeps its address and its lineage, and gets a new payload, `schema` and `migratedFrom`. The variable's
    /// settings remember the migrations that it went through, with the digests of their definitions. If any record fails
    /// nothing is changed, unless the options say that it is to be passed over; the report tells. Lazily, only the
    /// settings change, and records are raised when they are read.
    ///
    /// - Parameters:
    ///   - variable: whose records.
    ///   - target: the version that they are to have: a newer one by `up`, an older one by `down`.
    /// Throws `.unknownVariable`, `.unknownSchemaVersion`, `.newerSchema`, `.noMigrationPath`, `.migrationHasNoDown`,
    /// `.migrationConflict`, `.migrationChanged`, `.migrationNotRegistered` and `.migrationNotDeclarative`, and what would
    /// refuse the commit, all before anything is changed.
    public func migrate(
        _ variable: String, to target: SchemaVersion, options: MigrationOptions = MigrationOptions()
    ) throws -> MigrationReport {
        if options.isDryRun {
            let migrations = try workTree.migrations(of: variable)
            for definition in options.definitions { try migrations.add(definition) }
            var pass = try MigrationPass(
                self, migrations, to: target, schema: migrations.schema(at: target)?.description, options)
            try pass.checkTarget(target)
            // Every record is tried, also where only the new version would be declared: reading is too late to learn it.
            try pass.run(nil)
            if options.isLazy { try pass.checkIsDeclarative() }
            return pass.report
        }
        let message = options.message ?? "Migrate \(variable) to \(target)"
        return try exclusively {
            // Whoever has changed a definition by hand is told so, and not only that something is changed.
            _ = try workTree.migrations(of: variable)
            try checkOneCommit("migrate", message: message)
            let (steps, report) = try transactMigration(variable, target, options)
            return try commit(report, steps, message)
        }
    }

    /// Gives the records of a variable, for good, the form that they have when they are read: all that a lazy migration has
    /// left behind.
    ///
    /// Throws what `migrate` throws.
    public func rewrite(_ variable: String, options: MigrationOptions = MigrationOptions()) throws
        -> MigrationReport
    {
        func pass() throws -> MigrationPass {
            let migrations = try workTree.migrations(of: variable)
            let settings = migrations.settings
            let target = settings.readVersion ?? settings.currentVersion
            var pass = try MigrationPass(
                self, migrations, to: target, schema: migrations.schema(at: target)?.description,
                onlyApplied: true, options)
            // A newer schema that came without a migration leaves records as they are. So do migrations what is not JSON.
            pass.isSelected = { record in
                record.format == .json && settings.version(of: record).map { $0 <= target } ?? true
            }
            return pass
        }
        if options.isDryRun {
            var pass = try pass()
            try pass.run(nil)
            return pass.report
        }
        let message = options.message ?? "Rewrite \(variable) as it is read"
        return try exclusively {
            try checkOneCommit("migrate", message: message)
            var pass = try pass()
            try undoing {
                try transact { transaction in
                    try pass.run(transaction)
                    if !pass.isComplete || pass.report.migrated == 0 { throw Undone() }
                }
            }
            return try commit(pass.finished, pass.steps, message)
        }
    }

    private func transactMigration(
        _ variable: String, _ target: SchemaVersion, _ options: MigrationOptions
    ) throws -> ([MigrationStep], MigrationReport) {
        var result: (steps: [MigrationStep], report: MigrationReport)?
        try undoing {
            try transact { transaction in
                for definition in options.definitions { try transaction.add(definition, of: variable) }
                let migrations = try transaction.migrations(of: variable)
                var pass = try MigrationPass(
                    self, migrations, to: target, schema: migrations.schema(at: target)?.description, options)
                try pass.checkTarget(target)
                if options.isLazy {
                    try pass.plan()
                    try pass.checkIsDeclarative()
                } else {
                    try pass.run(transaction)
                }
                result = (pass.steps, pass.finished)
                guard pass.isComplete else { throw Undone() }
                try transaction.settle(pass.steps, of: migrations, at: target, options)
                options.progress?(
                    RecordProgress(phase: .committing, done: 0, total: pass.report.migrated))
            }
        }
        return result ?? ([], MigrationReport(variable: variable, target: target))
    }

    /// What a transaction ends with that is not to happen.
    private struct Undone: Error {}

    private func undoing(_ body: () throws -> Void) throws {
        do { try body() } catch is Undone {}
    }

    private func commit(
        _ report: MigrationReport, _ steps: [MigrationStep], _ message: String
    ) throws -> MigrationReport {
        var report = report
        guard report.isApplied else { return report }
        report.commit = try commitOrTakeBack(
            message, operation: .migrate,
            trailers: steps.map { "Stemma-Migration: \($0.from) \($0.to) \($0.definition.digest)" })
        return report
    }
}

extension MigrationPass {
    /// The report of a pass over all records.
    fileprivate var finished: MigrationReport {
        var report = report
        report.isApplied = isComplete
        return report
    }

    /// Throws when the variable cannot be at a version, whatever records it has.
    fileprivate mutating func checkTarget(_ target: SchemaVersion) throws {
        if let mark = options.mark { migrations.mark(at: mark) }
        // Records that are saved from now on would have no way from where the others came.
        let migration = try migrations.migration(from: migrations.settings.currentVersion, to: target)
        if options.isLazy { try migration.path.checkIsDeclarative() }
        try take(migration.path)
    }

    /// Throws where records could not be raised when they are read.
    fileprivate func checkIsDeclarative() throws {
        for path in report.routes.map(\.path) {
            // However it is made: nobody reads a record in an older form than the one that it is stored in.
            if path.from > path.to { throw StemmaError.lazyDown(path) }
            try path.checkIsDeclarative()
        }
    }
}

extension MigrationPath {
    /// Throws `.migrationNotDeclarative` unless values can be raised one by one when they are read.
    fileprivate func checkIsDeclarative() throws {
        guard let step = steps.first(where: { $0.way?.isDeclarative != true }) else { return }
        if from > to { throw StemmaError.lazyDown(self) }
        throw StemmaError.migrationNotDeclarative(step)
    }
}

extension Transaction {
    /// Stores a migration with its variable; the same one twice is fine. Says whether that changes anything.
    ///
    /// Throws `.migrationConflict` for another one between the same versions, and `.unknownVariable`.
    @discardableResult
    public func add(_ definition: MigrationDefinition, of variable: String) throws -> Bool {
        let migrations = try migrations(of: variable)
        try migrations.add(definition)
        return try set(definition.file(of: variable), to: definition.fileContent)
    }

    /// Writes into the settings of a variable which version it is at, and what it went through.
    fileprivate func settle(
        _ steps: [MigrationStep], of migrations: VariableMigrations, at target: SchemaVersion,
        _ options: MigrationOptions
    ) throws {
        var settings = migrations.settings
        for step in steps where !step.isDown {
            // Those that Swift makes of closures are stored by their names when they are first applied.
            try set(step.definition.file(of: migrations.variable), to: step.definition.fileContent)
            if !settings.migrations.contains(where: { $0.definition == step.definition.digest }) {
                settings.migrations.append(
                    AppliedMigration(
                        from: step.from, to: step.to, definition: step.definition.digest,
                        keepsDownstream: options.keepsDownstream))
            }
        }
        settings.migrations.removeAll { $0.to > target }
        settings.schema = try migrations.schema(at: target)
        settings.migrationMark = migrations.mark
        try set(settings, of: migrations.variable)
    }
}

extension VariableSettings {
    /// The version that records are saved under.
    var currentVersion: SchemaVersion { schema ?? legacyVersion }
}

extension Store {
    /// Stores a migration with its variable, in a transaction of its own; no record is changed.
    ///
    /// Throws `.migrationConflict` for another one between the same versions, and `.unknownVariable`.
    @discardableResult
    public func add(_ definition: MigrationDefinition, of variable: String) throws -> Bool {
        try transaction { try $0.add(definition, of: variable) }
    }
}

extension StemmaError.Code {
    /// A migration is not made of operations, so that records cannot be raised when they are read; `fields` has `step`.
    public static let migrationNotDeclarative = Self("migration-not-declarative")
}

extension StemmaError {
    fileprivate static func migrationNotDeclarative(_ step: MigrationStep) -> StemmaError {
        StemmaError(
            .migrationNotDeclarative,
            "the step \(step) is not made of operations: records cannot be raised by it when they are read",
            hint: "migrate them now, not lazily", fields: ["step": step.description])
    }

    fileprivate static func lazyDown(_ path: MigrationPath) -> StemmaError {
        StemmaError(
            .migrationNotDeclarative,
            "records are not taken down from \(path.from) to \(path.to) when they are read",
            hint: "migrate them now, not lazily", fields: ["step": path.description])
    }
}
