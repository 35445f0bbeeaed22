import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// The migrations of one variable as a view or a transaction has them, and the paths between its versions.
///
/// For one thread. Schemas and paths are made when they are first needed.
final class VariableMigrations {
    let rules: SchemaRules
    /// All that are known: stored ones, and those that the program has registered.
    private(set) var graph: MigrationGraph
    /// Only the stored ones: they are the same on every machine.
    private var stored: MigrationGraph
    /// Only those that the variable has gone through: by these records are raised when they are read.
    private let applied: MigrationGraph
    private let closures: [MigrationDefinition: MigrationClosure]
    /// Where payloads have the versions that they came through.
    private(set) var mark: JSONPointer?
    private var made: [Route: Result<Migration, StemmaError>] = [:]
    private var raisings: [Route: Raising] = [:]

    /// Between which versions, and whether by migrations that the variable has gone through.
    private struct Route: Hashable {
        let from: SchemaVersion
        let to: SchemaVersion
        let isApplied: Bool
    }

    var variable: String { rules.variable }
    var settings: VariableSettings { rules.settings }

    /// - Parameters:
    ///   - definitions: the stored ones.
    ///   - registered: what this program knows of the variable.
    /// Throws `.migrationConflict` where two lead from one version to the same other one, and `.migrationChanged` for one that
    /// is not what it was when it was applied.
    init(
        _ rules: SchemaRules, _ definitions: [MigrationDefinition], registered: [RegisteredMigration]
    ) throws {
        self.rules = rules
        mark = rules.settings.migrationMark
        graph = MigrationGraph(versions: rules.versions)
        for definition in definitions { try graph.add(definition) }
        stored = graph
        for migration in registered { try graph.add(migration.definition) }
        var applied = MigrationGraph(versions: rules.versions)
        for migration in rules.settings.migrations {
            guard let definition = graph.definition(from: migration.from, to: migration.to) else {
                throw StemmaError.migrationMissing(migration, of: rules.variable)
            }
            guard definition.digest == migration.definition else {
                throw StemmaError.migrationChanged(migration, definition, of: rules.variable)
            }
            try applied.add(definition)
        }
        self.applied = applied
        closures = Dictionary(registered.map { ($0.definition, $0.closure) }) { $1 }
    }

    /// Adds a definition that is to be stored. Throws `.migrationConflict`.
    func add(_ definition: MigrationDefinition) throws {
        try graph.add(definition)
        try stored.add(definition)
        made.removeAll()
        raisings.removeAll()
    }

    /// Says where payloads are to have the versions that they came through; the empty pointer for nowhere.
    func mark(at pointer: JSONPointer) {
        mark = pointer.tokens.isEmpty ? nil : pointer
        made.removeAll()
        raisings.removeAll()
    }

    /// Takes values from one version to another.
    ///
    /// - Parameter onlyApplied: only by migrations that the variable has gone through.
    /// Throws what finding a path throws, and `.migrationNotRegistered`.
    func migration(from: SchemaVersion, to: SchemaVersion, onlyApplied: Bool = false) throws -> Migration {
        let route = Route(from: from, to: to, isApplied: onlyApplied)
        if let known = made[route] { return try known.get() }
        let result = Result { try make(route) }
        made[route] = result.mapError { $0 as? StemmaError ?? StemmaError(.system, "\($0)") }
        return try result.get()
    }

    /// The same for a reader, which is handed payloads one by one. It is made once.
    ///
    /// Throws what `migration` throws, and `.migrationNeedsProgram`.
    func raising(from: SchemaVersion, to: SchemaVersion, onlyApplied: Bool) throws -> Raising {
        let route = Route(from: from, to: to, isApplied: onlyApplied)
        if let known = raisings[route] { return known }
        let migration = try migration(from: from, to: to, onlyApplied: onlyApplied)
        if let step = migration.path.programStep { throw StemmaError.migrationNeedsProgram(step) }
        let raising = try Raising(migration, of: self)
        raisings[route] = raising
        return raising
    }

    private func make(_ route: Route) throws -> Migration {
        if route.isApplied { return try migration(along: applied.path(from: route.from, to: route.to)) }
        let path: MigrationPath
        do {
            path = try stored.path(from: route.from, to: route.to)
        } catch let error as StemmaError where Self.leadsNowhere.contains(error.code) {
            // A program that has registered more takes the same way as one that has not, as long as there is one.
            path = try graph.path(from: route.from, to: route.to)
        }
        return try migration(along: path)
    }

    /// What finding a path throws where there is none.
    static let leadsNowhere: Set<StemmaError.Code> = [
        .noMigrationPath, .unknownSchemaVersion, .newerSchema, .migrationHasNoDown,
    ]

    /// Takes values along a path. Throws `.migrationNotRegistered`, and what a schema on the way cannot be read for.
    func migration(along path: MigrationPath) throws -> Migration {
        var schemas: [SchemaVersion: JSONSchema] = [:]
        if rules.validation != .off {
            for version in Set([path.from] + path.steps.map(\.to)) {
                schemas[version] = try rules.schema(version)
            }
        }
        return try Migration(
            path, schemas: schemas, closures: closures, mark: mark,
            versionField: settings.versionField.map { VersionField($0, legacy: settings.legacyVersion) },
            isLenient: rules.validation == .warn)
    }

    /// The version in the spelling that it has here.
    private func spelled(_ version: SchemaVersion) -> SchemaVersion {
        if let schema = settings.schema, schema == version { return schema }
        return (rules.versions + graph.versions).first { $0 == version } ?? version
    }

    /// The version that the settings name when the variable is at this one: none where it is the legacy version, and has no
    /// schema.
    func schema(at version: SchemaVersion) throws -> SchemaVersion? {
        try version == settings.legacyVersion && rules.schema(version) == nil ? nil : spelled(version)
    }

    /// Which forms of a payload, on a way, the last one goes on standing for.
    ///
    /// - Parameter keeps: what is said of steps that the variable did not go through yet, and of all steps back.
    func keptForms(of path: MigrationPath, keeping keeps: Bool = false) -> KeptForms {
        let lost = path.steps.lastIndex { !isKeeping($0, keeps) }
        // Steps back lead to a form that the newer ones stood for.
        if let lost, path.steps[lost].isDown { return KeptForms(isStored: false, steps: []) }
        let last = path.steps.count - 1
        return KeptForms(
            isStored: lost == nil,
            steps: path.steps.indices.filter { step in
                // A reader has seen a form on the way only if the variable has been there.
                step < last && (step == lost || step > lost ?? -1 && applied(path.steps[step]) != nil)
            })
    }

    private func applied(_ step: MigrationStep) -> AppliedMigration? {
        settings.migrations.first { $0.definition == step.definition.digest }
    }

    private func isKeeping(_ step: MigrationStep, _ keeps: Bool) -> Bool {
        // A step back that is not told to keep is there to undo: what was made of the newer form is of no more use.
        if step.isDown { return keeps }
        let applied = applied(step)
        // Calls may have been made with what a step that was applied has given; so what was said then holds, also where
        // another step leads past it.
        let losesWithin = settings.migrations.contains {
            !$0.keepsDownstream && $0 != applied && step.from <= $0.from && $0.to <= step.to
        }
        return (applied?.keepsDownstream ?? keeps) && !losesWithin
    }
}

extension PagedView {
    /// The migrations of a variable. Throws `.unknownVariable`, `.invalidSettings`, `.migrationConflict`, `.migrationChanged`.
    func migrations(of variable: String) throws -> VariableMigrations {
        let definitions = try variableFiles(of: variable).filter(\.isMigration).map { file in
            try MigrationDefinition(file: file, content(of: file) ?? [])
        }
        return try VariableMigrations(
            rules(of: variable), definitions, registered: store.registeredMigrations.all(of: variable))
    }
}

extension Transaction {
    /// The migrations of a variable as this transaction has left them so far.
    func migrations(of variable: String) throws -> VariableMigrations {
        guard let known = try update.variable(variable) else {
            throw StemmaError.unknownVariable(variable, among: try update.view.variables().map(\.name))
        }
        let files = try variableFiles(of: variable)
        let definitions = try files.filter(\.isMigration).map { file in
            try MigrationDefinition(file: file, content(of: file) ?? [])
        }
        let rules = SchemaRules(variable, known.settings, in: store, files: files) {
            [unowned self] in try content(of: $0)
        }
        return try VariableMigrations(
            rules, definitions, registered: store.registeredMigrations.all(of: variable))
    }
}

extension VariableFile {
    var isMigration: Bool { if case .migration = kind { true } else { false } }
}

extension MigrationDefinition {
    /// A stored definition. Throws `.invalidSettings` for one that cannot be read or is not of the versions that its name
    /// says.
    init(file: VariableFile, _ content: [UInt8]) throws {
        do {
            try self.init(text: content)
        } catch let error as StemmaError {
            throw StemmaError.invalidSettings(file.path, error.message)
        }
        guard file.kind == .migration(from: from, to: to) else {
            throw StemmaError.invalidSettings(file.path, "it goes from \(from) to \(to)")
        }
    }

    /// The file that it is stored in.
    func file(of variable: String) -> VariableFile { VariableFile(variable, .migration(from: from, to: to)) }
}

extension StemmaError.Code {
    /// A migration is not what it was when a variable went through it; `fields` has both digests.
    public static let migrationChanged = Self("migration-changed")
    /// A migration that a variable went through is not stored, and not registered; `fields` has its `digest`.
    public static let migrationMissing = Self("migration-missing")
}

extension StemmaError {
    static func migrationChanged(
        _ applied: AppliedMigration, _ now: MigrationDefinition, of variable: String
    ) -> StemmaError {
        StemmaError(
            .migrationChanged,
            "the migration of \(variable) from \(now.from) to \(now.to) was changed after it was applied: it was \(applied.definition) and is \(now.digest)",
            hint: "take the file back from git, or revert the migration first",
            fields: [
                "variable": variable, "from": now.from.description, "to": now.to.description,
                "applied": applied.definition.hex, "digest": now.digest.hex,
            ])
    }

    static func migrationMissing(_ applied: AppliedMigration, of variable: String) -> StemmaError {
        StemmaError(
            .migrationMissing,
            "\(variable) went through a migration from \(applied.from) to \(applied.to) that is not known here",
            hint: "take its file back from git, or register it: `Store.register`",
            fields: [
                "variable": variable, "from": applied.from.description, "to": applied.to.description,
                "digest": applied.definition.hex,
            ])
    }
}

/// The forms of a payload on its way that calls may have been made with, and that count after the last step, too.
struct KeptForms: Hashable, Sendable {
    /// Whether the form is among them that is stored, and all that this stands for.
    let isStored: Bool
    /// The steps, counted from 0, that the others stand behind; never the last one.
    let steps: [Int]
}

extension MigrationPath {
    fileprivate var programStep: MigrationStep? {
        steps.first { if case .program? = $0.way { true } else { false } }
    }
}
