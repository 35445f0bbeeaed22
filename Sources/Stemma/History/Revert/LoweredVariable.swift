import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// A variable that a revert takes from a schema version, or from a migration that it went through.
struct LoweredVariable {
    let variable: String
    /// The settings that it has now.
    private let now: VariableSettings
    /// The settings that it has afterwards.
    private let settings: VariableSettings
    /// The version that newer records are taken down to.
    let version: SchemaVersion
    /// Those that records are of by way of a migration that is taken back.
    private let reached: Set<SchemaVersion>
    /// Whether all that is newer than the variable is afterwards was saved under a version that it leaves.
    private let falls: Bool
    private let committed: CommittedResults

    /// From one version to another.
    struct Edge: Hashable {
        let from: SchemaVersion
        let to: SchemaVersion
    }

    /// - Parameters:
    ///   - edges: the migrations that it has now.
    ///   - left: those of them that it has no more.
    ///   - committed: the store as the commit left it.
    /// Returns `nil` where nothing has to be taken down.
    init?(
        _ variable: String, from now: VariableSettings, to settings: VariableSettings, edges: Set<Edge>,
        left: Set<Edge>, committed: CommittedResults
    ) {
        (self.variable, self.now, self.settings, self.committed) = (variable, now, settings, committed)
        falls = settings.currentVersion < now.currentVersion
        let applied = now.migrations.map { Edge(from: $0.from, to: $0.to) }
        let undone = Set(applied).subtracting(settings.migrations.map { Edge(from: $0.from, to: $0.to) })
        guard falls || !undone.isEmpty || !left.isEmpty else { return nil }
        // Where the version is the same with the migration and without it, as when its schema was set before, only this
        // tells the new form from the old one.
        let current = settings.currentVersion
        let lowest = undone.map(\.from).min() ?? current
        version = falls ? current : min(lowest, current)
        var reached = Self.reached(by: undone, edges.union(applied))
        // What was kept when the migration was taken back a first time.
        reached.formUnion(Self.reached(by: left, edges).filter { $0 > current })
        self.reached = reached
    }

    /// The versions that migrations lead to, and those that others lead to from there.
    private static func reached(by first: Set<Edge>, _ edges: Set<Edge>) -> Set<SchemaVersion> {
        var reached = Set(first.map(\.to))
        // Migrations lead to later versions.
        for edge in edges.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) })
        where reached.contains(edge.from) {
            reached.insert(edge.to)
        }
        return reached
    }

    /// Whether a record is of a version that is taken back: one that is newer than its variable is afterwards, or that it
    /// has by way of the migration.
    func isNewer(_ record: Record) -> Bool {
        guard let version = now.version(of: record), version > self.version else { return false }
        return falls || reached.contains(version)
    }

    /// The same without those that are settled, and those that stood so before: the commit had nothing to do with them.
    private func isToGoDown(_ record: Record, _ settled: Set<Address>) throws -> Bool {
        try isNewer(record) && !settled.contains(record.address) && !committed.hasStood(record)
    }

    /// Takes down every record that is of a newer version, but for those that are settled.
    ///
    /// Throws `.newerRecords` when there is no way down for some of them, or when it is a program that is not allowed.
    ///
    /// - Parameter brought: the files of the commit, of which those that newer records were made by stay when these do.
    func takeDown(
        _ options: RevertOptions, settled: Set<Address>, _ brought: [FileDifference],
        in transaction: Transaction
    ) throws {
        guard case .takenDown(let allowed, let surroundings) = options.newer else {
            return try keepMigrations(brought, settled, in: transaction)
        }
        func isSelected(_ record: Record) throws -> Bool {
            try isToGoDown(record, settled)
        }
        // Migrations that cannot be used are in nobody's way where nothing has to be taken down.
        guard try transaction.store.hasRecord(of: variable, where: isSelected) else { return }
        var down = MigrationOptions()
        (down.surroundings, down.allowedPrograms) = (surroundings, allowed)
        (down.isStopped, down.isHurried) = (options.isStopped, options.isHurried)
        let store = transaction.store
        do {
            // As they are now: they have the way down.
            var pass = MigrationPass(
                store, try store.workTree.migrations(of: variable), to: version,
                schema: Self.member(version, settings), down)
            pass.isSelected = isSelected
            try pass.run(transaction)
            guard pass.report.failed == 0 else {
                pass.report.failures.forEach { options.onNewerRecord?($0) }
                throw StemmaError.newerRecords(
                    pass.report.failed, variable, version, pass.report.failures[0].error.message)
            }
        } catch let error as StemmaError where Self.leadsNowhere.contains(error.code) {
            var report = MigrationReport(variable: variable, target: version)
            try store.forEachRecord(of: variable, where: isSelected) { record in
                report.fail(record, now.version(of: record) ?? version, error)
            }
            report.failures.forEach { options.onNewerRecord?($0) }
            throw StemmaError.newerRecords(report.failed, variable, version, error.message)
        } catch let error as StemmaError where error.code == .noSurroundings {
            throw error.hinting("`NewerRecords.takenDown(allowing:in:)` says where")
        } catch let error as StemmaError where error.code == .programNotAllowed {
            throw error.hinting("look at it, and allow it: `NewerRecords.takenDown(allowing:)`")
        }
    }

    /// Records that stay at their version keep the way down, and keep others from giving that version another meaning.
    private func keepMigrations(
        _ brought: [FileDifference], _ settled: Set<Address>, in transaction: Transaction
    ) throws {
        let migrations = brought.filter {
            $0.variable == variable && $0.file.isMigration && $0.before == nil && $0.after != nil
        }
        guard !migrations.isEmpty,
            try transaction.store.hasRecord(
                of: variable, where: { try isToGoDown($0, settled) })
        else { return }
        for migration in migrations { try transaction.set(migration.file, to: migration.after) }
    }

    /// What stands in the way of all records of a version.
    private static let leadsNowhere = VariableMigrations.leadsNowhere.union([
        .migrationNotRegistered, .migrationChanged, .migrationMissing, .migrationConflict,
    ])

    /// The member `schema` of a record of a version.
    static func member(_ version: SchemaVersion, _ settings: VariableSettings) -> String? {
        version == settings.legacyVersion && version != settings.schema ? nil : version.description
    }
}

extension Store {
    fileprivate func hasRecord(of variable: String, where isSelected: (Record) throws -> Bool) throws -> Bool
    {
        for chunk in try workTree.chunks(of: variable, matching: Filter()) {
            if try workTree.records(in: chunk).contains(where: isSelected) { return true }
        }
        return false
    }

    fileprivate func forEachRecord(
        of variable: String, where isSelected: (Record) throws -> Bool, _ body: (Record) -> Void
    ) throws {
        for chunk in try workTree.chunks(of: variable, matching: Filter()) {
            for record in try workTree.records(in: chunk) where try isSelected(record) { body(record) }
        }
    }
}

extension StemmaError.Code {
    /// Records were saved under a version that is to be taken back, and cannot be taken down; `fields` has `count`.
    public static let newerRecords = Self("newer-records")
}

extension StemmaError {
    /// The same in the words of a revert.
    fileprivate func hinting(_ way: String) -> StemmaError {
        StemmaError(
            code, message, hint: "\(way); `NewerRecords.kept` leaves records at their version", fields: fields
        )
    }

    fileprivate static func newerRecords(
        _ count: Int, _ variable: String, _ version: SchemaVersion, _ reason: String
    ) -> StemmaError {
        StemmaError(
            .newerRecords,
            "\(count) record\(count == 1 ? "" : "s") of \(variable) cannot be taken down to \(version): \(reason)",
            hint: "`NewerRecords.kept` leaves them at their version; nothing was changed",
            fields: ["count": String(count), "variable": variable, "reason": reason])
    }
}
