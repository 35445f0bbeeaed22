import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Synchronization

/// A migration that a Swift program makes of closures, and registers with the stores that it opens.
///
/// What is remembered of it is its name and its two versions: whoever changes what it does gives it another name.
public struct RegisteredMigration: Sendable {
    /// The name, as `variables/V/migrations/` has it.
    public let name: String
    let definition: MigrationDefinition
    let closure: MigrationClosure

    /// A migration on JSON values.
    ///
    /// - Parameters:
    ///   - name: of what it does; two that do different things have different names.
    ///   - from: the version that values have before.
    ///   - to: the version that they have after; later than `from`.
    ///   - up: makes the new form of an old one; what it throws says why a value cannot be migrated.
    ///   - down: the way back, where there is one.
    /// Throws `.invalidMigration` and `.invalidSchemaVersion`.
    public init(
        _ name: String, from: String, to: String, up: @escaping @Sendable (JSONValue) throws -> JSONValue,
        down: (@Sendable (JSONValue) throws -> JSONValue)? = nil
    ) throws {
        self.name = name
        definition = try MigrationDefinition(
            from: SchemaVersion(from), to: SchemaVersion(to), closure: name, hasDown: down != nil)
        closure = MigrationClosure(up: up, down: down)
    }

    /// A migration between two types that state their versions: a snapshot of the old one, and the new one.
    ///
    /// Throws `.invalidMigration` and `.invalidSchemaVersion`.
    public init<Old: Codable & SchemaVersioned, New: Codable & SchemaVersioned>(
        _ name: String, up: @escaping @Sendable (Old) throws -> New,
        down: (@Sendable (New) throws -> Old)? = nil
    ) throws {
        var back: (@Sendable (JSONValue) throws -> JSONValue)?
        if let down { back = Self.onJSON(down) }
        try self.init(
            name, from: Old.schemaVersion, to: New.schemaVersion, up: Self.onJSON(up), down: back)
    }

    private static func onJSON<From: Decodable & SendableMetatype, To: Encodable & SendableMetatype>(
        _ body: @escaping @Sendable (From) throws -> To
    ) -> @Sendable (JSONValue) throws -> JSONValue {
        { value in
            let old = try CanonicalJSONDecoder().decode(From.self, from: value)
            return try CanonicalJSONEncoder().encode(body(old))
        }
    }
}

/// The closures that this program has registered with a store, by variable.
final class RegisteredMigrations: Sendable {
    private let known = Mutex<[String: [RegisteredMigration]]>([:])
    private let count = Atomic(0)

    /// How often one was registered.
    var registrations: Int { count.load(ordering: .acquiring) }

    func all(of variable: String) -> [RegisteredMigration] { known.withLock { $0[variable] ?? [] } }

    /// Throws `.migrationConflict` for another one between the same versions. One name may be that of several steps.
    func add(_ migration: RegisteredMigration, of variable: String) throws {
        try known.withLock { known in
            var graph = MigrationGraph()
            for other in known[variable] ?? [] { try graph.add(other.definition) }
            try graph.add(migration.definition)
            known[variable, default: []].removeAll { $0.definition == migration.definition }
            known[variable, default: []].append(migration)
            count.add(1, ordering: .acquiringAndReleasing)
        }
    }
}

extension Store {
    /// Makes a migration of closures known to this store, for as long as it is open. Writes nothing.
    ///
    /// Paths go over what is stored, so that they are the same for programs that have not registered it; over it only where
    /// nothing that is stored leads there. When records are migrated by it, it is stored, by its name.
    /// Throws `.migrationConflict` when another one is registered, or stored, between the same two versions.
    public func register(_ migration: RegisteredMigration, of variable: String) throws {
        if try workTree.variableNames().contains(variable) {
            var graph = try workTree.migrations(of: variable).graph
            try graph.add(migration.definition)
        }
        try registeredMigrations.add(migration, of: variable)
    }
}
