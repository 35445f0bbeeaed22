import CGit2
import StemmaBlobs

extension Repository {
    /// Throws what `createCommit` would for reasons that can be told before anything is written.
    ///
    /// These are `signingUnsupported`, `noIdentity`, and `unsupportedIndex`.
    package func checkCommit(identity: Identity = Identity()) throws {
        if try configuration(bool: "commit.gpgSign") == true { throw StemmaError.signingUnsupported() }
        _ = try signatures(identity)
        try checkIndex()
    }

    /// Makes a commit and moves the branch to it, if the branch is where `expected` says.
    ///
    /// All objects written before are made to survive a power failure first, then the commit is written, then
    /// the branch is moved by compare-and-swap, with a line in the reflogs. `synchronize: false` leaves
    /// the flushing to the operating system. Throws `branchMoved` (nothing is changed then), `noIdentity`,
    /// `signingUnsupported`, `emptyMessage`, `repositoryLocked`. No hook is run.
    package func createCommit(
        tree: ObjectID, parents: [ObjectID], message: String, onto expected: Head,
        identity: Identity = Identity(), synchronize: Bool = true
    ) throws -> ObjectID {
        if try configuration(bool: "commit.gpgSign") == true { throw StemmaError.signingUnsupported() }
        let (author, committer) = try signatures(identity)
        let text = try cleaned(message)
        try checkUnmoved(expected)

        let commit = try writeCommit(
            tree: tree, parents: parents, text: text, author: author, committer: committer)
        if synchronize { try synchronizeObjects() }
        try checkUnmoved(expected)

        let subject = text.prefix { $0 != "\n" }
        let kind = parents.isEmpty ? "commit (initial)" : parents.count > 1 ? "commit (merge)" : "commit"
        try check(
            git_repository_set_ident(pointer, committer.name, committer.email), "sign the reflog")
        defer { git_repository_set_ident(pointer, nil, nil) }
        try move(expected, to: commit, log: "\(kind): \(subject)", synchronize: synchronize)
        return commit
    }

    private func writeCommit(
        tree: ObjectID, parents: [ObjectID], text: String, author: Signature, committer: Signature
    ) throws -> ObjectID {
        let author = try author.handle()
        let committer = try committer.handle()
        var oid = git_oid()
        var treeID = tree.oid
        let parentIDs = parents.map(\.oid)
        let status = parentIDs.withUnsafeBufferPointer { ids in
            var pointers = ids.indices.map { position in ids.baseAddress.map { $0 + position } }
            return git_commit_create_from_ids(
                &oid, pointer, nil, author.pointer, committer.pointer, nil, text, &treeID, pointers.count,
                &pointers)
        }
        try check(status, "write a commit", subject: .object(tree))
        return ObjectID(oid)
    }

    private func cleaned(_ message: String) throws -> String {
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        try check(git_message_prettify(&buffer, message, 0, 0), "clean up the message")
        let text = buffer.ptr.map { String(cString: $0) } ?? ""
        guard !text.isEmpty else { throw StemmaError.emptyMessage() }
        return text
    }

    private func checkUnmoved(_ expected: Head) throws {
        let found = try head()
        guard found == expected else { throw moved(expected, found: found) }
    }

    private func moved(_ expected: Head, found: Head) -> StemmaError {
        func text(_ head: Head) -> String {
            let id = head.commit?.hex ?? "no commit"
            return head.description == expected.description ? id : "\(head) at \(id)"
        }
        return .branchMoved(expected.description, expected: text(expected), found: text(found))
    }

    /// The compare-and-swap. libgit2 takes the lock of the reference, compares, and renames its new content.
    private func move(_ expected: Head, to commit: ObjectID, log: String, synchronize: Bool) throws {
        // The option holds for the whole process: two stores that commit at once must not switch it off for each other.
        try GitLibrary.flushing.withLock { _ in
            try move(expected, to: commit, log: log, flushing: synchronize)
        }
    }

    private func move(_ expected: Head, to commit: ObjectID, log: String, flushing: Bool) throws {
        if flushing { stemma_git_set_fsync(1) }
        defer { if flushing { stemma_git_set_fsync(0) } }
        var oid = commit.oid
        var reference: OpaquePointer?
        let status: Int32
        if let current = expected.commit {
            var currentID = current.oid
            status = git_reference_create_matching(
                &reference, pointer, expected.reference, &oid, 1, &currentID, log)
        } else {
            status = git_reference_create(&reference, pointer, expected.reference, &oid, 0, log)
        }
        git_reference_free(reference)
        switch git_error_code(status) {
        case GIT_EMODIFIED, GIT_EEXISTS, GIT_ENOTFOUND: throw moved(expected, found: try head())
        default: try check(status, "move \(expected) to the new commit")
        }
    }
}
