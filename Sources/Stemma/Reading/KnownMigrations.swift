import StemmaBlobs
import StemmaRecords

/// The migrations of the variables of one view that were needed lately: making them reads all their files.
///
/// Unchecked, because it is used with `Store.state` held.
final class KnownMigrations: @unchecked Sendable {
    /// What they were made of; others are made when it is another.
    struct Source: Hashable {
        let settings: VariableSettings
        /// The files, as the file system has them; none for a view that does not change.
        var files: [VariableFile: FileStatus?] = [:]
        /// Counts what the program has registered.
        let registrations: Int
    }

    private var known: [String: (source: Source, migrations: VariableMigrations)] = [:]

    func migrations(
        of variable: String, from source: Source, _ make: () throws -> VariableMigrations
    ) rethrows -> VariableMigrations {
        if let entry = known[variable], entry.source == source { return entry.migrations }
        let migrations = try make()
        known[variable] = (source, migrations)
        return migrations
    }
}

extension PagedView {
    /// The migrations of a variable, made once as long as nothing changes. Call with `state` held.
    func knownMigrations(of variable: String, _ settings: VariableSettings) throws -> VariableMigrations {
        var source = KnownMigrations.Source(
            settings: settings, registrations: store.registeredMigrations.registrations)
        let known: KnownMigrations
        if let snapshot = self as? SnapshotView {
            known = snapshot.knownMigrations
        } else if self is WorkTreeView {
            known = store.knownMigrations
            source.files = try store.filesAsKnown(of: variable)
        } else {
            return try migrations(of: variable)
        }
        return try known.migrations(of: variable, from: source) { try migrations(of: variable) }
    }
}
