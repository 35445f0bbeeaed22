import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// The end of a transaction.
extension Transaction {
    /// Makes everything that the transaction did permanent, in the order that Docs/Format.md gives.
    func commit() throws {
        let synchronize = store.options.synchronize
        let changes = try update.layOut { bytes in
            let file = try FileSystem.createTemporary(in: store.paths.temporary)
            try file.write(bytes)
            try file.close()
            return file.path
        }
        var isAcknowledged = false
        defer {
            // Once the journal names them they are what recovery goes on with.
            if !isAcknowledged {
                for change in changes { change.temporary.map { _ = try? FileSystem.remove($0) } }
                takeBackPacks()
            }
        }
        for change in changes where try !change.isCurrent(store.paths, store.catalog.contentID) {
            throw StemmaError.workTreeChanged("\(StorePaths.recordsFolder)/\(change.path)")
        }
        let files = changedFiles
        for change in files where try !change.isUntouched(store.paths) {
            throw StemmaError.workTreeChanged(change.path)
        }
        let writer = WorkTreeWriter(store.paths, synchronize: synchronize)
        // Many files are flushed at once, with the file system; then objects need no flush of their own.
        let flushesAll = synchronize && writer.flushesAll(changes)
        try writeObjects(synchronize: synchronize && !flushesAll)
        if changes.isEmpty, files.isEmpty {
            try update.commit()
            isAcknowledged = true
            try? settle()
            return
        }
        for change in files { try journal.add(file: change) }
        for change in changes { try journal.add(page: change) }
        try journal.write()
        try writer.flush(changes)
        try journal.finish(synchronize: synchronize, isFlushed: flushesAll)
        // From here on the transaction has happened, if this process dies. If only the catalog cannot be written, it
        // has not.
        do {
            try update.commit()
        } catch {
            try FileSystem.remove(store.paths.journal)
            throw error
        }
        isAcknowledged = true
        // The transaction is durable: what fails from here on is finished by the next one, from the journal.
        try? putInPlace(changes, files, writer)
        try? settle()
    }

    /// What follows when everything is durable. A kill before it leaves calls forgotten that a fresh run has made: they
    /// are made once more.
    private func settle() throws {
        for invocation in answered { store.answers.remove(invocation) }
        for entry in saved { entry.origin?.settle(as: entry.record) }
        try store.revive(revived)
    }

    private func putInPlace(
        _ changes: [PageChange], _ files: [FileChange], _ writer: WorkTreeWriter
    ) throws {
        try writer.write(changes, files)
        let confirmation = try store.catalog.update(waiting: 1)
        defer { confirmation.rollback() }
        for change in changes { try confirmation.confirm(change) }
        try confirmation.commit()
        try FileSystem.remove(store.paths.journal)
    }

    private func writeObjects(synchronize: Bool) throws {
        for (digest, blob) in stagedBlobs {
            // Before it is in place: of a kill in between nothing is left but a look at an old file.
            try store.state.withLock {
                if try store.damaged.contains(digest) || store.objects.loose.contains(digest) {
                    store.mended.add(digest)
                }
            }
            try blob.commit(synchronize: synchronize)
        }
        for finished in try pack.finish(into: store.objects.packDirectory, synchronize: synchronize) {
            if !finished.replaces { placedPacks.append(finished.name) }
            if finished.replaces { store.state.withLock { store.mended.add(finished.name) } }
            try update.addPack(store.objects.pack(finished), blob: nil)
        }
    }

    /// What a transaction that has failed leaves is in nobody's way, but status would list it for ever.
    private func takeBackPacks() {
        // A journal that could not be taken away may be finished by the next transaction.
        guard case .some(.none) = try? Optional(FileSystem.status(store.paths.journal)) else { return }
        for name in placedPacks { _ = try? store.objects.removePack(name) }
    }

    func rollback() {
        pack.abort()
        stagedBlobs = [:]
        update.rollback()
    }
}
