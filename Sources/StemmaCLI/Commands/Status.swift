import Stemma

extension Command {
    static let status = Command(
        name: "status",
        summary: "what has changed since the last commit",
        usage: "[--stale]",
        options: [
            .flag("stale", "look for stale records in a large store too")
        ],
        discussion: [
            """
            Compares the work tree with HEAD: counts by variable, other files of the store, work that a crash left \
            unfinished, a merge or rebase in progress, and lines of pages that are no records. 'stemma diff' shows the records themselves. No \
            payload is read.
            """,
            """
            In a store of at most 1000 records, or with --stale, every record's lineage is looked at too: a record is \
            stale when nothing at the address of one of its inputs, under a version that contains the one it had, holds what the call was given; where a migration is why, it is named. That is \
            what can be known without the code; 'stemma run --dry-run' also knows the code.
            """,
        ],
        examples: [
            Example("stemma status", "before a commit"),
            Example("stemma status --stale", "after new data came in, in a store of any size"),
        ],
        run: showStatus)
}

@Sendable private func showStatus(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let output = session.output
    let store = try session.openStore()
    let status = try store.status()
    try output.line(status.head)
    if let command = status.inProgress { try output.line(advice(inProgress: command), .changed) }
    var (added, changed, removed) = (0, 0, 0)
    for variable in status.variables {
        added += variable.added
        changed += variable.changed
        removed += variable.removed
        try output.emit(
            "changed-variable",
            [
                "name": .string(variable.name), "added": .count(variable.added),
                "changed": .count(variable.changed), "removed": .count(variable.removed),
            ],
            [
                Cell("  \(variable.name)"),
                Cell(
                    Amount.changes(
                        added: variable.added, changed: variable.changed, removed: variable.removed),
                    .changed),
            ])
    }
    // Object files come with records; only where they are alone do they say something of their own.
    for file in status.files where output.isJSON || !file.hasPrefix("objects/") || status.variables.isEmpty {
        try output.emit("changed-file", ["path": .string(file)], line: Cell("  \(Shell.visible(file))"))
    }
    if !status.isClean, status.variables.isEmpty, status.files.isEmpty {
        try output.line("  pages that are written in another way, with the same records")
    }
    for path in status.unfinished {
        try output.emit(
            "unfinished", ["path": .string(path)],
            line: Cell("  unfinished: \(Shell.visible(path))", .bad))
    }
    for problem in status.problems { try output.emit(problem) }
    var members: JSONObject = [
        "clean": .bool(status.isClean), "head": .string(status.head), "added": .count(added),
        "changed": .count(changed), "removed": .count(removed), "files": .count(status.files.count),
        "unfinished": .count(status.unfinished.count), "problems": .count(status.problems.count),
    ]
    if let command = status.inProgress { members["inProgress"] = .string(command) }
    // In a small store that costs nothing; in a large one it is asked for.
    let isSmall = try store.recordCount() <= fewRecords
    if arguments.has("stale") || isSmall {
        let stale = try store.staleRecords()
        for records in try store.pendingRecords() { try output.emit(records) }
        for records in stale { try output.emit(records, AddressText(store.settings.keys)) }
        members["stale"] = .count(stale.reduce(0) { $0 + $1.count })
        if stale.isEmpty, arguments.has("stale") { try output.line("no record is stale") }
    }
    if !status.problems.isEmpty {
        let these = status.problems.count == 1 ? "this is" : "these are"
        try output.line("nothing can be committed before \(these) mended")
    } else if status.isClean {
        try output.line(status.inProgress == "merge" ? "no changes of the store's own" : "nothing to commit")
    } else {
        try output.note("commit it with: stemma commit -m TEXT")
    }
    try output.summary(members)
    return .done
}

/// In a store of at most so many records, all of them are looked at for stale ones: some 50 microseconds each.
private let fewRecords = 1000

/// What git has begun, and how it ends.
private func advice(inProgress command: String) -> String {
    switch command {
    case "merge":
        "git merge is in progress: stemma commit concludes it, git merge --abort gives it up"
    case "bisect": "git bisect is in progress: git bisect reset ends it"
    default:
        "git \(command) is in progress: git \(command) --continue goes on, git \(command) --abort gives it up"
    }
}

extension Output {
    /// Records of one variable that wait for a migration.
    fileprivate func emit(_ pending: PendingRecords) throws {
        try emit(
            "pending",
            [
                "variable": .string(pending.variable), "pending": .string(pending.version.description),
                "count": .count(pending.count),
            ],
            [
                Cell("  \(pending.variable)"), Cell("\(Amount.count(pending.count)) pending", .changed),
                Cell("raised to \(pending.version) when they are loaded"),
            ])
    }

    /// Records of one variable that are stale because of one input.
    fileprivate func emit(_ stale: StaleRecords, _ text: AddressText) throws {
        var members: JSONObject = [
            "variable": .string(stale.variable), "input": .string(stale.input), "count": .count(stale.count),
            "example": .object([
                "variable": .string(stale.example.variable), "keys": stale.example.keys.json,
                "version": stale.example.version.json,
            ]),
        ]
        if let migration = stale.migration {
            members["migration"] = .object([
                "from": .string(migration.from.description), "to": .string(migration.to.description),
                "pending": .bool(migration.isPending),
            ])
        }
        try emit(
            "stale", members,
            [
                Cell("  \(stale.variable)"), Cell("\(Amount.count(stale.count)) stale", .changed),
                Cell("\(stale.cause), for example for \(text.of(stale.example))"),
            ])
    }

    /// Something wrong with the store that does not stop the command: an object of the kind `problem`.
    func emit(_ problem: StemmaError) throws {
        try emit(
            "problem", Self.members(of: problem),
            line: Cell("  problem: \(Shell.visible(problem.message))", .bad))
        if let hint = Hint.of(problem) { try line("    \(Shell.visible(hint))") }
    }
}

extension StaleRecords {
    /// What happened to the input.
    fileprivate var cause: String {
        guard let migration else { return "\(input) has changed or is gone" }
        return migration.isPending
            ? "\(input) is raised from \(migration.from) to \(migration.to) when it is read"
            : "\(input) was migrated from \(migration.from) to \(migration.to)"
    }
}
