import StemmaBlobs
import StemmaEvolution
import StemmaRecords

// What is in the way of reading records in the form in which they are to be read.
extension Store {
    /// Every definition can be read, and those that a variable went through are what they were then.
    func checkMigrations(_ report: inout CheckReport) throws {
        for variable in try read({ try $0.variables() }) where variable.problem == nil {
            var graph = MigrationGraph()
            var found: [(path: String, error: StemmaError)] = []
            let files = try workTree.variableFiles(of: variable.name).filter(\.isMigration)
            for file in files {
                do {
                    try graph.add(MigrationDefinition(file: file, workTree.content(of: file) ?? []))
                } catch let error as StemmaError {
                    found.append((file.path, error))
                }
            }
            for applied in variable.settings.migrations {
                let file = VariableFile(variable.name, .migration(from: applied.from, to: applied.to))
                guard let definition = graph.definition(from: applied.from, to: applied.to) else {
                    // One that cannot be read is told of already.
                    if !files.contains(where: { $0.kind == file.kind }) {
                        found.append((file.path, .migrationMissing(applied, of: variable.name)))
                    }
                    continue
                }
                if definition.digest != applied.definition {
                    found.append((file.path, .migrationChanged(applied, definition, of: variable.name)))
                }
            }
            report.findings += found.map { path, error in
                CheckReport.Finding(
                    kind: .settings, message: error.message,
                    hint: error.hint ?? "take it back with git checkout", path: path, records: [],
                    isRepaired: false)
            }
        }
    }

    /// Every record is of a version.
    func checkSchemaVersions(_ report: inout CheckReport) throws {
        for variable in try read({ try $0.variables() }) where variable.problem == nil {
            let counts = try read { try $0.schemaCounts(of: variable) }
            guard counts.contains(where: { variable.settings.version(named: $0.key.schema) == nil }) else {
                continue
            }
            try workTree.forEachReadable(variable.name) { record in
                guard variable.settings.version(of: record) == nil else { return }
                let error = StemmaError.unreadableVersion(record, settings.keys)
                report.findings.append(
                    CheckReport.Finding(
                        kind: .page, message: error.message, hint: error.hint, path: nil,
                        records: [settings.keys.text(of: record.address)], isRepaired: false))
            }
        }
    }
}
