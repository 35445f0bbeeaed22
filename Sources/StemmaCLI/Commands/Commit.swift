import Stemma

extension Command {
    static let commit = Command(
        name: "commit",
        summary: "commit the store's changes to git",
        usage: "-m TEXT",
        options: [
            .taking("TEXT", "message", letter: "m", repeats: true, "the message; given twice, two paragraphs")
        ],
        discussion: [
            """
            Makes one git commit of what 'stemma status' shows, on the current branch. Other staged changes stay \
            staged. Plain 'git add -A && git commit' works as well, and puts code and results into one commit. Hooks \
            are not run.
            """,
            """
            After a 'git merge' that stopped, this concludes the merge.
            """,
        ],
        examples: [
            Example("stemma commit -m 'Filtered all subjects, 20-450 Hz'", "everything that has changed")
        ],
        run: commitChanges)
}

@Sendable private func commitChanges(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let paragraphs = arguments.values("message")
    guard !paragraphs.isEmpty else {
        throw UsageError.make("a commit needs a message", hint: "stemma commit -m TEXT")
    }
    guard let commit = try session.openStore().commit(paragraphs.joined(separator: "\n\n")) else {
        try session.output.summary(["committed": false], note: "nothing to commit")
        return .done
    }
    try session.output.emit(commit, subject: paragraphs[0])
    return .done
}

extension Output {
    /// A commit that was just made: an object of the kind `commit`, and the summary.
    ///
    /// - Parameter isLast: whether the summary follows, as for a command that does nothing else.
    func emit(_ commit: CommitResult, subject: String, isLast: Bool = true) throws {
        accomplish("the commit \(commit.id.prefix(12)) was made")
        let first = Shell.visible(String(subject.prefix { !$0.isNewline }))
        var members: JSONObject = [
            "id": .string(commit.id), "subject": .string(first), "added": .count(commit.added),
            "changed": .count(commit.changed), "removed": .count(commit.removed),
            "files": .count(commit.files),
        ]
        if let branch = commit.branch { members["branch"] = .string(branch) }
        try emit(
            "commit", members,
            note: "[\(commit.branch ?? "detached HEAD") \(commit.id.prefix(12))] \(first)")
        if !commit.isIndexCurrent {
            try remark("git's index was locked and is not up to date: run stemma commit again, or git reset")
        }
        guard isLast else { return }
        let records = Amount.changes(added: commit.added, changed: commit.changed, removed: commit.removed)
        let isOnlyFiles = commit.added + commit.changed + commit.removed == 0
        try summary(
            ["committed": true],
            note: (isOnlyFiles ? "no records changed" : "records: \(records)")
                + "; \(Amount.counted(commit.files, "file"))")
    }
}
