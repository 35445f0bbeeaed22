import Stemma
import StemmaRecords

extension Command {
    static let backfillInfer = Command(
        name: "backfill infer",
        summary: "infer version entries from lineage, as one commit",
        usage: """
            VARIABLE [NAME=VALUE ...] [--version JSON] --rules FILE [--overwrite] [--nearest | --agree] \
            [--dry-run] [--skip-failed] [-m TEXT]
            """,
        positionals: [
            .one("VARIABLE", .variables, "whose records"),
            .any("NAME=VALUE", .entries, "only records that have these values"),
        ],
        options: [
            .wholeVersion,
            .taking(
                "FILE", "rules", completes: .files, "where in lineage each entry stands; - for standard input"
            ),
            .flag("overwrite", "infer also entries that records have already"),
            .flag("nearest", "of several different values the one nearest to the record counts"),
            .flag("agree", "several different values are a failure (this is the default)"),
            .flag("force", "set entries also whose names look like slips of keys"),
        ] + Option.ofBackfills,
        exclusive: [["nearest", "agree"]],
        discussion: [
            """
            Looks through the whole lineage of each record, the nearest calls first, for the constants that the rules \
            name, and puts them into its version. The file is one JSON object, with one rule or a list to try in order \
            for each entry:
              {"low": {"function": "bandpass", "extract": "low"},
               "order": [{"function_pattern": "butter_*", "extract": "arg_2"},
                         {"function": "notch", "extract": "order", "several": "nearest"}]}
            """,
            """
            "extract" is the name of a parameter, or arg_N for the one at that position, from 0, inputs and constants \
            together. Only constants that are JSON scalars can be version entries. A record that has all entries is \
            left alone; one that was not computed is skipped, with a warning; one whose lineage does not tell fails.
            """,
            BackfillText.collisions,
        ],
        examples: [
            Example("stemma backfill infer Power --rules low.json --dry-run", "what each record would get"),
            Example(
                "stemma backfill infer Power subject=3 --rules low.json",
                "one subject, as a commit"),
        ],
        run: inferVersions)
}

@Sendable private func inferVersions(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    guard let path = try arguments.file("rules") else {
        throw UsageError.make("it is not said how to infer", hint: "--rules FILE")
    }
    var rules = try DocumentFile(path, is: "file of rules") { try BackfillRules(json: $0) }.document
    rules.overwrites = arguments.has("overwrite")
    if arguments.has("nearest") { rules.several = .nearest }
    let store = try session.openStore()
    if !arguments.has("force") { try store.checkIntent(version: rules.names) }
    let selection = try arguments.backfillSelection(store)
    return try session.report(arguments, store) { options in
        try store.backfill(
            selection.variable, matching: selection.filter, inferring: rules, options: options,
            where: selection.isSelected)
    }
}
