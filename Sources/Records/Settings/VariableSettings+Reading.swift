// What of the settings says in which form records are read.
extension VariableSettings {
    /// The version that JSON payloads of older ones are raised to when they are read: the newest that the variable was
    /// migrated to. `nil` when it was not.
    ///
    /// A newer schema that came without a migration leaves records as they are.
    package var readVersion: SchemaVersion? {
        let current = schema ?? legacyVersion
        return migrations.lazy.map(\.to).filter { $0 <= current }.max()
    }

    /// Whether a record is of an older version than records are saved under now.
    package func isBehind(_ record: Record) -> Bool {
        guard let schema, let version = version(of: record) else { return false }
        return version < schema
    }

    /// The version that a record is raised to when it is read; `nil` for one that is read as it stands, or to which no
    /// migration leads.
    package func pendingVersion(of record: Record) -> SchemaVersion? {
        guard record.format == .json, let target = readVersion, let version = version(of: record),
            version < target
        else { return nil }
        var reached: Set = [version]
        for migration in migrations.sorted(by: { $0.from < $1.from }) where reached.contains(migration.from) {
            reached.insert(migration.to)
        }
        return reached.contains(target) ? target : nil
    }
}
