import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// How payloads of one version of a variable are taken to the one that a reader asks for.
struct Raising: Sendable {
    /// One way that payloads go.
    struct Way: Sendable {
        let migration: Migration
        /// The digest of all that decides what becomes of a payload; `nil` where a closure does, which only its name is
        /// known of.
        let digest: Digest?
    }

    let way: Way
    /// Whether it stands for what is stored.
    let keepsStored: Bool
    /// The ways to the forms between the two that it stands for.
    let kept: [Way]

    var path: MigrationPath { way.migration.path }

    /// Throws what a schema on the way cannot be read for.
    init(_ migration: Migration, of migrations: VariableMigrations) throws {
        way = Way(migration: migration, digest: try migrations.digest(of: migration.path))
        let path = migration.path
        let kept = migrations.keptForms(of: path)
        keepsStored = kept.isStored
        self.kept = try kept.steps.map { step in
            let part = MigrationPath(
                from: path.from, to: path.steps[step].to, steps: Array(path.steps[...step]))
            return Way(
                migration: try migrations.migration(along: part), digest: try migrations.digest(of: part))
        }
    }
}

extension Raising.Way {
    /// A payload in the form that is asked for. Throws `.migrationFailed`, and what parsing throws.
    func raised(_ payload: [UInt8]) throws -> [UInt8] {
        let value = try payload.withUnsafeBytes { try JSONParser.parse($0) }
        return try migration.apply(to: value).canonical + [0x0A]
    }
}

extension VariableMigrations {
    /// The digest of what a path does to a payload, and of what it refuses.
    fileprivate func digest(of path: MigrationPath) throws -> Digest? {
        guard path.isDeclarative else { return nil }
        var text = "raised to \(path.to)\n"
        for step in path.steps { text += "\(step.isDown ? "down" : "up") \(step.definition.digest.hex)\n" }
        if let mark { text += "mark \(mark)\n" }
        if let field = settings.versionField { text += "named at \(field), or \(settings.legacyVersion)\n" }
        // Where schemas only warn they change nothing.
        if rules.validation == .strict {
            if settings.assertsFormats { text += "formats\n" }
            for version in [path.from] + path.steps.map(\.to) {
                if let schema = try rules.digest(of: version) { text += "schema \(version) \(schema.hex)\n" }
            }
        }
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
            do {
                return try migrations.raising(from: from, to: to, onlyApplied: true)
            } catch let error as StemmaError
                where isStated && VariableMigrations.leadsNowhere.contains(error.code)
            {
                return try migrations.raising(from: from, to: to, onlyApplied: false)
            }
        }
    }
}
