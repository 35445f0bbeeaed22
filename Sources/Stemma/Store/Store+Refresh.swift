import StemmaBlobs
import StemmaCatalog

extension Store {
    /// A reader sees what other programs did to the work tree at most this many nanoseconds late.
    private static let lookInterval: Int64 = 50_000_000

    /// Brings the catalog up to date with the work tree, if somebody changed it. Call with `state` held.
    ///
    /// - Parameter force: look even when the last look was a moment ago.
    func refresh(force: Bool = false) throws {
        // The transaction of this process sees to it itself, and holds the catalog's only writing connection.
        guard !isTransacting else { return }
        let now = FileSystem.now()
        guard force || now - lastLook >= Self.lookInterval || now < lastLook else { return }
        // From the end of the look on, so that one that takes long is not followed by another at once.
        defer { lastLook = FileSystem.now() }
        try lookAtAnswers()
        // A catalog in memory is for a store that cannot be written: neither by this process nor its journal.
        if !catalog.isInMemory, try FileSystem.status(paths.journal) != nil {
            // Either a transaction is between its journal and its pages, and the catalog has what it did; or it died.
            try recoverIfAbandoned()
            return
        }
        guard try !catalog.isCurrent() else { return }
        answers.removeAll()
        do {
            let update = try catalog.update(waiting: catalog.isInMemory ? 1 : 0.05)
            defer { update.rollback() }
            // Looked for again inside the update: from here on no transaction can commit to the catalog.
            guard try catalog.isInMemory || FileSystem.status(paths.journal) == nil else { return }
            try lookAgain(update)
            try update.commit()
        } catch let error as StemmaError where error.code == .catalogBusy {
            // A transaction is being written. Readers see the state before it, and are not kept waiting.
        }
    }

    /// Takes in what changed in the work tree.
    func lookAgain(_ update: CatalogUpdate) throws {
        let report = try update.refresh { try objects.pack($0) }
        if report.packsRemoved > 0 { try forgetSearch(update) }
    }

    /// Forgets answers that may not hold any more: another connection has changed the catalog, or calls were forgotten.
    private func lookAtAnswers() throws {
        let version = try catalog.dataVersion()
        if version != answersVersion { answers.removeAll() }
        answersVersion = version
        lookAtLines()
    }

    /// Reads again which calls are forgotten and what has another name, if that has changed. Call with `state` held.
    func lookAtLines() {
        do {
            _ = try forgotten()
            try lookAtNames()
            callsProblem = nil
        } catch {
            // Calls tell of it; everything else can be read all the same.
            callsProblem = error as? StemmaError ?? StemmaError(.system, "\(error)")
        }
    }

    /// Runs `body` on the catalog as it is now, inside one of its transactions.
    func read<T>(_ body: (CatalogView) throws -> T) throws -> T {
        try state.withLock {
            try mendingCatalog {
                try refresh()
                return try catalog.read(body)
            }
        }
    }

    /// Runs `body` once more, on a catalog that is made anew, when it meets damage in the old one.
    func mendingCatalog<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as StemmaError where error.code == .catalogDamaged && !isTransacting {
            try catalog.rebuild()
            lastLook = 0
            return try body()
        }
    }

    /// The same without a look at the work tree first.
    func readAsKnown<T>(_ body: (CatalogView) throws -> T) throws -> T {
        try state.withLock { try catalog.read(body) }
    }
}
