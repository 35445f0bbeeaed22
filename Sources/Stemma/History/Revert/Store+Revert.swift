import StemmaBlobs
import StemmaHistory
import StemmaRecords

extension Store {
    /// Undoes what a commit did to the store, record by record, as a new commit. What came after is kept.
    ///
    /// Schemas and settings of variables go back with the records, settings member by member, and so do lines of
    /// `forgotten.jsonl` and `renamed.jsonl`. Records that were saved under a schema version that is taken back are taken
    /// down from it. Object files that nothing names any more go away.
    /// - Parameters:
    ///   - mainline: which parent a merge is compared with, counted from 1.
    ///   - side: what counts where a record changed again afterwards; without it such records are conflicts.
    ///   - newer: what becomes of records of a version that is taken back.
    /// - Returns: the new commit; `nil` when nothing of it is left to undo.
    /// Throws `RevertConflicts` (and changes nothing), `.uncommittedChanges`, `.unknownRevision`, `.mergeCommit`,
    /// `.laterMigration`, `.newerRecords` and `.programNotAllowed`.
    public func revert(
        _ revision: String, mainline: Int? = nil, side: RevertSide? = nil,
        newer: NewerRecords = .takenDown()
    ) throws -> CommitResult? {
        try exclusively {
            let (commit, before, after) = try state.withLock {
                try checkOneCommit("revert", message: "Revert")
                return try views(of: repository.commit(repository.resolve(revision)), mainline: mainline)
            }
            let message = "Revert \"\(commit.subject)\"\n\nThis reverts commit \(commit.id.hex)."
            if let (from, to) = try renaming(before, after) {
                // What came since knows the variable by its new name.
                let lines = workTreeLines(from, to)
                return try renameVariable(to, to: from, lines: lines, message: message, operation: .revert)
            }
            let changes = try difference(
                before, after, pairVersions: true, follow: false, countUnchanged: false
            ).changes
            let files = try FileDifference.all(from: before, to: after)
            try checkNewestMigrations(files)
            let objects = try state.withLock { try ObjectRevert(self, before: before, after: after) }
            try transact { try undo(changes, files, side, newer, in: $0) }
            try takeBackLines(of: ForgottenCall.self, from: before, to: after)
            try takeBackLines(of: Renaming.self, from: before, to: after)
            let unneeded = try state.withLock { try objects.unneeded() }
            let result = try commitOrTakeBack(message, operation: .revert, dropping: unneeded)
            try state.withLock { try objects.remove(unneeded) }
            return result
        }
    }

    private func undo(
        _ changes: [Difference.Change], _ files: [FileDifference], _ side: RevertSide?, _ newer: NewerRecords,
        in transaction: Transaction
    ) throws {
        var fileRevert = FileRevert(transaction, side: side)
        let lowered = try loweredVariables(files, in: transaction) {
            for file in files { try fileRevert.undo(file) }
        }
        var records = RecordRevert(transaction, side: side, lowered: lowered)
        for change in changes { try records.undo(change) }
        try records.finish()
        guard records.conflicts.isEmpty, fileRevert.conflicts.isEmpty else {
            throw RevertConflicts(records.conflicts, fileRevert.conflicts, settings.keys)
        }
        for variable in lowered.values {
            try variable.takeDown(newer, settled: records.settled, in: transaction)
        }
        for file in files { try fileRevert.removeEmpty(file) }
    }

    /// The variables that are at an older version once their files were taken back.
    private func loweredVariables(
        _ files: [FileDifference], in transaction: Transaction, _ takeBack: () throws -> Void
    ) throws -> [String: LoweredVariable] {
        var now: [String: VariableMigrations] = [:]
        for name in Set(files.filter { $0.file.kind == .settings }.map(\.variable))
        where try transaction.update.variable(name) != nil {
            now[name] = try workTree.migrations(of: name)
        }
        try takeBack()
        return try now.compactMapValues { migrations in
            guard let then = try transaction.update.variable(migrations.variable)?.settings else {
                return nil
            }
            let variable = LoweredVariable(migrations: migrations, settings: then)
            let current = migrations.settings.schema ?? migrations.settings.legacyVersion
            return variable.version < current ? variable : nil
        }
    }

    /// The names of the variable that a commit renamed, if it did nothing else and something came since: then it gets its
    /// old name with all that it has now.
    private func renaming(_ before: any PagedView, _ after: SnapshotView) throws -> (
        from: String, to: String
    )? {
        // A difference of all records, only where there can be one.
        guard try Set(before.variableNames()) != Set(after.variableNames()) else { return nil }
        let found = try difference(before, after, pairVersions: true, countUnchanged: true)
        guard found.changes.isEmpty, found.renamed.count == 1, let names = found.renamed.first else {
            return nil
        }
        let now = try state.withLock {
            try repository.head().commit.flatMap { try repository.tree(of: $0, at: prefix) }
        }
        guard now != after.tree else { return nil }
        let variables = try workTree.variableNames()
        guard variables.contains(names.to), !variables.contains(names.from) else { return nil }
        return (names.from, names.to)
    }

    private func workTreeLines(_ from: String, _ to: String) -> Set<Renaming> {
        state.withLock { renamings.lines.renaming(.variable, to, to: from) }
    }

    /// Takes lines away that a commit added, and puts those back that it took away.
    private func takeBackLines<Line: MergedLine>(
        of type: Line.Type, from before: any PagedView, to after: any PagedView
    ) throws {
        let (old, new) = (try before.lines(of: type), try after.lines(of: type))
        let now = try workTree.lines(of: type)
        let lines = now.subtracting(new.subtracting(old)).union(old.subtracting(new))
        guard lines != now else { return }
        try state.withLock {
            try MergedLines.write(lines, in: path, synchronize: options.synchronize)
            lookAtLines()
        }
    }

    /// The store before a commit and after it. Call with `state` held.
    private func views(
        of commit: CommitInfo, mainline: Int?
    ) throws -> (commit: CommitInfo, before: any PagedView, after: SnapshotView) {
        if commit.parents.isEmpty, try repository.isShallow(commit.id) {
            throw StemmaError.parentMissing(String(commit.id.hex.prefix(10)))
        }
        let parent: ObjectID?
        switch (commit.parents.count, mainline) {
        case (0, nil): parent = nil
        case (1, nil), (1, 1?): parent = commit.parents[0]
        case (_, let number?) where number >= 1 && number <= commit.parents.count:
            parent = commit.parents[number - 1]
        case (0...1, let number?): throw StemmaError.noSuchParent(String(commit.id.hex.prefix(10)), number)
        default: throw StemmaError.mergeCommit(String(commit.id.hex.prefix(10)))
        }
        let before: any PagedView =
            if let parent { try SnapshotView(store: self, commit: parent) } else { EmptyView(store: self) }
        return (commit, before, try SnapshotView(store: self, commit: commit.id))
    }
}
