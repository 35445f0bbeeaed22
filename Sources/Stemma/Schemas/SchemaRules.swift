import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Synchronization

/// What the payloads of one variable are held against: its versions, and their schemas, read when they are needed.
///
/// A transaction makes them anew.
final class SchemaRules {
    let variable: String
    let settings: VariableSettings
    let validation: SchemaValidation
    /// Every version that the variable has, oldest first, each in one spelling.
    let versions: [SchemaVersion]
    /// Whether a migration is declared: then what is older is raised by that, and by nothing else.
    let hasMigrations: Bool

    private let files: [VariableFile]
    private let compiled: CompiledSchemas
    private let content: (VariableFile) throws -> [UInt8]?
    private let known = Mutex<[SchemaVersion: JSONSchema?]>([:])

    /// - Parameters:
    ///   - files: the variable's own.
    ///   - content: reads one of them.
    init(
        _ variable: String, _ settings: VariableSettings, in store: Store, files: [VariableFile],
        content: @escaping (VariableFile) throws -> [UInt8]?
    ) {
        self.variable = variable
        self.settings = settings
        self.files = files
        self.content = content
        validation = settings.validation ?? store.settings.validation
        compiled = store.compiledSchemas
        // Schemas first: theirs is the spelling that counts.
        var versions: Set<SchemaVersion> = []
        for file in files { if case .schema(let version) = file.kind { versions.insert(version) } }
        if let schema = settings.schema { versions.insert(schema) }
        for file in files { versions.formUnion(file.versions) }
        for migration in settings.migrations { versions.formUnion([migration.from, migration.to]) }
        versions.insert(settings.legacyVersion)
        self.versions = versions.sorted()
        hasMigrations =
            !settings.migrations.isEmpty
            || files.contains { if case .migration = $0.kind { true } else { false } }
    }

    /// The version in the spelling that the variable has it in. Throws `.unknownSchemaVersion`.
    func known(_ version: SchemaVersion) throws -> SchemaVersion {
        guard let known = versions.first(where: { $0 == version }) else {
            throw StemmaError.unknownSchemaVersion(version, of: variable, known: versions)
        }
        return known
    }

    /// Whether a record is of an older version than records are saved under now, and becomes one of that when the same
    /// result is saved again and its payload is fit for it. What has a migration is raised by that, and by nothing else.
    func isRaisedBySaving(_ standing: Record) -> Bool {
        settings.isBehind(standing) && !hasMigrations && standing.migratedFrom.isEmpty
            && settings.versionField == nil
    }

    /// The member `schema` of a record of a version: absent for the legacy one, unless records are saved under that.
    func member(_ version: SchemaVersion) -> String? {
        version == settings.legacyVersion && version != settings.schema ? nil : version.description
    }

    /// The compiled schema of a version; `nil` where the variable has no document of it.
    ///
    /// Throws `.invalidSettings` for a document that is no schema, and for two of one version.
    func schema(_ version: SchemaVersion) throws -> JSONSchema? {
        if let schema = known.withLock({ $0[version] }) { return schema }
        let schema: JSONSchema? = try file(of: version).flatMap { file in
            guard let bytes = try content(file) else { return nil }
            do {
                return try compiled.schema(bytes, assertsFormats: settings.assertsFormats)
            } catch let error as StemmaError {
                throw StemmaError.invalidSettings(file.path, error.message)
            }
        }
        known.withLock { $0[version] = .some(schema) }
        return schema
    }

    /// The digest of the document of a version; `nil` where there is none. Throws `.invalidSettings` for two of one version.
    func digest(of version: SchemaVersion) throws -> Digest? {
        try file(of: version).flatMap { try content($0) }.map { Digest.of($0) }
    }

    private func file(of version: SchemaVersion) throws -> VariableFile? {
        let same = files.filter { $0.kind == .schema(version) }
        guard same.count <= 1 else { throw StemmaError.schemaTwice(same.map(\.path)) }
        return same.first
    }

    /// What the schema of a version does not allow of a payload; nothing where there is no such schema.
    ///
    /// - Parameter value: the payload; `nil` when it is not JSON.
    func violations(_ version: SchemaVersion, format: PayloadFormat, _ value: () throws -> JSONValue?) throws
        -> [SchemaViolation]
    {
        guard let schema = try schema(version) else { return [] }
        guard format == .json, let value = try value() else {
            return [
                SchemaViolation(
                    pointer: .root, rule: Self.payloadRule, schema: .root,
                    message: "a payload that is \(format.rawValue) and not json has no schema")
            ]
        }
        return schema.violations(in: value, limit: Self.mostViolations)
    }

    /// The rule that a payload violates which is no JSON.
    static let payloadRule = "payload"
    /// A document that is all wrong is not told of in more places than this.
    static let mostViolations = 10_000
}

/// The rules of the variables that a transaction has met; `nil` for one that has none.
struct SchemaLookup {
    private var known: [String: SchemaRules?] = [:]

    mutating func forget(_ variable: String) { known[variable] = nil }

    mutating func rules(of variable: String, _ make: () throws -> SchemaRules?) rethrows -> SchemaRules? {
        if let rules = known[variable] { return rules }
        let rules = try make()
        known[variable] = .some(rules)
        return rules
    }
}
