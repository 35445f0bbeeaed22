import Stemma
import StemmaRecords

extension Command {
    static let backfillSet = Command(
        name: "backfill set",
        summary: "state version entries of stored records, as one commit",
        usage: """
            VARIABLE [NAME=VALUE ...] [--version JSON] --set NAME=VALUE ... [--unset NAME ...] \
            [--dry-run] [--skip-failed] [-m TEXT]
            """,
        positionals: [
            .one("VARIABLE", .variables, "whose records"),
            .any("NAME=VALUE", .entries, "only records that have these values"),
        ],
        options: [
            .wholeVersion,
            .taking(
                "NAME=VALUE", "set", repeats: true,
                "an entry that they are to have, in place of one of that name"),
            .taking("NAME", "unset", repeats: true, "an entry that they are to have no longer"),
            .flag("force", "set entries also whose names look like slips of keys"),
        ] + Option.ofBackfills,
        discussion: [
            """
            Changes the version of every record that has the values named, and nothing else: payloads and lineage \
            stay, calls are answered as before, and nothing that was made from the records becomes stale. 'stemma \
            revert' takes it back. The store must have no uncommitted changes.
            """,
            BackfillText.collisions,
        ],
        examples: [
            Example(
                "stemma backfill set Mean --version '{}' --set window=5",
                "those without any entry were made with a window of 5"),
            Example(
                "stemma backfill set Mean window=5 --unset draft", "an entry that means nothing any more"),
        ],
        run: setVersions)
}

@Sendable private func setVersions(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let (set, unset) = (arguments.values("set"), arguments.values("unset"))
    guard !set.isEmpty || !unset.isEmpty else {
        throw UsageError.make(
            "it is not said which entries to set or to remove", hint: "--set NAME=VALUE or --unset NAME")
    }
    let store = try session.openStore()
    var entries = Version()
    for word in set {
        guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
            throw UsageError.notAnEntry(word)
        }
        let name = String(word[..<equals])
        guard entries[name] == nil else { throw UsageError.entryTwice(name) }
        entries[name] = try ScalarReader.read(String(word[word.index(after: equals)...]))
    }
    if let name = unset.first(where: { entries[$0] != nil }) {
        throw UsageError.make("--set and --unset both name '\(Shell.visible(name))'")
    }
    if !arguments.has("force") { try store.checkIntent(version: entries) }
    let selection = try arguments.backfillSelection(store)
    return try session.report(arguments, store) { options in
        try store.backfill(
            selection.variable, matching: selection.filter, setting: entries, removing: unset,
            options: options, where: selection.isSelected)
    }
}
