import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

/// What made a commit; readers find it in the trailers, nothing depends on it.
enum Operation: String {
    case save, revert, rename, backfill, migrate
}

extension Store {
    /// Commits the store's changes, and nothing else: what other files have staged stays staged.
    ///
    /// The commit is closed: every object that its pages name, through lineage too, is in it or in `large/`. Loose ends
    /// are looked for in other commits. Returns `nil` when there is nothing to commit. Throws
    /// `.objectMissing` when an object is nowhere, `.invalidPage` and `.duplicateRecord` when a page cannot be read, and
    /// what git refuses (`no-identity`, `signing-unsupported`, `branch-moved`).
    public func commit(_ message: String) throws -> CommitResult? {
        try exclusively { try commitExclusively(message, operation: .save) }
    }

    /// Commits while the lock is held.
    ///
    /// - Parameters:
    ///   - trailers: further ones, that say more of the operation.
    ///   - dropped: object files that the commit is not to have any more, by their paths in the store.
    func commitExclusively(
        _ message: String, operation: Operation, trailers: [String] = [], dropping dropped: Set<String> = []
    ) throws -> CommitResult? {
        try checkMessage(message)
        return try state.withLock {
            try committingIntact { rewriting in
                try commitOnce(
                    message, operation: operation, trailers: trailers, dropping: dropped, rewriting: rewriting
                )
            }
        }
    }

    /// - Parameter rewriting: new packs that turned out to be damaged.
    private func commitOnce(
        _ message: String, operation: Operation, trailers: [String], dropping dropped: Set<String>,
        rewriting: Set<Digest>
    ) throws -> CommitResult? {
        // A transaction under the same lock may have left its pages to be put in place.
        try recoverJournal()
        try mendingCatalog { try refresh(force: true) }
        let head = try repository.head()
        try repository.checkCommit(identity: identity)
        // Waited for now: once the branch has moved, it is too late to refuse.
        try repository.waitForIndex(seconds: options.wait)
        let state = try repository.state
        guard state == .none || operation == .save else {
            throw StemmaError.operationInProgress(state.command ?? state.rawValue)
        }
        let mergeHeads = try repository.mergeHeads()
        let rootTree =
            mergeHeads.isEmpty
            ? try head.commit.map { try repository.commit($0).tree } : try mergedTree()
        // Not HEAD's: what a merge has brought is in the commit unless the work tree says otherwise.
        let tree = try rootTree.flatMap { try repository.tree(in: $0, at: prefix) }
        var files = try catalog.read { try StoreFiles(self, tree: tree, dropping: dropped, in: $0) }
        try restore(files.missing)
        guard !files.isEmpty || !mergeHeads.isEmpty else {
            try mendIndex(tree)
            mended.remove(files.settled)
            return nil
        }

        try checkReadable()
        let merged = try Set(packsToMerge(files)).union(rewriting.intersection(files.newPacks)).sorted()
        let lasting = files.written.filter { file in
            file.isPack && !(file.name.map(merged.contains) ?? false)
        }
        let early = try EarlyWriting(lasting, root: path, repository: repository)
        defer { _ = try? early.finish() }
        let (changes, packs) = try closeAndPack(files, merging: merged, head: headView(head), tree: tree)
        if packs.isChanged {
            files = try catalog.read { try StoreFiles(self, tree: tree, dropping: dropped, in: $0) }
            // All there was is a pack that nothing can be had from.
            if files.isEmpty, mergeHeads.isEmpty {
                try mendIndex(tree)
                return nil
            }
        }
        // Before they are read: an edit that comes after it must not look as if it were committed.
        let statuses = try files.written.map { try FileSystem.status("\(path)/\($0.path)") }
        let items: [(path: String, item: TreeItem)]
        do {
            items = try ObjectWriting(
                root: path, repository: repository, synchronize: options.synchronize
            ).write(files.written, written: early.finish())
        } catch let damage as DamagedObjectFile {
            if !damage.isPack { try replaceDamaged(damage, needed: packs.needed) }
            throw damage
        }
        let newTree = try repository.updatedTree(
            base: rootTree,
            changes: items.map { TreeUpdate(path: try gitPath($0.path), item: $0.item) }
                + files.removed.map { TreeUpdate(path: try gitPath($0), item: nil) })
        let parents = (head.commit.map { [$0] } ?? []) + mergeHeads
        let id = try repository.createCommit(
            tree: newTree, parents: parents, message: Self.message(message, operation, changes, trailers),
            onto: head,
            identity: identity, synchronize: options.synchronize)
        mended.remove(files.settled + files.written.compactMap(\.name))
        var isIndexCurrent = true
        do {
            try updateIndex(
                zip(items, statuses).map { ($0.path, $0.item, $1) },
                removed: files.removed + stagedOnly(packs.removed))
        } catch {
            // The commit is made; the index is brought up to date by the next one, or by git.
            isIndexCurrent = false
        }
        // The merge that git had begun is concluded by this commit.
        if parents.count > 1 { try repository.clearState() }
        return CommitResult(
            id: id.hex, branch: Self.branch(head), added: changes.added, changed: changes.changed,
            removed: changes.removed, files: items.count + files.removed.count,
            isIndexCurrent: isIndexCurrent)
    }

    /// The trailers that follow would make a message of none.
    func checkMessage(_ message: String) throws {
        guard message.contains(where: { !$0.isWhitespace }) else { throw StemmaError.emptyMessage() }
    }

    /// The tree that a merge commit starts from: all that git has merged stands in the index.
    ///
    /// Throws `.conflicts` for a file outside the store that is not resolved yet.
    private func mergedTree() throws -> ObjectID {
        let entries = try repository.indexEntries()
        let inside = try gitPath("")
        if let open = entries.first(where: { $0.stage != 0 && !$0.path.hasPrefix(inside) }) {
            throw StemmaError.unresolvedFile(open.path)
        }
        return try repository.updatedTree(
            base: nil,
            changes: entries.filter { $0.stage == 0 && !$0.isIntentToAdd }.map {
                TreeUpdate(path: $0.path, item: TreeItem(id: $0.id, kind: $0.kind))
            })
    }

    private static func branch(_ head: Head) -> String? {
        switch head {
        case .unborn(let name), .branch(let name, _): name
        case .detached: nil
        }
    }

    var identity: Identity {
        Identity(
            authorName: options.author?.name, authorEmail: options.author?.email,
            committerName: options.author?.name, committerEmail: options.author?.email)
    }

    /// Puts files back that the commit before has and the work tree has lost: the next plain commit would drop them.
    private func restore(_ files: [(path: String, id: ObjectID)]) throws {
        for (path, id) in files {
            let bytes = try repository.readBlob(id, limit: Self.largestPack)
            try FileSystem.createDirectory(FileSystem.parent(of: "\(self.path)/\(path)"))
            try FileSystem.writeAtomically("\(self.path)/\(path)", bytes, synchronize: options.synchronize)
        }
    }

    /// A page with a line that nobody can read is not committed as if all were well.
    func checkReadable() throws {
        try catalog.read { view in
            if let problem = try view.problems().first { throw problem }
            if let duplicate = try view.duplicates().first { throw duplicate }
        }
    }

    /// Whether the last paragraph of a message, which is not its first, is trailers: ours join them.
    private static func endsInTrailers(_ text: String) -> Bool {
        let paragraphs = text.split(separator: "\n\n")
        guard paragraphs.count > 1, let last = paragraphs.last else { return false }
        return last.split(separator: "\n").allSatisfy { line in
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return false }
            return line[line.index(after: colon)...].hasPrefix(" ")
                && line[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        }
    }

    private static func message(
        _ text: String, _ operation: Operation, _ changes: ChangeCounts, _ further: [String]
    ) -> String {
        var trailers = ["Stemma-Operation: \(operation.rawValue)"]
        trailers += changes.variables.prefix(20).map { "Stemma-Variable: \($0.name)" }
        trailers.append(
            "Stemma-Records: +\(changes.added) ~\(changes.changed) -\(changes.removed)")
        trailers += further
        var text = text
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text + (endsInTrailers(text) ? "\n" : "\n\n") + trailers.joined(separator: "\n") + "\n"
    }
}

extension StemmaError {
    static func unresolvedFile(_ path: String) -> StemmaError {
        StemmaError(
            .conflicts, "the merge has left a conflict in \(path)",
            hint: "resolve it, then: git add \(path)", fields: ["path": path])
    }

    static func operationInProgress(_ state: String) -> StemmaError {
        StemmaError(
            .operationInProgress, "git is in the middle of something (\(state))",
            hint: "finish it, or stop it with git merge --abort and its like")
    }
}
