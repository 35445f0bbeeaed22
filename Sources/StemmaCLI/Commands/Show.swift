import Stemma

extension Command {
    static let show = Command(
        name: "show",
        summary: "one record in full, and how it came about",
        usage: "VARIABLE [NAME=VALUE ...] [--at REV]",
        positionals: [
            .one("VARIABLE", .variables, "the variable"),
            .any("NAME=VALUE", .entries, "keys and version entries (stemma help addresses)"),
        ],
        options: [.at, .wholeVersion],
        discussion: [
            """
            Prints what the record holds and where its payload is, the function, inputs and constants that made it, \
            and the commits in which it changed.
            """
        ],
        examples: [Example("stemma show Mean subject=1 session=A", "everything that is known of it")],
        run: showRecord)
}

@Sendable private func showRecord(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let output = session.output
    let store = try session.openStore()
    let view = try session.view(of: store, arguments)
    let record = try AddressReader(keys: store.settings.keys).address(arguments.words, arguments).record(in: view)
    let place = try view.place(of: record)
    let text = RecordText(store.settings.keys)
    if output.isJSON {
        try output.emit(record, stored: place, text)
    } else {
        try output.line(text.address.of(record), .strong)
        for row in rows(record, place) { try output.row(row) }
    }
    let commits = try showHistory(of: record, store, from: arguments.value("at"), output)
    try output.summary(["commits": .count(commits)])
    return .done
}

private func rows(_ record: Record, _ place: StoredPlace) -> [[Cell]] {
    var rows: [[Cell]] = []
    func add(_ name: String, _ value: String) { rows.append([Cell("  \(name)"), Cell(Shell.visible(value))]) }
    if let value = record.value { add("value", RecordText.shown(value)) }
    add("format", record.format.rawValue)
    add("size", Amount.bytes(record.size))
    add("content", record.content.hex)
    add("stored", place.path.map { "\(place.name): \($0)" } ?? place.name)
    if let schema = record.schema { add("schema", schema) }
    if !record.migratedFrom.isEmpty { add("migrated from", record.migratedFrom.joined(separator: ", ")) }
    if let lineage = record.lineage {
        add("lineage", lineage.hex + (record.output.map { ", output \($0)" } ?? ""))
    } else {
        add("lineage", "none: saved as it is, not computed")
    }
    return rows
}

/// The commits in which the record changed; returns how many.
private func showHistory(of record: Record, _ store: Store, from revision: String?, _ output: Output) throws -> Int {
    var count = 0
    // A filter contains what it names; a record with more version entries has a history of its own.
    try store.log(
        from: revision, variable: record.variable, matching: Filter(keys: record.keys, version: record.version)
    ) { entry in
        if count == 0 { try output.line("history") }
        count += 1
        try output.emit(entry)
        return true
    }
    if count == 0 { try output.line("not committed yet") }
    return count
}
