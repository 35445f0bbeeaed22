import StemmaBlobs

/// What `variables/NAME/variable.json` says of one variable.
package struct VariableSettings: Hashable, Sendable {
    package static let fileName = "variable.json"

    /// The format that payloads have when nothing else is said; a record's line is the truth.
    package var format: PayloadFormat
    /// The keys whose values make the folders of its pages; fixed when the variable is made.
    package var partition: Partition
    /// The schema version that records are saved under; `nil` when there is none.
    package var schema: SchemaVersion?
    /// The version of records that say none; `nil` for that of every store.
    package var legacy: SchemaVersion?
    /// What happens to a payload that its schema does not allow; `nil` for what the store says.
    package var validation: SchemaValidation?
    /// Where payloads name their own version.
    package var versionField: JSONPointer?
    /// Whether a string that is not of its `format` violates a schema.
    package var assertsFormats = false
    /// The migrations that it has gone through, in the order in which it did.
    package var migrations: [AppliedMigration] = []
    /// Where a payload that was migrated has the versions that it was of before; `nil` where only its record has them.
    package var migrationMark: JSONPointer?

    package init(format: PayloadFormat, partition: Partition) {
        self.format = format
        self.partition = partition
    }

    /// The version of records that say none.
    package var legacyVersion: SchemaVersion { legacy ?? .legacy }

    /// The version that a record is of; `nil` for one that cannot be read.
    package func version(of record: Record) -> SchemaVersion? { version(named: record.schema) }

    /// The version of records whose member `schema` is this; `nil` for one that cannot be read.
    package func version(named schema: String?) -> SchemaVersion? {
        guard let schema else { return legacyVersion }
        return try? SchemaVersion(schema)
    }

    package var fileContent: [UInt8] {
        var members: [(String, JSONValue)] = [
            ("format", .string(format.rawValue)),
            ("partition", .array(partition.names.map(JSONValue.string))),
        ]
        if let schema { members.append(("schema", .string(schema.description))) }
        if let legacy { members.append(("legacy", .string(legacy.description))) }
        if let validation { members.append(("validation", .string(validation.rawValue))) }
        if let versionField { members.append(("versionField", .string(versionField.description))) }
        if !migrations.isEmpty { members.append(("migrations", .array(migrations.map(\.json)))) }
        if let migrationMark { members.append(("migrationMark", .string(migrationMark.description))) }
        if assertsFormats { members.append(("assertsFormats", true)) }
        return JSONValue.object(JSONObject(members)).printedPretty
    }

    /// Reads the file's content; `keys` are the store's.
    ///
    /// Throws `.invalidSettings` and `.malformedJSON`.
    package init(fileContent bytes: [UInt8], path: String, keys: KeyDeclarations) throws {
        var reader = try SettingsReader(bytes, path: path)
        guard let format = try reader.string("format") else { throw reader.problem("'format' is missing") }
        let names = try (reader.array("partition") ?? []).map { item in
            guard case .string(let name) = item, keys[name] != nil else {
                throw reader.problem("'partition' is not a list of names of keys")
            }
            return name
        }
        self.init(format: PayloadFormat(rawValue: format), partition: Partition(names))
        schema = try reader.read("schema", "a schema version") { try? SchemaVersion($0) }
        legacy = try reader.read("legacy", "a schema version") { try? SchemaVersion($0) }
        validation = try reader.read("validation", "strict, warn or off") { SchemaValidation(rawValue: $0) }
        versionField = try reader.read("versionField", "a JSON pointer to a part of a payload") { text in
            (try? JSONPointer(text)).flatMap { $0.tokens.isEmpty ? nil : $0 }
        }
        assertsFormats = try reader.flag("assertsFormats")
        migrations = try (reader.array("migrations") ?? []).map { item in
            guard let migration = AppliedMigration(item) else {
                throw reader.problem(
                    "'migrations' is not a list of {\"definition\":..., \"from\":..., \"to\":...}")
            }
            return migration
        }
        migrationMark = try reader.read("migrationMark", "a JSON pointer to a part of a payload") { text in
            (try? JSONPointer(text)).flatMap { $0.tokens.isEmpty ? nil : $0 }
        }
        try reader.checkNothingLeft()
    }
}
