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
    /// The same as an error to be printed.
    public let error: StemmaError
}

extension Store {
    /// Undoes what a commit did to the store, record by record, as a new commit. What came after is kept.
    ///
    /// - Parameters:
    ///   - mainline: which parent a merge is compared with, counted from 1.
    ///   - side: what counts where a record changed again afterwards; without it such records are conflicts.
    /// - Returns: the new commit; `nil` when nothing of it is left to undo.
    /// Throws `RevertConflicts` (and changes nothing), `.uncommittedChanges`, `.unknownRevision`, `.mergeCommit`.
    public func revert(_ revision: String, mainline: Int? = nil, side: RevertSide? = nil) throws
        -> CommitResult?
    {
        try exclusively {
            let (commit, changes): (CommitInfo, [Difference.Change]) = try state.withLock {
                guard try status().isClean else { throw StemmaError.uncommittedChanges("revert") }
                if let command = try repository.state.command {
                    throw StemmaError.operationInProgress(command)
                }
                // What would refuse the commit at the end refuses it before anything is changed.
                try repository.checkCommit(identity: identity)
                try repository.waitForIndex(seconds: options.wait)
                let commit = try repository.commit(repository.resolve(revision))
                return (commit, try self.changes(of: commit, mainline: mainline))
            }
            try transact { (transaction: Transaction) throws -> Void in
                var conflicts: [RevertConflicts.Conflict] = []
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
                if !conflicts.isEmpty { throw RevertConflicts(conflicts, settings.keys) }
            }
            return try commitExclusively(
                "Revert \"\(commit.subject)\"\n\nThis reverts commit \(commit.id.hex).", operation: .revert)
        }
    }

    private func changes(of commit: CommitInfo, mainline: Int?) throws -> [Difference.Change] {
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
        return try difference(
            before, SnapshotView(store: self, commit: commit.id), pairVersions: false, countUnchanged: false
        ).changes
    }
}

extension RevertConflicts {
    init(_ conflicts: [Conflict], _ keys: KeyDeclarations) {
        self.conflicts = conflicts
        let shown = conflicts.prefix(8).map { keys.text(of: $0.address) }.joined(separator: "; ")
        let rest = conflicts.count > 8 ? "; and \(conflicts.count - 8) more" : ""
        error = StemmaError(
            .conflicts,
            "\(conflicts.count) record\(conflicts.count == 1 ? "" : "s") changed again after that commit: \(shown)\(rest)",
            hint:
                "`RevertSide.ours` keeps them as they are now, `RevertSide.theirs` takes them back to before it; nothing was changed",
            fields: ["count": String(conflicts.count)])
    }
}
