import Stemma
import Synchronization

extension Command {
    static let revert = Command(
        name: "revert",
        summary: "undo what one commit did to the store",
        usage: """
            REV [-m N] [--ours | --theirs] [--keep-newer | --allow-program NAME ...] [--time-limit SECONDS]
            """,
        positionals: [.one("REV", .revisions, "the commit to undo")],
        options: [
            .taking("N", "mainline", letter: "m", "for a merge: undo what it changed against its Nth parent"),
            .flag("ours", "where a record changed again afterwards, keep it as it is now"),
            .flag("theirs", "where a record changed again afterwards, take it back all the same"),
            .flag("keep-newer", "leave records of a schema version that is taken back at that version"),
            .allowProgram, .timeLimit,
        ],
        exclusive: [["ours", "theirs"], ["keep-newer", "allow-program"]],
        discussion: [
            """
            Makes a new commit that takes each record the commit changed back to what it was before. What came after \
            is kept: a record that changed again since is a conflict, and nothing is done, until --ours or --theirs \
            says what counts. Schemas and settings of variables go back with the records; what was renamed since \
            keeps its new name. The store must have no uncommitted changes.
            """,
            """
            A migration is taken back only while no later one of the same variable stands: the newest goes first. \
            Records that were saved under its version since are taken down to the older one, by what the migration \
            says of the way back; a program does that only if --allow-program names it. Where there is no way back, \
            they are listed and nothing is done, until --keep-newer leaves them at their version, with the definition of \
            the migration; the same revert, made again, takes them down. A commit that brought what a later migration \
            stands on, such as a schema, is not undone below it.
            """,
        ],
        examples: [
            Example("stemma revert HEAD", "undo the last commit"),
            Example("stemma revert a1b2c3d --ours", "undo an older one, and keep what was improved since"),
        ],
        run: revertCommit)
}

@Sendable private func revertCommit(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    var options = RevertOptions()
    options.mainline = try arguments.count("mainline")
    options.side = arguments.has("ours") ? .ours : arguments.has("theirs") ? .theirs : nil
    options.newer =
        arguments.has("keep-newer")
        ? .kept
        : .takenDown(
            allowing: Set(arguments.values("allow-program")), in: try session.surroundings(arguments))
    options.isStopped = { Interruption.isWanted }
    options.isHurried = { Interruption.isUrgent }
    let newer = Mutex<[MigrationReport.Problem]>([])
    options.onNewerRecord = { problem in newer.withLock { $0.append(problem) } }
    let store = try session.openStore()
    Interruption.listen()
    do {
        guard let commit = try store.revert(arguments.words[0], options: options) else {
            try session.output.summary(["committed": false], note: "nothing of it is left to undo")
            return .done
        }
        try session.output.emit(commit, subject: try subject(of: commit, store))
        return .done
    } catch let error as StemmaError where error.code == .interrupted {
        try session.output.report(error)
        Interruption.obey()
        return .failed
    } catch let error as StemmaError where error.code == .newerRecords {
        let records = newer.withLock { $0 }
        let count = error.fields["count"].flatMap { Int($0) } ?? records.count
        try MigrationText(session.output, AddressText(store.settings.keys)).emit(newer: records, of: count)
        throw error
    } catch let found as RevertConflicts {
        let text = AddressText(store.settings.keys)
        for conflict in found.files { try session.output.emit(conflict) }
        for conflict in found.conflicts { try session.output.emit(conflict, text) }
        throw found.error
    }
}

private func subject(of commit: CommitResult, _ store: Store) throws -> String {
    var subject = ""
    try store.log(from: commit.id) { entry in
        subject = entry.subject
        return false
    }
    return subject
}

extension Output {
    /// A setting that changed again after the commit that is reverted.
    fileprivate func emit(_ conflict: FileConflict) throws {
        var members: JSONObject = ["path": .string(conflict.path)]
        if let member = conflict.member { members["member"] = .string(member) }
        let name = conflict.member.map { " \($0)" } ?? ""
        try emit("conflict", members, [Cell("!", .bad), Cell(conflict.path + name)])
    }

    /// A record that changed again after the commit that is reverted.
    fileprivate func emit(_ conflict: RevertConflicts.Conflict, _ text: AddressText) throws {
        var members: JSONObject = [
            "variable": .string(conflict.address.variable), "keys": conflict.address.keys.json,
            "version": conflict.address.version.json,
        ]
        if let record = conflict.before { members["before"] = record.json }
        if let record = conflict.reverted { members["reverted"] = record.json }
        if let record = conflict.current { members["current"] = record.json }
        try emit("conflict", members, [Cell("!", .bad), Cell(text.of(conflict.address))])
    }
}
