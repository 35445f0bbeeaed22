import Stemma

extension Command {
    static let show = Command(
        name: "show",
        summary: "one record in full, and how it came about; or one function",
        usage: "VARIABLE [NAME=VALUE ...] [--at REV] | --function NAME",
        positionals: [
            .optional("VARIABLE", .variables, "the variable"),
            .any("NAME=VALUE", .entries, "keys and version entries (stemma help addresses)"),
        ],
        options: [
            .at, .wholeVersion,
            .taking("NAME", "function", "every identity of a function that recorded calls have"),
        ],
        exclusive: [["function", "at"], ["function", "version"]],
        discussion: [
            """
            Prints what the record holds and where its payload is, the function, inputs and constants that made it, \
            and the commits in which it changed.
            """,
            """
            With --function, what each identity of the function is made of, and how many calls of it are recorded. \
            Whoever goes back to the code of one of them finds its results again.
            """,
        ],
        examples: [
            Example("stemma show Mean subject=1 session=A", "everything that is known of it"),
            Example("stemma show --function bandpass", "the versions of the code that made results"),
        ],
        run: showRecord)
}

@Sendable private func showRecord(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    if let name = arguments.value("function") { return try showFunction(name, arguments, session) }
    guard !arguments.words.isEmpty else { throw UsageError.missing(Command.show.positionals[0], of: .show) }
    let output = session.output
    let store = try session.openStore()
    let view = try session.view(of: store, arguments)
    let record = try AddressReader(keys: store.settings.keys).address(arguments.words, arguments).record(
        in: view)
    let place = try view.place(of: record)
    var versions = PendingVersions(in: view)
    let pending = versions.version(of: record)
    let text = RecordText(store.settings.keys)
    if output.isJSON {
        try output.emit(record, stored: place, pending: pending, text)
    } else {
        try output.line(text.address.of(record), .strong)
        for row in rows(record, place, pending) { try output.row(row) }
    }
    if let lineage = try LineageText(record, store) {
        try output.emit("lineage", lineage.members, rows: lineage.rows(text.address))
    }
    var commits = 0
    try RecordHistory(record, store).forEach(from: arguments.value("at")) { entry, status in
        if commits == 0 { try output.line("history") }
        commits += 1
        try output.emit(entry, status)
        return true
    }
    let count = commits
    try output.summary(["commits": .count(count)], count == 0 ? "not committed yet" : nil)
    return .done
}

private func rows(_ record: Record, _ place: StoredPlace, _ pending: SchemaVersion?) -> [[Cell]] {
    var rows: [[Cell]] = []
    func add(_ name: String, _ value: String) {
        rows.append([Cell("  \(name)"), Cell(Shell.visible(value))])
    }
    if let value = record.value { add("value", RecordText.shown(value)) }
    add("format", record.format.rawValue)
    add("size", Amount.bytes(record.size))
    add("content", record.content.hex)
    add("stored", place.path.map { "\(place.name): \($0)" } ?? place.name)
    if let schema = record.schema { add("schema", schema) }
    if let pending { add("pending", "\(pending): it is raised to that when it is loaded") }
    if !record.migratedFrom.isEmpty { add("migrated from", record.migratedFrom.joined(separator: ", ")) }
    add("lineage", record.lineage?.hex ?? "none: it was not computed here")
    return rows
}

extension Output {
    /// A commit in which the record changed.
    fileprivate func emit(_ entry: LogEntry, _ status: Difference.Change.Status?) throws {
        let moment = Moment(seconds: entry.seconds, offset: entry.offset)
        var members: JSONObject = [
            "id": .string(entry.id), "author": .string(entry.author), "email": .string(entry.email),
            "time": .string(moment.iso8601), "subject": .string(entry.subject),
        ]
        // Where a shallow clone ends, it is there, and that is all that is known.
        if let status { members["status"] = .string(status.rawValue) } else { members["shallow"] = true }
        try emit(
            "commit", members,
            [
                Cell("  \(entry.id.prefix(12))", .changed), Cell(moment.short),
                Cell(status?.rawValue ?? "shallow"),
                Cell(Shell.visible(entry.subject)),
            ])
    }
}
