import StemmaBlobs
import StemmaRecords

extension Store {
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
}

extension StemmaError {
    fileprivate static func laterMigration(_ later: AppliedMigration, of variable: String) -> StemmaError {
        StemmaError(
            .laterMigration,
            "\(variable) went through a later migration since, from \(later.from) to \(later.to)",
            hint: "revert that one first; nothing was changed",
            fields: ["variable": variable, "from": later.from.description, "to": later.to.description])
    }
}
