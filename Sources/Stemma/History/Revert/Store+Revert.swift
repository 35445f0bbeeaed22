import StemmaBlobs
import StemmaHistory
import StemmaRecords

extension Store {
    /// Undoes what a commit did to the store, record by record, as a new commit. What came after is kept.
    ///
    /// Schemas and settings of variables go back with the records, settings member by member, and so do lines of
    /// `forgotten.jsonl` and `renamed.jsonl`. What a commit did to a variable that was renamed since is undone under its
    /// present name. Records that were saved under a schema version that is taken back are taken down from it. Object
    /// files that nothing names any more go away.
    ///
    /// - Returns: the new commit; `nil` when nothing of it is left to undo.
    /// Throws `RevertConflicts` (and changes nothing), `.uncommittedChanges`, `.unknownRevision`, `.mergeCommit`,
    /// `.keysDiffer`, `.laterMigration`, `.newerRecords`, `.programNotAllowed` and `.interrupted`.
    public func revert(_ revision: String, options: RevertOptions) throws -> CommitResult? {
        try exclusively {
            let (commit, before, after) = try state.withLock {
                try checkOneCommit("revert", message: "Revert")
                return try views(
                    of: repository.commit(repository.resolve(revision)), mainline: options.mainline)
            }
            let message = "Revert \"\(commit.subject)\"\n\nThis reverts commit \(commit.id.hex)."
            if let (from, to) = try renaming(before, after) {
                // What came since knows the variable by its new name.
                let lines = workTreeLines(from, to)
                return try renameVariable(to, to: from, lines: lines, message: message, operation: .revert)
            }
            let undone = try UndoneCommit(self, from: before, to: after)
            try checkKeys(undone)
            try checkNewestMigrations(undone)
            let objects = try state.withLock { try ObjectRevert(self, before: before, after: after) }
            try takingAwayNewObjects {
                try state.withLock { try objects.putBack() }
                try transact { try undo(undone, options, in: $0) }
            }
            state.withLock { lookAtLines() }
            let unneeded = try state.withLock { try objects.unneeded() }
            let result = try commitOrTakeBack(message, operation: .revert, dropping: unneeded)
            try state.withLock { try removeObjects(unneeded) }
            return result
        }
    }

    /// The same with what is mostly said of it; see `revert(_:options:)`.
    ///
    /// - Parameters:
    ///   - mainline: which parent a merge is compared with, counted from 1.
    ///   - side: what counts where a record changed again afterwards; without it such records are conflicts.
    ///   - newer: what becomes of records of a version that is taken back.
    /// Throws what that throws.
    public func revert(
        _ revision: String, mainline: Int? = nil, side: RevertSide? = nil,
        newer: NewerRecords = .takenDown()
    ) throws -> CommitResult? {
        var options = RevertOptions()
        (options.mainline, options.side, options.newer) = (mainline, side, newer)
        return try revert(revision, options: options)
    }

    /// Throws `.keysDiffer` for a commit that did nothing but give the store other keys.
    private func checkKeys(_ undone: UndoneCommit) throws {
        guard let before = undone.before as? SnapshotView, before.keys != undone.after.keys,
            undone.changes.isEmpty, undone.files.isEmpty
        else { return }
        throw StemmaError(
            .keysDiffer, "the commit gave the store other keys, which are not taken back record by record",
            hint: "'git revert' undoes it, as long as nothing was saved since")
    }

    private func undo(
        _ undone: UndoneCommit, _ options: RevertOptions, in transaction: Transaction
    ) throws {
        var fileRevert = FileRevert(transaction, side: options.side)
        let committed = CommittedResults(undone.after, undone.names, promoted: undone.promoted)
        let lowered = try loweredVariables(undone.files, committed, in: transaction) {
            for file in undone.files { try fileRevert.undo(file) }
        }
        var records = RecordRevert(
            transaction, side: options.side, committed: committed, lowered: lowered)
        for change in undone.changes {
            if options.isStopped() { throw StemmaError.interrupted() }
            try records.undo(change)
        }
        try records.finish()
        guard records.conflicts.isEmpty, fileRevert.conflicts.isEmpty else {
            throw RevertConflicts(records.conflicts, fileRevert.conflicts, settings.keys)
        }
        for variable in lowered.values {
            try variable.takeDown(options, settled: records.settled, undone.files, in: transaction)
        }
        for file in undone.files { try fileRevert.removeEmpty(file) }
        try takeBackLines(of: ForgottenCall.self, undone, in: transaction)
        try takeBackLines(of: Renaming.self, undone, in: transaction)
    }

    /// The variables that are at an older version, or have less migrations, once their files were taken back.
    private func loweredVariables(
        _ files: [FileDifference], _ committed: CommittedResults, in transaction: Transaction,
        _ takeBack: () throws -> Void
    ) throws -> [String: LoweredVariable] {
        var now: [String: (settings: VariableSettings, edges: Set<LoweredVariable.Edge>)] = [:]
        for name in Set(files.map(\.variable)) {
            guard let settings = try transaction.update.variable(name)?.settings else { continue }
            now[name] = (settings, try transaction.migrationEdges(of: name))
        }
        try takeBack()
        var lowered: [String: LoweredVariable] = [:]
        for (name, (settings, edges)) in now {
            guard let then = try transaction.update.variable(name)?.settings else { continue }
            lowered[name] = LoweredVariable(
                name, from: settings, to: then, edges: edges,
                left: try edges.subtracting(transaction.migrationEdges(of: name)), committed: committed)
        }
        return lowered
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
        of type: Line.Type, _ undone: UndoneCommit, in transaction: Transaction
    ) throws {
        let (old, new) = (try undone.before.lines(of: type), try undone.after.lines(of: type))
        let now = try workTree.lines(of: type)
        let lines = now.subtracting(new.subtracting(old)).union(old.subtracting(new))
        if lines != now { try transaction.set(lines) }
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
        case (let count, let number?):
            throw StemmaError.noSuchParent(String(commit.id.hex.prefix(10)), number, of: count)
        default: throw StemmaError.mergeCommit(String(commit.id.hex.prefix(10)))
        }
        let before: any PagedView =
            if let parent { try SnapshotView(store: self, commit: parent) } else { EmptyView(store: self) }
        return (commit, before, try SnapshotView(store: self, commit: commit.id))
    }
}

extension Transaction {
    /// Between which versions a variable has stored migrations.
    fileprivate func migrationEdges(of variable: String) throws -> Set<LoweredVariable.Edge> {
        var edges: Set<LoweredVariable.Edge> = []
        for case .migration(let from, let to) in try variableFiles(of: variable).map(\.kind) {
            edges.insert(LoweredVariable.Edge(from: from, to: to))
        }
        return edges
    }
}
