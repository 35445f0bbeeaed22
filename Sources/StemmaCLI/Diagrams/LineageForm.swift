import Stemma

/// How lineage is printed.
enum LineageForm: Equatable {
    case text, json, dot, mermaid, svg
    /// A page, in a file.
    case page(path: String)

    private static let named: [(name: String, form: LineageForm)] = [
        ("text", .text), ("json", .json), ("dot", .dot), ("mermaid", .mermaid), ("svg", .svg),
    ]

    init(_ arguments: Arguments) throws {
        if let path = try arguments.file("html") {
            self = .page(path: path)
            return
        }
        guard let name = arguments.value("format") else {
            self = arguments.has("json") ? .json : .text
            return
        }
        guard let form = Self.named.first(where: { $0.name == name })?.form else {
            let names = Self.named.map(\.name)
            throw UsageError.make(
                "'\(Shell.visible(name))' is no format of lineage",
                hint: Spelling.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
                    ?? "one of: \(names.joined(separator: ", "))")
        }
        guard form == .json || !arguments.has("json") else {
            throw UsageError.exclusive(["json", "format \(name)"])
        }
        self = form
    }

    /// Whether it needs a diagram, and all of it at once.
    var isDrawn: Bool { self != .text && self != .json }

    /// Prints what is asked for, and makes nothing else.
    func show(
        in session: Session, diagram: () -> Diagram, page: () -> HTMLPage, lines: () throws -> Void
    ) throws {
        let output = session.output
        switch self {
        case .text, .json: try lines()
        case .dot: try output.verbatim(diagram().dot)
        case .mermaid: try output.verbatim(diagram().mermaid)
        case .svg:
            let graphviz = Graphviz(environment: session.environment.all.variables)
            try Self.draw(diagram(), graphviz).withUnsafeBytes { try output.payload($0) }
        case .page(let path): try output.write(page(), to: path)
        }
    }

    /// Graphviz leads a process group of its own, which Control-C at the terminal does not reach.
    private static func draw(_ diagram: Diagram, _ graphviz: Graphviz) throws -> [UInt8] {
        Interruption.listen()
        defer { Interruption.obey() }
        return try graphviz.svg(diagram.dot) { Interruption.isWanted }
    }
}

extension Output {
    /// Writes a page to a file, which appears as a whole.
    func write(_ page: HTMLPage, to path: String) throws {
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
