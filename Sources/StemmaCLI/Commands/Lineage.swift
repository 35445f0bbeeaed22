import Stemma
import StemmaBlobs

extension Command {
    static let lineage = Command(
        name: "lineage",
        summary: "what a record was made from, or what was made from it",
        usage: "[VARIABLE [NAME=VALUE ...]] [--downstream] [--depth N] [OPTIONS]",
        positionals: [
            .any(
                "NAME=VALUE", .entries,
                "one record: variable, keys and version entries (stemma help addresses)")
        ],
        options: [
            .flag("downstream", "what was made from the record, at any distance"),
            .taking("N", "depth", "go N steps and no further"),
            .taking("FORMAT", "format", "text (the default), json, dot, mermaid or svg"),
            .taking("FILE", "html", completes: .files, "write a page with the graph and a table to FILE"),
            .at, .wholeVersion,
        ],
        exclusive: [["format", "html"]],
        discussion: [
            """
            Prints the record's family tree: the function that made it, constants, and below it what it was made \
            from, up to the data that was not computed. What several results were made from is printed once, and \
            '(see above)' where it comes again. Without an address it prints the pipeline: which variables become \
            which, through which functions. No payload is read.
            """,
            """
            A record's lineage is what it was when the record was made, whatever has happened to its inputs since; \
            --at REV asks for the record as a commit has it.
            """,
            """
            --downstream lists the records that were made from this one and its present payload, and in how many \
            steps. All lineage of the store is looked at for it, and so it is for the pipeline.
            """,
            """
            dot is the language of Graphviz, mermaid that of diagrams in Markdown; svg is drawn by the program \
            'dot'. --html needs no program: the page opens without a network. --format json and --json are the same.
            """,
        ],
        examples: [
            Example("stemma lineage Mean subject=1 session=A", "its family tree"),
            Example("stemma lineage", "the pipeline"),
            Example(
                "stemma lineage Raw subject=1 session=A --downstream", "what to run again if it is wrong"),
            Example("stemma lineage Mean subject=1 session=A --html mean.html", "a page to look at"),
            Example("stemma lineage --format svg > pipeline.svg", "a drawing, by Graphviz"),
        ],
        printsJSON: { $0.value("format") == "json" },
        run: showLineage)
}

@Sendable private func showLineage(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let form = try LineageForm(arguments)
    let depth = try arguments.count("depth")
    let isDownstream = arguments.has("downstream")
    guard !arguments.words.isEmpty || !(isDownstream || depth != nil || arguments.has("version")) else {
        throw UsageError.make(
            "it is not said of which record", hint: "stemma lineage VARIABLE NAME=VALUE ...")
    }
    let output = session.output
    let store = try session.openStore()
    let view = try session.view(of: store, arguments)
    let place = arguments.value("at").map { "at \($0)" } ?? "in the work tree"
    let subtitle = "\(FileSystem.name(of: store.path)), \(place)"
    guard !arguments.words.isEmpty else {
        let pipeline = try store.pipeline(in: view)
        try form.show(
            in: session, diagram: { Diagram(pipeline) },
            page: { HTMLPage(title: "Pipeline", subtitle: subtitle, pipeline) },
            lines: { try output.emit(pipeline) })
        return .done
    }
    let record = try AddressReader(keys: store.settings.keys).address(arguments.words, arguments)
        .record(in: view)
    if isDownstream, !form.isDrawn {
        try listDownstream(of: record, in: view, depth: depth, output)
        return .done
    }
    let graph =
        try isDownstream
        ? store.downstreamGraph(of: record, in: view, depth: depth) : store.lineage(of: record, depth: depth)
    let text = LineageNodeText(store.settings.keys)
    let title = "\(isDownstream ? "Made from" : "Lineage of") \(text.address.of(record))"
    try form.show(
        in: session, diagram: { Diagram(graph, text) },
        page: { HTMLPage(title: title, subtitle: subtitle, graph, text) },
        lines: { try output.emit(graph, text) }
    )
    return .done
}

/// What was made from a record, printed as it is found.
private func listDownstream(
    of record: Record, in view: any ReadView, depth: Int?, _ output: Output
) throws {
    let text = RecordText(view.store.settings.keys)
    var shown = 0
    let counts = try view.store.downstream(of: record, in: view) { found, steps in
        guard steps <= depth ?? .max else { return true }
        shown += 1
        try output.emit(
            "record",
            rawMembers: {
                RecordText.appendMembers(of: found, stored: nil, to: &$0)
                $0 += ",\"steps\":\(steps)".utf8
            },
            [Cell(text.address.of(found)), Cell(found.content.short, .faint)]
                + Cell.counted(steps, "step"))
        return true
    }
    let (listed, cut) = (shown, counts.records - shown)
    var remarks: [String] = []
    if counts.records == 0 { remarks.append("nothing was made from it") }
    if cut > 0 { remarks.append("\(Amount.count(cut)) more beyond --depth") }
    if counts.unknown > 0 {
        remarks.append("of \(Amount.counted(counts.unknown, "record")) it is not known")
    }
    try output.summary(
        ["records": .count(listed), "cut": .count(cut), "unreadable": .count(counts.unknown)],
        remarks.isEmpty ? nil : remarks.joined(separator: "; "))
}
