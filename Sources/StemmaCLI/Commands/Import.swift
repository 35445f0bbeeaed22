import Stemma

extension Command {
    static let importLines = Command(
        name: "import",
        summary: "save many records at once",
        usage: "VARIABLE FILE.jsonl [--force]",
        positionals: [
            .one("VARIABLE", .variables, "the variable; it is made when it is new"),
            .one("FILE", .files, "JSON Lines, a record each; - for standard input"),
        ],
        options: [.flag("force", "save also under addresses that look like slips")],
        discussion: [
            """
            Each line is an object:
              {"keys":{"subject":1},"version":{"low":20},"value":[1,2.5]}
              {"keys":{"subject":2},"version":{"low":20},"file":"s2.npy"}
            """,
            """
            "keys" and "version" may be left out when they are empty; "file" is relative to the directory of FILE; \
            "format" (json, npy, csv, bytes) is needed only where the file's name does not tell it. All lines are \
            saved in one transaction, or none; an error names the line.
            """,
        ],
        examples: [
            Example("stemma import Score scores.jsonl", "the lines of a file"),
            Example(
                "jq -c '{keys, version, value}' other.jsonl | stemma import Score -", "from another program"),
        ],
        run: importRecords)
}

@Sendable private func importRecords(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let (variable, path) = (arguments.words[0], arguments.words[1])
    let file = try path == "-" ? nil : InputFile(path)
    let store = try session.openStore()
    let progress = ProgressLine(session.output)
    let spool = try file == nil ? SpoolFile(copyingStandardInputIn: store, progress) : nil
    var reader = ImportReader(
        try file ?? InputFile(spool?.path ?? path), path: file == nil ? "standard input" : path,
        settings: store.settings)
    let isForced = arguments.has("force")
    var (saved, unchanged) = (0, 0)
    try withExtendedLifetime(spool) {
        try store.transaction { transaction in
            while let line = try reader.next(for: variable) {
                try reader.naming(line: line.number) {
                    if !isForced { try store.checkIntent(line.address) }
                    if try line.save(in: transaction).isChanged { saved += 1 } else { unchanged += 1 }
                }
                progress.update("importing", reader.progress.done, of: reader.progress.total, inBytes: true)
            }
            progress.update("writing records", saved, of: nil)
        }
    }
    progress.clear()
    let (done, same) = (saved, unchanged)
    session.output.accomplish("\(Amount.counted(done, "record")) \(done == 1 ? "was" : "were") saved")
    try session.output.summary(
        ["saved": .count(done), "unchanged": .count(same)],
        note: "saved \(Amount.counted(done, "record"))"
            + (same > 0 ? ", \(Amount.count(same)) unchanged" : ""))
    return .done
}
