import Stemma

extension Command {
    static let diff = Command(
        name: "diff",
        summary: "which records differ between two states, and why",
        usage: "[A..B] [VARIABLE] [NAME=VALUE ...] [--stat | --summary | --full | --html FILE]",
        positionals: [.any("A..B", .comparison, "revisions (stemma help revisions), then a filter")],
        options: [
            .flag("stat", "counts by variable, without causes"),
            .flag("summary", "the totals and the causes"),
            .flag("full", "all causes, and the whole line of each record"),
            .taking("FILE", "html", completes: .files, "write a page with the causes and a drawing to FILE"),
        ],
        exclusive: [["stat", "summary", "full", "html"]],
        discussion: [
            """
            First the totals, then why records differ, then the records: + was added, - was removed, ~ changed, with \
            the fields that differ. A value that stands in the record is shown before and after; of others, the \
            digests. Pages that are the same on both sides are not read, nor are payloads.
            """,
            """
            A cause is what is at the root of it: a constant, a function, an input, data, a migration, a backfill, an \
            edit by hand, a step that is new or gone. The one that explains most comes first, with the records that \
            differ by it themselves (direct) and those that were made from these (downstream). A record of one side \
            is compared with its nearest variant at the same keys of the other. What lineage does not explain is \
            counted as unexplained.
            """,
            """
            Without revisions it compares HEAD with the work tree; A alone, A with the work tree; A..B two commits; \
            A...B from where they parted. -- separates revisions from the filter.
            """,
        ],
        examples: [
            Example("stemma diff", "what 'stemma commit' would commit"),
            Example("stemma diff main..tuning --summary", "what a branch changes, and why"),
            Example("stemma diff main..tuning --stat", "how much, by variable"),
            Example("stemma diff main..tuning --html tuning.html", "a page to look at, or to send"),
            Example("stemma diff HEAD~1 Mean subject=1", "one subject, since the commit before"),
        ],
        run: showDifference)
}

@Sendable private func showDifference(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let file = try arguments.file("html")
    let store = try session.openStore()
    let words = try RevisionWords(arguments, store)
    let filter = try AddressReader(keys: store.settings.keys).filter(words.filter, arguments)
    let (before, after) = try words.comparison.views(of: store)
    let difference = try store.difference(
        from: before, to: after, variable: filter.variable, matching: filter.values)
    if difference.isEmpty, difference.files.isEmpty, difference.unchanged == 0, let variable = filter.variable
    {
        // Nothing on either side: a name that neither has is an error, not an empty answer.
        try checkVariable(variable, before, after)
    }
    let explanation =
        arguments.has("stat") ? nil : try store.explanation(of: difference, from: before, to: after)
    if let file, let explanation {
        let pipelines = PipelineComparison(
            try store.pipeline(in: before), try store.pipeline(in: after), difference, explanation)
        let page = HTMLPage(
            title: "From \(words.comparison.before.name) to \(words.comparison.after.name)", difference,
            explanation,
            pipelines, store.settings.keys)
        if let problem = difference.problems.first { throw problem }
        try session.output.write(page, to: file)
        return .done
    }
    try session.output.line(Amount.changes(of: difference))
    for renaming in difference.renamed { try session.output.emit(renaming) }
    if let explanation {
        try session.output.emit(
            difference, between: (before, after), explanation, arguments, store.settings.keys)
    } else {
        for (name, counts) in difference.countsByVariable { try session.output.emit(name, counts) }
    }
    try session.output.emit(difference.files)
    // What could be compared is told first.
    if let problem = difference.problems.first { throw problem }
    var summary: JSONObject = [
        "added": .count(difference.added), "changed": .count(difference.changed),
        "removed": .count(difference.removed), "unchanged": .count(difference.unchanged),
    ]
    summary["unexplained"] = explanation.map { .count($0.unexplainedCount) }
    try session.output.summary(summary)
    return .done
}

extension Output {
    /// Files of variables that differ: schemas, and what the variables say of themselves.
    fileprivate func emit(_ files: [FileDifference]) throws {
        guard !files.isEmpty else { return }
        try line("")
        try line("schemas and settings", .strong)
        for file in files {
            let (mark, style): (String, Cell.Style) =
                switch file.status {
                case .added: ("+", .good)
                case .removed: ("-", .bad)
                case .changed: ("~", .changed)
                }
            try emit(
                "file", ["path": .string(file.path), "status": .string(file.status.rawValue)],
                [Cell(mark, style), Cell(file.path)])
        }
    }

    /// Causes and changes: people read the causes first, programs after the changes.
    fileprivate func emit(
        _ difference: Difference, between views: (before: any ReadView, after: any ReadView),
        _ explanation: Explanation, _ arguments: Arguments, _ keys: KeyDeclarations
    ) throws {
        let isFull = arguments.has("full")
        if !isJSON { try emit(explanation, CauseText(keys), all: isFull) }
        if !arguments.has("summary"), !difference.changes.isEmpty {
            try line("")
            try emit(difference, between: views, DifferenceText(keys), isFull: isFull)
        }
        if isJSON { try emit(explanation, CauseText(keys), all: isFull) }
    }
}

extension Amount {
    /// The totals in one line.
    static func changes(of difference: Difference) -> String {
        difference.changes.isEmpty
            ? "no differences in \(counted(difference.unchanged, "record"))"
            : changes(
                added: difference.added, changed: difference.changed, removed: difference.removed,
                unchanged: difference.unchanged)
    }
}

/// Throws `.unknownVariable` unless one of the two states has it.
private func checkVariable(_ name: String, _ before: any ReadView, _ after: any ReadView) throws {
    do {
        _ = try before.chunks(of: name, matching: Filter())
    } catch let error as StemmaError where error.code == .unknownVariable {
        _ = try after.chunks(of: name, matching: Filter())
    }
}
