import Stemma

extension Command {
    static let diff = Command(
        name: "diff",
        summary: "which records differ between two states",
        usage: "[A..B] [VARIABLE] [NAME=VALUE ...] [--stat | --summary | --full]",
        positionals: [.any("A..B", .comparison, "revisions (stemma help revisions), then a filter")],
        options: [
            .flag("stat", "counts by variable"),
            .flag("summary", "only the totals"),
            .flag("full", "the whole line of each record, before and after"),
        ],
        exclusive: [["stat", "summary", "full"]],
        discussion: [
            """
            Compares record by record: + was added, - was removed, ~ changed, with the fields that differ. A value \
            that stands in the record is shown before and after; of others, the digests. Pages that are the same on \
            both sides are not read.
            """,
            """
            Without revisions it compares HEAD with the work tree; A alone, A with the work tree; A..B two commits; \
            A...B from where they parted. -- separates revisions from the filter.
            """,
        ],
        examples: [
            Example("stemma diff", "what 'stemma commit' would commit"),
            Example("stemma diff main..tuning --stat", "how much a branch changes, by variable"),
            Example("stemma diff HEAD~1 Mean subject=1", "one subject, since the commit before"),
        ],
        run: showDifference)
}

@Sendable private func showDifference(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let words = try RevisionWords(arguments, store)
    let filter = try AddressReader(keys: store.settings.keys).filter(words.filter, arguments)
    let (before, after) = try words.comparison.views(of: store)
    let difference = try store.difference(
        from: before, to: after, variable: filter.variable, matching: filter.values)
    if difference.isEmpty, difference.unchanged == 0, let variable = filter.variable {
        // Nothing on either side: a name that neither has is an error, not an empty answer.
        try checkVariable(variable, before, after)
    }
    let text = DifferenceText(store.settings.keys)
    if arguments.has("stat") {
        for (name, counts) in difference.countsByVariable { try session.output.emit(name, counts) }
    } else if !arguments.has("summary") {
        try session.output.emit(difference, text, isFull: arguments.has("full"))
    }
    // What could be compared is told first.
    if let problem = difference.problems.first { throw problem }
    try session.output.summary(
        [
            "added": .count(difference.added), "changed": .count(difference.changed),
            "removed": .count(difference.removed), "unchanged": .count(difference.unchanged),
        ],
        difference.isEmpty
            ? "no differences in \(Amount.counted(difference.unchanged, "record"))"
            : Amount.changes(
                added: difference.added, changed: difference.changed, removed: difference.removed,
                unchanged: difference.unchanged))
    return .done
}

/// Throws `.unknownVariable` unless one of the two states has it.
private func checkVariable(_ name: String, _ before: any ReadView, _ after: any ReadView) throws {
    do {
        _ = try before.chunks(of: name, matching: Filter())
    } catch let error as StemmaError where error.code == .unknownVariable {
        _ = try after.chunks(of: name, matching: Filter())
    }
}
