import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// A variable that is at an older schema version after a revert than it is now.
struct LoweredVariable {
    let variable: String
    /// The settings that it has now.
    let now: VariableSettings
    /// The settings that it has afterwards.
    let settings: VariableSettings

    /// The version that it is at afterwards.
    var version: SchemaVersion { settings.currentVersion }

    /// Whether a record is of a newer version than the variable is at afterwards.
    func isNewer(_ record: Record) -> Bool { now.version(of: record).map { $0 > version } ?? false }

    /// Takes down every record that is of a newer version, but for those that are settled.
    ///
    /// Throws `.newerRecords` when there is no way down for some of them, or when it is a program that is not allowed.
    func takeDown(_ options: RevertOptions, settled: Set<Address>, in transaction: Transaction) throws {
        guard case .takenDown(let allowed, let surroundings) = options.newer else { return }
        func isSelected(_ record: Record) -> Bool { isNewer(record) && !settled.contains(record.address) }
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
                throw StemmaError.newerRecords(
                    pass.report.failed, variable, version, pass.report.failures[0].error.message)
            }
        } catch let error as StemmaError where Self.leadsNowhere.contains(error.code) {
            let count = try store.countRecords(of: variable, where: isSelected)
            throw StemmaError.newerRecords(count, variable, version, error.message)
        } catch let error as StemmaError where error.code == .noSurroundings {
            throw error.hinting("`NewerRecords.takenDown(allowing:in:)` says where")
        } catch let error as StemmaError where error.code == .programNotAllowed {
            throw error.hinting("look at it, and allow it: `NewerRecords.takenDown(allowing:)`")
        }
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
    fileprivate func hasRecord(of variable: String, where isSelected: (Record) -> Bool) throws -> Bool {
        for chunk in try workTree.chunks(of: variable, matching: Filter()) {
            if try workTree.records(in: chunk).contains(where: isSelected) { return true }
        }
        return false
    }

    fileprivate func countRecords(of variable: String, where isSelected: (Record) -> Bool) throws -> Int {
        var count = 0
        for chunk in try workTree.chunks(of: variable, matching: Filter()) {
            count += try workTree.records(in: chunk).count(where: isSelected)
        }
        return count
    }

    /// Throws `.laterMigration` where a commit took a variable through migrations, forwards or back, and it went through
    /// others since.
    func checkNewestMigrations(_ undone: UndoneCommit) throws {
        for variable in Set(undone.files.filter { $0.file.kind == .settings }.map(\.variable))
            .union(undone.migratedVariables).sorted()
        {
            guard let now = try read({ try $0.variable(variable)?.settings.migrations }) else { continue }
            let former = undone.names.former(variable)
            let before = try undone.before.migrationsApplied(to: former)
            let after = try undone.after.migrationsApplied(to: former)
            let later: ArraySlice<AppliedMigration>
            if let last = now.lastIndex(where: { after.contains($0) && !before.contains($0) }) {
                later = now[(last + 1)...]
            } else if Set(before).subtracting(after).isEmpty && !undone.migratedVariables.contains(variable) {
                continue
            } else {
                later = now.filter { !after.contains($0) }[...]
            }
            if let later = later.last { throw StemmaError.laterMigration(later, of: variable) }
        }
    }
}

extension PagedView {
    fileprivate func migrationsApplied(to variable: String) throws -> [AppliedMigration] {
        guard try variableNames().contains(variable) else { return [] }
        return try settings(of: variable).migrations
    }
}

extension UndoneCommit {
    /// The variables of which it took records through migrations: with the lineage that they had.
    fileprivate var migratedVariables: Set<String> {
        var found: Set<String> = []
        for case .changed(let before, let after) in changes
        where before.migratedFrom != after.migratedFrom && before.lineage == after.lineage {
            found.insert(after.variable)
        }
        return found
    }
}

extension StemmaError.Code {
    /// A migration cannot be reverted before a later one of the same variable; `fields` has `variable`, `from` and `to`.
    public static let laterMigration = Self("later-migration")
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

    fileprivate static func laterMigration(_ later: AppliedMigration, of variable: String) -> StemmaError {
        StemmaError(
            .laterMigration,
            "\(variable) went through a later migration since, from \(later.from) to \(later.to)",
            hint: "revert that one first; nothing was changed",
            fields: ["variable": variable, "from": later.from.description, "to": later.to.description])
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
