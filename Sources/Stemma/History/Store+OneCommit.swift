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

    /// Commits what a transaction has changed since `checkOneCommit`; if that fails, takes it back.
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
        let (changes, files, others) = try state.withLock {
            let before = try headView(head)
            let others = try FileChange.storeFiles.compactMap { path in
                let content = try before.file(path)
                return try workTree.file(path) == content ? nil : (path: path, content: content)
            }
            return (
                try difference(before, workTree, pairVersions: false, countUnchanged: false).changes,
                try FileDifference.all(from: before, to: workTree), others
            )
        }
        try transact { (transaction: Transaction) throws -> Void in
            // What records go into comes before them, and what they leave goes after them.
            for file in files where file.before != nil { try transaction.set(file.file, to: file.before) }
            for change in changes {
                if let before = change.before {
                    try transaction.put(before)
                } else {
                    try transaction.remove(change.record.address)
                }
            }
            for file in files where file.before == nil { try transaction.set(file.file, to: nil) }
            for (path, content) in others { try transaction.set(path, to: content) }
        }
        state.withLock { lookAtLines() }
        try removeNewObjects()
    }

    /// Takes the object files away that HEAD does not have when `body` has thrown: before it began, there were none.
    func takingAwayNewObjects(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            // What it ended with says more.
            try? removeNewObjects()
            throw error
        }
    }

    /// Takes the object files away that HEAD does not have.
    private func removeNewObjects() throws {
        try state.withLock {
            // A journal that could not be taken away may be finished by the next transaction, and needs them.
            guard try FileSystem.status(paths.journal) == nil else { return }
            let tree = try repository.head().commit.flatMap { try repository.tree(of: $0, at: prefix) }
            let files = try catalog.read { try StoreFiles(self, tree: tree, in: $0) }.written
            let new = try files.map(\.path).filter { path in
                guard path.hasPrefix(StorePaths.objectsFolder + "/") else { return false }
                // One that was damaged, and was written anew, stays.
                return try tree.flatMap { try repository.item(in: $0, at: path) } == nil
            }
            try removeObjects(Set(new))
        }
    }
}
