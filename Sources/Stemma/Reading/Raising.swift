import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// How payloads of one version of a variable are taken to the one that a reader asks for.
struct Raising: Sendable {
    let migration: Migration
    /// The digest of all that decides what becomes of a payload; `nil` where a closure does, which only its name is known
    /// of.
    let way: Digest?
    /// Whether calls go on with what payloads were before.
    let keepsDownstream: Bool

    var path: MigrationPath { migration.path }

    init(_ migration: Migration, of migrations: VariableMigrations) {
        self.migration = migration
        way = migration.path.way(mark: migrations.settings.migrationMark)
        keepsDownstream = migrations.keepsDownstream(migration.path)
    }

    /// A payload in the form that is asked for. Throws `.migrationFailed`, and what parsing throws.
    func raised(_ payload: [UInt8]) throws -> [UInt8] {
        let value = try payload.withUnsafeBytes { try JSONParser.parse($0) }
        return try migration.apply(to: value).canonical + [0x0A]
    }
}

extension MigrationPath {
    /// The digest of what the path does to a payload.
    fileprivate func way(mark: JSONPointer?) -> Digest? {
        guard isDeclarative else { return nil }
        var text = "raised to \(to)\n"
        for step in steps { text += "\(step.isDown ? "down" : "up") \(step.definition.digest.hex)\n" }
        if let mark { text += "mark \(mark)\n" }
        return Digest.of(Array(text.utf8))
    }
}

extension PagedView {
    /// How payloads of a version get to another one: by migrations that the variable has gone through or, where a type
    /// states the version and these do not lead there, by any that is known.
    ///
    /// Throws what finding a path throws, `.migrationNotRegistered`, `.migrationNeedsProgram`, and what makes migrations
    /// unusable: `.migrationConflict`, `.migrationChanged`, `.migrationMissing`.
    func raising(
        of variable: String, _ settings: VariableSettings, from: SchemaVersion, to: SchemaVersion,
        isStated: Bool
    ) throws -> Raising {
        // What is known of a variable is for one thread at a time.
        try store.state.withLock {
            let migrations = try knownMigrations(of: variable, settings)
            let migration: Migration
            do {
                migration = try migrations.migration(from: from, to: to, onlyApplied: true)
            } catch let error as StemmaError where isStated && Self.leadsNowhere.contains(error.code) {
                migration = try migrations.migration(from: from, to: to)
            }
            if let step = migration.path.programStep { throw StemmaError.migrationNeedsProgram(step) }
            return Raising(migration, of: migrations)
        }
    }

    private static var leadsNowhere: Set<StemmaError.Code> {
        [.noMigrationPath, .unknownSchemaVersion, .newerSchema, .migrationHasNoDown]
    }
}

extension MigrationPath {
    fileprivate var programStep: MigrationStep? {
        steps.first { if case .program? = $0.way { true } else { false } }
    }
}
