import StemmaBlobs
import StemmaCatalog

extension Store {
    /// Changes the store: all that `body` does happens, or nothing.
    ///
    /// Durable when it returns. Other readers see the state before or after, never between. An error thrown by `body`
    /// undoes everything and is passed on. Throws `.locked` when another process holds the lock for longer than
    /// `options.wait`, and `.nestedTransaction` inside another transaction of this store.
    @discardableResult
    public func transaction<T>(_ body: (Transaction) throws -> T) throws -> T {
        try exclusively { try transact(body) }
    }

    /// Holds the store's lock, which keeps other writers out, and begins with an up-to-date catalog.
    func exclusively<T>(_ body: () throws -> T) throws -> T {
        try writing.withLock {
            if state.withLock({ isTransacting }) { throw StemmaError.nestedTransaction() }
            if let reason = cannotWrite {
                throw reason.code == .diskFull ? reason : StemmaError.readOnlyStore(path)
            }
            if let lock = heldLock { return try withExtendedLifetime(lock, body) }
            let lock = try FileLock(
                paths.lock, command: options.command, waiting: options.wait,
                isHurried: options.isHurried ?? { false })
            heldLock = lock
            defer { heldLock = nil }
            try state.withLock {
                try recoverJournal()
                // What a process that died has left; one that is alive writes to its files.
                try objects.removeTemporaries(olderThan: 3600)
                try mendingCatalog { try refresh(force: true) }
            }
            return try withExtendedLifetime(lock, body)
        }
    }

    /// Runs one transaction under the lock.
    func transact<T>(_ body: (Transaction) throws -> T) throws -> T {
        let transaction = try state.withLock {
            let transaction = try Transaction(self, catalog.update(waiting: options.wait))
            isTransacting = true
            return transaction
        }
        defer {
            state.withLock {
                isTransacting = false
                if !transaction.files.isEmpty { knownFiles.forget() }
            }
        }
        do {
            let result = try body(transaction)
            try state.withLock { try transaction.commit() }
            // Somebody else's closure: not under `state`.
            transaction.reportBroughtAlong()
            return result
        } catch {
            state.withLock { transaction.rollback() }
            throw error
        }
    }
}

extension StemmaError {
    static func nestedTransaction() -> StemmaError {
        StemmaError(
            .nestedTransaction, "a transaction is begun inside another of the same store",
            hint: "use the transaction that was handed to the closure")
    }
}
