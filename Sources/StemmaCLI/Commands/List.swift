import Stemma

extension Command {
    static let list = Command(
        name: "list",
        summary: "list records",
        usage: "[VARIABLE] [NAME=VALUE ...] [--where EXPR] [--limit N] [--at REV]",
        positionals: [.any("NAME=VALUE", .entries, "the variable, and values that the records have")],
        options: [
            .taking("EXPR", "where", "comparisons joined by 'and': NAME OP VALUE"),
            .taking("N", "limit", letter: "n", "stop after N records"),
            .at, .wholeVersion,
        ],
        discussion: [
            """
            Prints address, format, size and digest of each record, and the value where it stands in the record \
            itself: a JSON scalar of at most 64 bytes. No payload is read. Lists of any length are printed in \
            constant memory. A record is shown as it is stored; 'pending 0.2.0' says that it is of an older schema \
            version, and raised when it is loaded.
            """,
            """
            In --where, OP is one of = != < <= > >= and NAME is a key, a version entry, or one of value, size, \
            format, schema. A record that has no such NAME does not match. A VALUE with spaces needs double quotes.
            """,
        ],
        examples: [
            Example("stemma list", "everything"),
            Example("stemma list Mean subject=1", "every session and variant of one subject"),
            Example("stemma list Mean --where 'value > 3 and session != B'", "by the value itself"),
            Example("stemma list Raw --json | jq -s 'map(.size) | add'", "the sum of sizes"),
        ],
        run: listRecords)
}

@Sendable private func listRecords(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let limit = try arguments.count("limit")
    let store = try session.openStore()
    let keys = store.settings.keys
    let filter = try AddressReader(keys: keys).filter(arguments.words, arguments)
    let condition = try arguments.value("where").map { try Condition($0, keys: keys) }
    let view = try session.view(of: store, arguments)
    if let condition { try check(condition, filter, view) }
    if limit == 0 { return .done }

    let text = RecordText(keys)
    var pending = PendingVersions(in: view)
    var count = 0
    try filter.forEachRecord(in: view) { record in
        if let condition {
            let schema = condition.asksForSchema ? try view.schemaVersion(of: record) : nil
            guard condition.matches(record, schema: schema) else { return true }
        }
        let place = session.output.isJSON ? try view.place(of: record) : nil
        try session.output.emit(record, stored: place, pending: pending.version(of: record), text)
        count += 1
        return count != limit
    }
    return .done
}

/// A name that nothing has would match nothing in silence.
private func check(_ condition: Condition, _ filter: RecordFilter, _ view: any ReadView) throws {
    let wanted = condition.versionNames
    guard !wanted.isEmpty else { return }
    var known: Set<String> = []
    for variable in try filter.variables(in: view) {
        for version in try view.versions(of: variable) { known.formUnion(version.names) }
    }
    if let name = wanted.first(where: { !known.contains($0) }) {
        let names = view.store.settings.keys.list.map(\.name) + known.sorted() + Condition.properties
        throw UsageError.make(
            "--where: nothing here has a '\(name)'",
            hint: Spelling.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
                ?? "there are: \(names.joined(separator: ", "))")
    }
}
