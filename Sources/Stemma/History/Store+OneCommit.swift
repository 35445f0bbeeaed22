import StemmaBlobs
import StemmaHistory
import StemmaRecords

// Changes that are one commit: they begin with a store that has no others, and are made as a whole or not at all.
extension Store {
    /// What would refuse a commit of a change of records refuses it before anything is changed. Call with the lock held.
    ///
    /// - Parameter what: what is to be done, as the error says it.
    /// Throws `.uncommittedChanges`, `.operationInProgress`, what git refuses, and the first line that is no record.
    func checkOneCommit(_ what: String, message: String) throws {
        try state.withLock {
            try checkMessage(message)
            if let command = try repository.state.command { throw StemmaError.operationInProgress(command) }
            guard try status().isClean else { throw StemmaError.uncommittedChanges(what) }
            try repository.checkCommit(identity: identity)
            try repository.waitForIndex(seconds: options.wait)
            try checkReadable()
        }
    }

    /// Commits what a transaction has changed since `checkOneCommit`; if that fails, takes the records back.
    func commitOrTakeBack(
        _ message: String, operation: Operation, trailers: [String] = [], dropping: Set<String> = []
    ) throws -> CommitResult? {
        let head = try state.withLock { try repository.head() }
        do {
            return try commitExclusively(
                message, operation: operation, trailers: trailers, dropping: dropping)
        } catch {
            // The branch may have moved all the same, or with other hands.
            guard let now = try? state.withLock({ try repository.head() }), now.commit == head.commit else {
                throw error
            }
            do {
                try takeBack(to: head)
            } catch {
                // The error that began it says more. What was changed is in the work tree, and status shows it.
            }
            throw error
        }
    }

    private func takeBack(to head: Head) throws {
        let (changes, files) = try state.withLock {
            let before = try headView(head)
            return (
                try difference(before, workTree, pairVersions: false, countUnchanged: false).changes,
                try FileDifference.all(from: before, to: workTree)
            )
        }
        try transact { (transaction: Transaction) throws -> Void in
            // Variables stay: what is taken back here makes none.
            for change in files where change.before != nil || change.file.kind != .settings {
                try transaction.set(change.file, to: change.before)
            }
            for change in changes {
                if let before = change.before {
                    try transaction.put(before)
                } else {
                    try transaction.remove(change.record.address)
                }
            }
        }
    }
}
