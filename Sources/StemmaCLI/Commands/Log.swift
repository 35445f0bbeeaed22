import Stemma

extension Command {
    static let log = Command(
        name: "log",
        summary: "the commits that changed the store, or some records",
        usage: "[VARIABLE] [NAME=VALUE ...] [--limit N] [--at REV]",
        positionals: [.any("NAME=VALUE", .entries, "the variable, and values that the records have")],
        options: [
            .taking("N", "limit", letter: "n", "stop after N commits"),
            .taking("REV", "at", completes: .revisions, "begin at this commit (default: HEAD)"),
        ],
        discussion: [
            """
            Newest first: id, time, how many records were added (+), changed (~) and removed (-), and the subject. \
            With a filter, only commits that changed such records, and only these are counted. 'git log' shows the \
            same commits. Where a shallow clone ends, ? stands for what is not known.
            """
        ],
        examples: [
            Example("stemma log", "the whole history"),
            Example("stemma log Mean subject=1", "what became of one subject's means"),
        ],
        run: showLog)
}

@Sendable private func showLog(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let limit = try arguments.count("limit") ?? .max
    let store = try session.openStore()
    let filter = try AddressReader(keys: store.settings.keys).filter(arguments.words, arguments)
    var count = 0
    var isShallow = false
    if limit > 0 {
        try store.log(from: arguments.value("at"), variable: filter.variable, matching: filter.values) {
            entry in
            try session.output.emit(entry)
            count += 1
            isShallow = isShallow || entry.isShallow
            return count < limit
        }
    }
    if isShallow {
        try session.output.remark(
            "? where this shallow clone ends, it is not known what changed: git fetch --unshallow brings the rest"
        )
    }
    let total = count
    try session.output.summary(["commits": .count(total)], note: total == 0 ? "no commits" : nil)
    return .done
}

extension Output {
    /// A commit of the history.
    func emit(_ entry: LogEntry) throws {
        let moment = Moment(seconds: entry.seconds, offset: entry.offset)
        var members: JSONObject = [
            "id": .string(entry.id), "author": .string(entry.author), "email": .string(entry.email),
            "time": .string(moment.iso8601), "subject": .string(entry.subject),
        ]
        if entry.isShallow {
            members["shallow"] = true
        } else {
            for (name, count) in [
                ("added", entry.added), ("changed", entry.changed), ("removed", entry.removed),
            ] { members[name] = .count(count) }
        }
        func count(_ number: Int) -> String { entry.isShallow ? "?" : String(number) }
        if let operation = entry.operation { members["operation"] = .string(operation) }
        try emit(
            "commit", members,
            [
                Cell(String(entry.id.prefix(12)), .changed), Cell(moment.short),
                .right("+\(count(entry.added))"), .right("~\(count(entry.changed))"),
                .right("-\(count(entry.removed))"),
                Cell(Shell.visible(entry.subject)),
            ])
    }
}
