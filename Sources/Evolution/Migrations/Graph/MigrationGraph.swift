import StemmaBlobs
import StemmaRecords

/// The versions of a variable's schema, and the migrations between them.
package struct MigrationGraph: Sendable {
    /// By the version that they lead from, and then the one that they lead to.
    private var edges: [SchemaVersion: [SchemaVersion: MigrationDefinition]] = [:]
    /// Every version, under each spelling the one that came first.
    private var known: Set<SchemaVersion> = []

    /// - Parameter versions: versions that are known without a migration, such as those that have a schema.
    package init(versions: some Sequence<SchemaVersion> = []) { known = Set(versions) }

    /// Adds a migration; the same one twice is fine.
    ///
    /// Throws `migrationConflict` if there is another between the same versions.
    package mutating func add(_ definition: MigrationDefinition) throws {
        if let other = edges[definition.from]?[definition.to], other != definition {
            throw StemmaError.migrationConflict(definition, other)
        }
        edges[definition.from, default: [:]][definition.to] = definition
        known.insert(definition.from)
        known.insert(definition.to)
    }

    /// Every version, oldest first.
    package var versions: [SchemaVersion] { known.sorted() }

    /// Every migration, by the version that it leads from and then the one that it leads to.
    package var definitions: [MigrationDefinition] {
        edges.values.joined().map(\.value).sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    /// The migration between two versions, if there is one.
    package func definition(from: SchemaVersion, to: SchemaVersion) -> MigrationDefinition? {
        edges[from]?[to]
    }

    /// The shortest way from one version to another: up through later versions, or down through earlier ones.
    ///
    /// Of several that are as short, the one whose first version that differs, counted from the oldest, is the older.
    /// So the way down is the way up, turned round, as long as each of its steps can be undone.
    ///
    /// Throws `unknownSchemaVersion`, `newerSchema` if `from` is later than every version, `noMigrationPath`, and
    /// `migrationHasNoDown` naming the step if only a way back is lacking.
    package func path(from: SchemaVersion, to: SchemaVersion) throws -> MigrationPath {
        if let newest = known.max(), newest < from { throw StemmaError.newerSchema(from, versions) }
        for version in [from, to] where !known.contains(version) {
            throw StemmaError.unknownSchemaVersion(version, versions)
        }
        if from == to { return MigrationPath(from: from, to: to, steps: []) }
        if from < to {
            guard let way = way(from, to, where: { _ in true }) else {
                throw StemmaError.noMigrationPath(from, to, versions)
            }
            return MigrationPath(from: from, to: to, steps: way.map { MigrationStep($0) })
        }
        guard let way = way(to, from, where: \.hasDown) else {
            let all = way(to, from, where: { _ in true })
            guard let obstacle = all?.last(where: { !$0.hasDown }) else {
                throw StemmaError.noMigrationPath(from, to, versions)
            }
            throw StemmaError.migrationHasNoDown(obstacle, from, to)
        }
        return MigrationPath(
            from: from, to: to, steps: way.reversed().map { MigrationStep($0, isDown: true) })
    }

    /// The shortest way up: distances to the end first, and then from the beginning always the oldest that is nearer.
    private func way(
        _ from: SchemaVersion, _ to: SchemaVersion, where isUsable: (MigrationDefinition) -> Bool
    ) -> [MigrationDefinition]? {
        var before: [SchemaVersion: [SchemaVersion]] = [:]
        for definition in definitions where isUsable(definition) {
            before[definition.to, default: []].append(definition.from)
        }
        var distances = [to: 0]
        var level = [to]
        while !level.isEmpty, distances[from] == nil {
            var next: [SchemaVersion] = []
            for version in level {
                for earlier in before[version] ?? [] where distances[earlier] == nil {
                    distances[earlier] = (distances[version] ?? 0) + 1
                    next.append(earlier)
                }
            }
            level = next
        }
        guard var distance = distances[from] else { return nil }
        var way: [MigrationDefinition] = []
        var version = from
        while distance > 0 {
            distance -= 1
            let step = (edges[version] ?? [:]).values
                .filter { isUsable($0) && distances[$0.to] == distance }.min { $0.to < $1.to }
            guard let step else { return nil }
            way.append(step)
            version = step.to
        }
        return way
    }
}
