import StemmaBlobs
import StemmaHistory
import StemmaRecords

/// Which side counts where a record changed again after the commit that is reverted.
public enum RevertSide: Sendable {
    /// The record stays as it is now.
    case ours
    /// The record becomes what it was before that commit.
    case theirs
}

/// The records that changed again after what is to be undone.
public struct RevertConflicts: Error, Sendable {
    /// For each: what the commit made of it, and what it is now.
    public struct Conflict: Sendable {
        /// The address of the record.
        public let address: Address
        /// The record before the commit that is reverted.
        public let before: Record?
        /// The record that the commit made.
        public let reverted: Record?
        /// The record now.
        public let current: Record?
    }

    /// One for each record, in the order of differences.
    public let conflicts: [Conflict]
    /// Settings, schemas and migrations of variables that changed again, too.
    public let files: [FileConflict]
    /// The same as an error to be printed.
    public let error: StemmaError
}

extension Store {
    /// Undoes what a commit did to the store, record by record, as a new commit. What came after is kept.
    ///
    /// Schemas and settings of variables go back with the records, settings member by member.
    /// - Parameters:
    ///   - mainline: which parent a merge is compared with, counted from 1.
    ///   - side: what counts where a record changed again afterwards; without it such records are conflicts.
    /// - Returns: the new commit; `nil` when nothing of it is left to undo.
    /// Throws `RevertConflicts` (and changes nothing), `.uncommittedChanges`, `.unknownRevision`, `.mergeCommit`.
    public func revert(_ revision: String, mainline: Int? = nil, side: RevertSide? = nil) throws
        -> CommitResult?
    {
        try exclusively {
            let (commit, before, after) = try state.withLock {
                try checkOneCommit("revert", message: "Revert")
                return try views(of: repository.commit(repository.resolve(revision)), mainline: mainline)
            }
            let changes = try difference(before, after, pairVersions: false, countUnchanged: false).changes
            let files = try FileDifference.all(from: before, to: after)
            try transact { (transaction: Transaction) throws -> Void in
                var conflicts: [RevertConflicts.Conflict] = []
                var revert = FileRevert(transaction, side: side)
                for file in files { try revert.undo(file) }
                for change in changes {
                    let address = change.record.address
                    let current = try transaction.record(at: address)
                    if current == change.before { continue }
                    if current != change.after {
                        guard let side else {
                            conflicts.append(
                                RevertConflicts.Conflict(
                                    address: address, before: change.before, reverted: change.after,
                                    current: current))
                            continue
                        }
                        if case .ours = side { continue }
                    }
                    if let before = change.before {
                        try transaction.put(before)
                    } else {
                        try transaction.remove(address)
                    }
                }
                guard conflicts.isEmpty, revert.conflicts.isEmpty else {
                    throw RevertConflicts(conflicts, revert.conflicts, settings.keys)
                }
                for file in files { try revert.removeEmpty(file) }
            }
            try takeBackLines(of: ForgottenCall.self, from: before, to: after)
            try takeBackLines(of: Renaming.self, from: before, to: after)
            return try commitExclusively(
                "Revert \"\(commit.subject)\"\n\nThis reverts commit \(commit.id.hex).", operation: .revert)
        }
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
    ) throws -> (commit: CommitInfo, before: any PagedView, after: any PagedView) {
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

extension RevertConflicts {
    init(_ conflicts: [Conflict], _ files: [FileConflict], _ keys: KeyDeclarations) {
        self.conflicts = conflicts
        self.files = files
        let count = conflicts.count + files.count
        let names =
            files.map { $0.path + ($0.member.map { " (\($0))" } ?? "") }
            + conflicts.prefix(8).map { keys.text(of: $0.address) }
        let shown = names.prefix(8).joined(separator: "; ")
        let rest = count > 8 ? "; and \(count - 8) more" : ""
        let what = files.isEmpty ? "record" : conflicts.isEmpty ? "setting" : "record or setting"
        error = StemmaError(
            .conflicts,
            "\(count) \(what)\(count == 1 ? "" : "s") changed again after that commit: \(shown)\(rest)",
            hint:
                "`RevertSide.ours` keeps them as they are now, `RevertSide.theirs` takes them back to before it; nothing was changed",
            fields: ["count": String(count)])
    }
}
