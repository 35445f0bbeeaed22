import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// A Swift type that states its schema version.
struct StatedType: Sendable {
    let name: String
    let version: SchemaVersion
}

/// What is known of the schema version of a payload before it is looked at.
struct StatedVersion {
    /// What the Swift type states.
    var type: StatedType?
    /// The version of the record of the same variable that the payload was loaded from.
    var record: SchemaVersion?
    /// The version that a call has made the payload under, as its lineage says.
    var lineage: SchemaVersion?
    /// Whether a call of a batch made it earlier: where its lineage says no version, its variable had none then.
    var isEarlier = false
}

extension Transaction {
    /// The record under the schema version that it is saved under, once its payload was held against the schema.
    ///
    /// Costs a look into a dictionary where the variable has no schema.
    /// - Parameter value: the payload; asked for when it is needed, and only where it is JSON.
    /// Throws `.schemaViolation`, `.unknownSchemaVersion`, `.invalidSchemaVersion` and `.schemaVersionMismatch`.
    func conforming(
        _ record: Record, _ stated: StatedVersion = StatedVersion(), _ value: () throws -> JSONValue
    ) throws -> Record {
        var record = record
        guard let rules = try rules(of: record.variable) else {
            record.schema = stated.type?.version.description ?? stated.record?.description
            return record
        }
        if let problem = try rules.problem(&record, stated, store, value) {
            if rules.validation == .strict { throw problem }
            store.options.report?(.schemaViolated(problem))
        }
        return record
    }
}

extension SchemaRules {
    /// Throws what saving a record would throw.
    func check(
        _ record: Record, _ stated: StatedVersion, _ store: Store, _ value: () throws -> JSONValue
    ) throws {
        var record = record
        if let problem = try problem(&record, stated, store, value), validation == .strict { throw problem }
    }

    /// Gives a record its schema version. Returns what the schema does not allow of the payload, as an error.
    fileprivate func problem(
        _ record: inout Record, _ stated: StatedVersion, _ store: Store, _ value: () throws -> JSONValue
    ) throws -> StemmaError? {
        var known: JSONValue?
        func json() throws -> JSONValue {
            if let known { return known }
            let value = try value()
            known = value
            return value
        }
        let address = store.settings.keys.text(of: record.address)
        let version = try version(for: record, stated, address: address, json)
        record.schema = version.flatMap(member)
        guard validation != .off, let version else { return nil }
        let found = try violations(version, format: record.format) { try json() }
        return found.isEmpty ? nil : StemmaError.schemaViolation(record, address, version, found)
    }

    /// Throws `.schemaVersionMismatch` for a type of another version than records are saved under.
    func check(_ type: StatedType) throws {
        guard let current = settings.schema, type.version != current else { return }
        throw StemmaError.schemaVersionMismatch(type, variable, current: current)
    }

    /// The version that a record is saved under; `nil` when the variable has none.
    private func version(
        for record: Record, _ stated: StatedVersion, address: String, _ json: () throws -> JSONValue
    ) throws -> SchemaVersion? {
        if let type = stated.type { try check(type) }
        if let field = settings.versionField, record.format == .json {
            let value = field.resolve(in: try json())
            let named: SchemaVersion
            do {
                named = try value.map { try known(Self.version($0)) } ?? settings.legacyVersion
            } catch let error as StemmaError {
                throw error.naming(address, at: field)
            }
            if let type = stated.type, type.version != named {
                throw StemmaError.schemaVersionMismatch(
                    address, field: field, named, isNamed: value != nil, expected: type.version, variable)
            }
            return named
        }
        // Where a migration is declared, an old result is an old result. A call may have been made for another variable,
        // with versions of its own.
        let made =
            stated.record
            ?? (hasMigrations ? stated.lineage ?? (stated.isEarlier ? settings.legacyVersion : nil) : nil)
        if let version = versions.first(where: { $0 == made }) { return version }
        return try settings.schema ?? stated.type.map { try known($0.version) }
    }

    /// The version that a member of a payload is: a string, or a whole number.
    private static func version(_ value: JSONValue) throws -> SchemaVersion {
        // What is wrong with a text is best said by whoever reads it.
        if case .string(let text) = value { return try SchemaVersion(text) }
        guard let version = SchemaVersion(named: value) else { throw StemmaError.noVersion(value) }
        return version
    }
}
