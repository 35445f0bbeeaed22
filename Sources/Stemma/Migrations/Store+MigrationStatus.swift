import StemmaBlobs
import StemmaEvolution
import StemmaHistory
import StemmaRecords

extension Store {
    /// Which versions the records of a variable are of, and which migrations were applied, in which commits. Reads no payload,
    /// and no record.
    ///
    /// Throws `.unknownVariable` and `.invalidSettings`.
    public func migrationStatus(of variable: String) throws -> MigrationStatus {
        let view = workTree
        let settings = try view.settings(of: variable)
        let files = try view.variableFiles(of: variable)
        var definitions = try files.filter(\.isMigration).map { file in
            try MigrationDefinition(file: file, view.content(of: file) ?? [])
        }
        for registered in registeredMigrations.all(of: variable).map(\.definition)
        where !definitions.contains(where: { $0.from == registered.from && $0.to == registered.to }) {
            definitions.append(registered)
        }
        let migrations = try migrations(settings, definitions, of: variable)

        let members = try read { catalog in
            try catalog.variable(variable).map { try catalog.schemaCounts(of: $0) } ?? [:]
        }
        var counts: [SchemaVersion: Int] = [:]
        for version in try view.rules(of: variable).versions + migrations.flatMap({ [$0.from, $0.to] }) {
            counts[version] = 0
        }
        var unreadable = 0
        for (member, records) in members {
            if let version = settings.version(named: member.schema) {
                counts[version, default: 0] += records
            } else {
                unreadable += records
            }
        }
        return MigrationStatus(
            variable: variable, current: settings.currentVersion,
            versions: counts.sorted { $0.key < $1.key }.map { version, records in
                MigrationStatus.Version(
                    version: version, records: records,
                    hasSchema: files.contains { $0.kind == .schema(version) })
            }, migrations: migrations, unreadable: unreadable)
    }

    private func migrations(
        _ settings: VariableSettings, _ definitions: [MigrationDefinition], of variable: String
    ) throws -> [MigrationStatus.Migration] {
        let commits = try commits(applying: settings.migrations, to: variable)
        var found = settings.migrations.map { applied in
            let definition = definitions.first { $0.from == applied.from && $0.to == applied.to }
            let state: MigrationStatus.State =
                definition.map { $0.digest == applied.definition ? .applied : .changed } ?? .missing
            return MigrationStatus.Migration(
                from: applied.from, to: applied.to, state: state, digest: applied.definition,
                definition: definition, keepsDownstream: applied.keepsDownstream, commit: commits[applied])
        }
        for definition in definitions
        where !settings.migrations.contains(where: { $0.from == definition.from && $0.to == definition.to }) {
            found.append(
                MigrationStatus.Migration(
                    from: definition.from, to: definition.to, state: .pending, digest: definition.digest,
                    definition: definition, keepsDownstream: false))
        }
        return found.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    /// The settings of all variables of a commit.
    private func settingsOfAll(in commit: ObjectID) throws -> [ObjectID] {
        guard let tree = try repository.tree(of: commit, at: prefix),
            let folder = try repository.item(in: tree, at: StorePaths.variablesFolder), folder.kind == .tree
        else { return [] }
        return try repository.entries(of: folder.id).compactMap { variable in
            try repository.item(in: folder.id, at: "\(variable.name)/\(VariableSettings.fileName)")?.id
        }
    }

    /// The newest commits that brought entries of `migrations` into a variable's settings, which no parent has.
    private func commits(
        applying migrations: [AppliedMigration], to variable: String
    ) throws -> [AppliedMigration: MigrationStatus.AppliedCommit] {
        var wanted = Set(migrations)
        guard !wanted.isEmpty else { return [:] }
        return try state.withLock {
            guard let head = try repository.head().commit else { return [:] }
            // It may have been called something else then.
            let paths = try ([variable] + currentNames().others(.variable, than: variable)).map {
                VariableFile($0, .settings).path
            }
            var items: [ObjectID: ObjectID?] = [:]
            func item(_ commit: ObjectID) throws -> ObjectID? {
                if let known = items[commit] { return known }
                var item: ObjectID?
                if let tree = try repository.tree(of: commit, at: prefix) {
                    for path in paths where item == nil { item = try repository.item(in: tree, at: path)?.id }
                }
                items[commit] = .some(item)
                return item
            }
            func applied(_ item: ObjectID?) throws -> Set<AppliedMigration> {
                guard let item, let bytes = try? repository.readBlob(item, limit: Self.largestMetadata),
                    let old = try? VariableSettings(fileContent: bytes, path: paths[0], keys: settings.keys)
                else { return [] }
                return Set(old.migrations)
            }
            var found: [AppliedMigration: MigrationStatus.AppliedCommit] = [:]
            let walk = try repository.walk(from: [head])
            while !wanted.isEmpty, let id = try walk.next() {
                let info = try repository.commit(id)
                let parents = try info.parents.map(item)
                let own = try item(id)
                // What a shallow clone begins with came from before, and not with it.
                if parents.contains(own) { continue }
                if parents.isEmpty, try repository.isShallow(id) { continue }
                var came = try applied(own).intersection(wanted)
                for (parent, item) in zip(info.parents, parents) where !came.isEmpty {
                    // A rename that was taken back leaves no name to look under.
                    let before = if let item { [item] } else { try settingsOfAll(in: parent) }
                    for item in before { try came.subtract(applied(item)) }
                }
                for migration in came {
                    found[migration] = MigrationStatus.AppliedCommit(
                        id: id.hex, subject: info.subject, seconds: info.author.seconds,
                        offset: info.author.offset)
                }
                wanted.subtract(came)
            }
            return found
        }
    }
}

extension ReadView {
    /// The schema versions that a variable has schemas of or migrations between, with that which records are saved under, oldest
    /// first. Throws `.unknownVariable` and `.invalidSettings`.
    public func schemaVersions(of variable: String) throws -> [SchemaVersion] {
        try (self as? any PagedView)?.rules(of: variable).versions ?? []
    }
}
