import StemmaBlobs
import StemmaCatalog
import StemmaRecords

extension Store {
    /// Finishes what a process that died left in the journal, unless it is still alive. Call with `state` held.
    func recoverIfAbandoned() throws {
        guard !catalog.isInMemory else { return }
        do {
            let lock = try FileLock(paths.lock, command: options.command, waiting: 0)
            try withExtendedLifetime(lock) { try recoverJournal() }
        } catch let error as StemmaError where error.code == .locked {
            // The transaction is under way. The catalog has the state before or after it.
        }
    }

    /// Finishes the transaction in the journal. Call with the lock and `state` held.
    func recoverJournal() throws {
        guard try FileSystem.status(paths.journal) != nil else { return }
        let journal: Journal
        do {
            journal = try Journal(paths: paths)
        } catch let error as StemmaError where error.code == .corrupt {
            // No process leaves such a file; whoever put it there finds it again.
            return try setAsideJournal()
        }
        if try canFinish(journal) {
            try WorkTreeWriter(paths, synchronize: options.synchronize).write(
                journal.pages, journal.files)
        } else {
            try replay(journal)
        }
        // The pages are the truth: what the catalog has beyond them is forgotten.
        let update = try catalog.update(waiting: options.wait)
        defer { update.rollback() }
        try lookAgain(update)
        try update.commit()
        try FileSystem.remove(paths.journal)
    }

    private func setAsideJournal() throws {
        try FileSystem.createDirectory(paths.pending)
        try FileSystem.rename(paths.journal, to: "\(paths.pending)/journal-\(FileSystem.now()).damaged")
    }

    /// Whether every page and file is as it was before the transaction or after it, so that what is left can be put in
    /// place, whatever HEAD is now.
    private func canFinish(_ journal: Journal) throws -> Bool {
        for change in journal.files where try !change.isDone(paths) && !change.isUntouched(paths) {
            return false
        }
        for change in journal.pages {
            let current = try contentID(ofPage: change.path)
            if current == change.after { continue }
            guard current == change.before else { return false }
            if let temporary = change.temporary, try FileSystem.status(temporary) == nil { return false }
        }
        return true
    }

    private func contentID(ofPage path: String) throws -> [UInt8]? {
        guard try FileSystem.status(paths.page(path)) != nil else { return nil }
        return try FileSystem.readAll(paths.page(path), limit: Page.maximumSize, followLinks: false)
            .withUnsafeBytes(catalog.contentID)
    }

    /// Applies the journal record by record, because somebody else has changed the work tree since.
    ///
    /// A change whose record is no longer what it was, or that was made on another commit, is set aside in
    /// `local/pending` and changes nothing.
    private func replay(_ journal: Journal) throws {
        try removeCreatedPages(journal)
        let update = try catalog.update(waiting: options.wait)
        defer { update.rollback() }
        try lookAgain(update)
        let isSameCommit = try repository.head().commit == journal.head

        var setAside: [JournalEntry] = []
        let files = isSameCommit ? try journal.files.filter { try $0.isUntouched(paths) } : []
        let lost = try journal.files.filter { change in
            try !change.isDone(paths) && !files.contains { $0.path == change.path }
        }
        // Records go where the settings say, whether or not these can be written.
        for change in journal.files {
            guard let file = change.file, file.kind == .settings, let content = change.after,
                case let name = file.variable, try update.variable(name) == nil
            else { continue }
            try update.setVariable(
                name, VariableSettings(fileContent: content, path: change.path, keys: settings.keys))
        }
        for entry in journal.entries {
            guard let address = entry.address, let variable = try update.variable(address.variable) else {
                continue
            }
            let current = try update.view.records(of: variable, keys: address.keys, version: address.version)
                .first
            if current == entry.after { continue }
            guard isSameCommit, current == entry.before else {
                setAside.append(entry)
                continue
            }
            if let after = entry.after {
                _ = try update.put(after, line: after.line, in: variable)
            } else {
                _ = try update.remove(keys: address.keys, version: address.version, in: variable)
            }
        }
        let changes = try update.layOut { bytes in
            let file = try FileSystem.createTemporary(in: paths.temporary)
            try file.write(bytes)
            try file.close()
            return file.path
        }
        if !setAside.isEmpty || !lost.isEmpty { try keepAside(setAside, lost) }
        try update.commit()
        let writer = WorkTreeWriter(paths, synchronize: options.synchronize)
        try writer.flush(changes)
        try writer.write(changes, files)
    }

    /// Removes pages that the transaction made and nobody has touched, so that what they hold is replayed.
    ///
    /// Not where a page that they replace is gone: then they alone hold its records.
    private func removeCreatedPages(_ journal: Journal) throws {
        let byFolder = Dictionary(grouping: journal.pages) { FileSystem.parent(of: $0.path) }
        for (_, pages) in byFolder {
            let replaced = pages.filter { $0.after == nil }
            guard try replaced.allSatisfy({ try FileSystem.status(paths.page($0.path)) != nil }) else {
                continue
            }
            for change in pages where change.before == nil {
                if try contentID(ofPage: change.path) == change.after {
                    try FileSystem.remove(paths.page(change.path))
                }
            }
        }
    }

    /// Writes changes that could not be applied to a file of their own in `local/pending`.
    private func keepAside(_ entries: [JournalEntry], _ files: [FileChange]) throws {
        var bytes: [UInt8] = []
        for change in files {
            let after = change.after.map { JSONValue.string(String(decoding: $0, as: UTF8.self)) } ?? .null
            JSONValue.object(JSONObject([("after", after), ("file", .string(change.path))]))
                .appendPrinted(to: &bytes)
            bytes.append(0x0A)
        }
        for entry in entries {
            var members: [(String, JSONValue)] = []
            if let after = entry.after { members.append(("after", after.json)) }
            if let before = entry.before { members.append(("before", before.json)) }
            JSONValue.object(JSONObject(members)).appendPrinted(to: &bytes)
            bytes.append(0x0A)
        }
        try FileSystem.createDirectory(paths.pending)
        let name = String(Digest.of(bytes).hex.prefix(16))
        try FileSystem.writeAtomically(
            "\(paths.pending)/\(name).jsonl", bytes, synchronize: options.synchronize)
    }
}
