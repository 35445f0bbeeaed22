import Stemma
import StemmaBlobs

extension Command {
    static let lineage = Command(
        name: "lineage",
        summary: "what a record was made from, or what was made from it",
        usage: """
            [VARIABLE [NAME=VALUE ...]] [--downstream] [--depth N] [--at REV] [--format FORMAT | --html FILE]
            """,
        positionals: [
            .any("NAME=VALUE", .entries, "one record: the variable, keys and version entries (stemma help addresses)")
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
            dot is the language of Graphviz, mermaid that of diagrams in Markdown; svg is drawn by the program 'dot'. \
            --html needs no program: the page opens without a network. --format json and --json are the same.
            """,
        ],
        examples: [
            Example("stemma lineage Mean subject=1 session=A", "its family tree"),
            Example("stemma lineage", "the pipeline"),
            Example("stemma lineage Raw subject=1 session=A --downstream", "what to run again if it is wrong"),
            Example("stemma lineage Mean subject=1 session=A --html mean.html", "a page to look at"),
            Example("stemma lineage --format svg > pipeline.svg", "a drawing, by Graphviz"),
        ],
        printsJSON: { $0.value("format") == "json" },
        run: showLineage)
}

/// How lineage is printed.
private enum LineageForm: String, CaseIterable {
    case text, json, dot, mermaid, svg

    init(_ arguments: Arguments) throws {
        guard let name = arguments.value("format") else {
            self = arguments.has("json") ? .json : .text
            return
        }
        guard let form = Self(rawValue: name) else {
            let names = Self.allCases.map(\.rawValue)
            throw UsageError.make(
                "'\(Shell.visible(name))' is no format of lineage",
                hint: Spelling.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
                    ?? "one of: \(names.joined(separator: ", "))")
        }
        guard form == .json || !arguments.has("json") else { throw UsageError.exclusive(["json", "format \(name)"]) }
        self = form
    }

    /// Prints a diagram; false for the forms that are no diagrams.
    func draw(_ diagram: @autoclosure () -> Diagram, _ output: Output) throws -> Bool {
        switch self {
        case .text, .json: return false
        case .dot: try output.verbatim(diagram().dot)
        case .mermaid: try output.verbatim(diagram().mermaid)
        case .svg: try Graphviz.svg(diagram().dot).withUnsafeBytes { try output.payload($0) }
        }
        return true
    }
}

@Sendable private func showLineage(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let form = try LineageForm(arguments)
    let depth = try arguments.count("depth")
    let isDownstream = arguments.has("downstream")
    guard !arguments.words.isEmpty || (!isDownstream && depth == nil && !arguments.has("version")) else {
        throw UsageError.make(
            "it is not said of which record", hint: "stemma lineage VARIABLE NAME=VALUE ...")
    }
    let store = try session.openStore()
    let view = try session.view(of: store, arguments)
    let place = arguments.value("at").map { "at \($0)" } ?? "in the work tree"
    guard !arguments.words.isEmpty else {
        let pipeline = try store.pipeline(in: view)
        if let file = arguments.value("html") {
            let page = Page(title: "Pipeline", subtitle: "\(FileSystem.name(of: store.path)), \(place)", pipeline)
            try session.output.write(page, to: file)
        } else if try !form.draw(Diagram(pipeline), session.output) {
            try session.output.emit(pipeline)
            if pipeline.variables.isEmpty { try session.output.line("the store is empty") }
        }
        return .done
    }
    let text = LineageNodeText(store.settings.keys)
    let record = try AddressReader(keys: store.settings.keys).address(arguments.words, arguments).record(in: view)
    let isDrawn = arguments.has("html") || ![.text, .json].contains(form)
    if isDownstream, !isDrawn {
        try listDownstream(of: record, in: view, depth: depth, session.output)
        return .done
    }
    let graph =
        isDownstream
        ? try store.downstreamGraph(of: record, in: view, depth: depth) : try store.lineage(of: record, depth: depth)
    if let file = arguments.value("html") {
        let title = "\(isDownstream ? "Made from" : "Lineage of") \(text.address.of(record))"
        try session.output.write(Page(title: title, subtitle: "\(FileSystem.name(of: store.path)), \(place)", graph, text), to: file)
    } else if try !form.draw(Diagram(graph, text), session.output) {
        try session.output.emit(graph, text)
    }
    return .done
}

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
            [Cell(text.address.of(found)), Cell(RecordText.short(found.content), .faint)]
                + Cell.counted(steps, "step"))
        return true
    }
    let count = shown
    let unknown = counts.unknown == 0 ? "" : "; of \(Amount.counted(counts.unknown, "record")) it is not known"
    let cut = counts.records == count ? "" : "; \(Amount.count(counts.records - count)) more beyond --depth"
    try output.summary(
        ["records": .count(count), "cut": .count(counts.records - count), "unreadable": .count(counts.unknown)],
        count == 0 && cut.isEmpty
            ? "nothing was made from it\(unknown)" : cut + unknown == "" ? nil : String((cut + unknown).dropFirst(2)))
}

extension Output {
    /// Writes a page to a file, which appears as a whole.
    fileprivate func write(_ page: Page, to path: String) throws {
        let file = try OutputFile(path)
        var size = 0
        try page.write { piece in
            var piece = piece
            try piece.withUTF8 {
                size += $0.count
                try file.write(UnsafeRawBufferPointer($0))
            }
        }
        try file.finish()
        let total = size
        try remark("wrote \(Amount.bytes(total)) to \(Shell.visible(path))")
        try summary(["path": .string(path), "size": .count(total)])
    }
}
