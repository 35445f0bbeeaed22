import Stemma
import StemmaBlobs

extension Command {
    static let initialize = Command(
        name: "init",
        summary: "make a store, or repair one",
        usage: "[DIR] [--key NAME[:TYPE] ...]",
        positionals: [.optional("DIR", .directories, "where (default: results)")],
        options: [
            .taking(
                "NAME[:TYPE]", "key", letter: "k", repeats: true,
                "a key of the data set; TYPE is integer, number, string (the default) or boolean"),
            .flag("promote", "make a new key of the version entries that have its name"),
        ],
        discussion: [
            """
            A store is a directory of plain files inside a git repository; without a repository around it, one is \
            made. Keys say where in the data set a result belongs (subject, session, trial); records sort by them in \
            the order given here. The first of several keys makes the folders that records are kept in.
            """,
            """
            On a store that is there already, files that are missing beside it are written again and new keys are \
            added after those it has; a name that version entries have cannot become a key unless --promote makes it of \
            them. A .gitignore or .gitattributes of yours keeps every byte: lines that the store \
            needs are added at its end. Nothing else changes.
            """,
        ],
        examples: [
            Example("stemma init", "the store 'results', without keys"),
            Example(
                "stemma init --key run:integer --promote", "what was a version entry 'run' becomes a key"),
            Example(
                "stemma init --key subject:integer --key session",
                "results of subjects 1, 2, ... in sessions that are called by strings"),
        ],
        run: makeStore)
}

@Sendable private func makeStore(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let keys = try arguments.values("key").map { try KeyDeclaration(parsing: $0) }
    let path = arguments.words.first ?? session.namedStore ?? "results"
    let made = try Store.create(
        at: path, keys: keys, promoting: arguments.has("promote"), options: session.options)
    let output = session.output
    if made.isNew { output.accomplish("the store was made") }
    let shown = made.store.settings.keys.list.map { "\($0.name):\($0.type.rawValue)" }.joined(separator: ", ")
    if made.madeRepository {
        try output.note("made a git repository in \(Shell.visible(FileSystem.parent(of: made.store.path)))")
    }
    let keysText = shown.isEmpty ? "without keys" : "with the keys \(shown)"
    if made.isNew { try output.note("made the store \(Shell.visible(made.store.path)), \(keysText)") }
    for key in made.appendedKeys { try output.note("added the key \(key)") }
    if made.promotedRecords > 0 {
        try output.note("readdressed \(Amount.counted(made.promotedRecords, "record"))")
    }
    for repair in made.repaired {
        let lines = Amount.counted(repair.lines.count, "line")
        try output.note(repair.isWhole ? "wrote \(repair.file) again" : "added \(lines) to \(repair.file)")
    }
    if !made.isNew, made.appendedKeys.isEmpty, made.repaired.isEmpty {
        try output.note("nothing to do: \(Shell.visible(made.store.path)) is a store already, \(keysText)")
    }
    try output.summary([
        "path": .string(made.store.path),
        "new": .bool(made.isNew),
        "madeRepository": .bool(made.madeRepository),
        "keys": .array(
            made.store.settings.keys.list.map {
                ["name": .string($0.name), "type": .string($0.type.rawValue)]
            }),
        "promotedRecords": .count(made.promotedRecords),
        "appendedKeys": .array(made.appendedKeys.map { .string($0) }),
        "repairedFiles": .array(made.repaired.map { .string($0.file) }),
    ])
    return .done
}
