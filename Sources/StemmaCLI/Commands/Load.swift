import Stemma

extension Command {
    static let load = Command(
        name: "load",
        summary: "write the payload of one record",
        usage: "(VARIABLE [NAME=VALUE ...] | @DIGEST) [-o FILE] [--as-stored] [--at REV]",
        positionals: [
            .one("VARIABLE", .variables, "the variable; or @ and the first digits of a payload's digest"),
            .any("NAME=VALUE", .entries, "keys and version entries (stemma help addresses)"),
        ],
        options: [
            .taking(
                "FILE", "output", letter: "o", completes: .files,
                "write to FILE, in one step, not to standard output"),
            .flag("as-stored", "the bytes as they are, whatever the record's schema version"),
            .at, .wholeVersion,
        ],
        discussion: [
            """
            Writes the bytes as they are stored: JSON in its canonical form, everything else as it was saved. They \
            are checked against their digest on the way.
            """,
            """
            JSON of an older schema version than its variable was migrated to is raised: with --at by the migrations \
            that the variable had gone through then. --as-stored and @DIGEST give it as it is.
            """,
        ],
        examples: [
            Example("stemma load Mean subject=1 session=A", "prints the value, if one variant is there"),
            Example("stemma load Raw subject=1 session=A -o A.npy", "an array, into a file"),
            Example("stemma load Mean subject=1 session=A --at main~3", "as it was three commits ago"),
        ],
        run: loadPayload)
}

@Sendable private func loadPayload(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let output = session.output
    let destination = arguments.value("output").flatMap { $0 == "-" ? nil : $0 }
    if output.isJSON, destination == nil {
        throw UsageError.make(
            "with --json the payload needs a file to go to",
            hint: "add -o FILE; 'show --json' has what is known of it")
    }
    let source = try PayloadChoice(arguments, session)
    guard let destination else {
        if source.isBinary, output.payloadGoesToTerminal {
            throw UsageError.make(
                "this payload is nothing for a terminal", hint: "add -o FILE, or pipe it into a program")
        }
        _ = try source.write { try output.payload($0) }
        return .done
    }
    let file = try OutputFile(destination)
    var size = 0
    let content = try source.write {
        size += $0.count
        try file.write($0)
    }
    try file.finish()
    let total = size
    try output.remark("wrote \(Amount.bytes(total)) to \(Shell.visible(destination))")
    try output.summary([
        "path": .string(destination), "size": .count(total), "content": .string(content.hex),
    ])
    return .done
}

/// The payload that somebody asked for.
private enum PayloadChoice {
    case record(Record, any ReadView)
    case form(ReadForm)
    case digest(prefix: String, Store)

    init(_ arguments: Arguments, _ session: Session) throws {
        let words = arguments.words
        if let first = words.first, first.hasPrefix("@") {
            guard words.count == 1, !arguments.has("at"), !arguments.has("version") else {
                throw UsageError.make("@DIGEST says it all: no address, --at or --version goes with it")
            }
            self = .digest(prefix: String(first.dropFirst()), try session.openStore())
        } else {
            let store = try session.openStore()
            let view = try session.view(of: store, arguments)
            let address = try AddressReader(keys: store.settings.keys).address(words, arguments)
            let record = try address.record(in: view)
            self =
                arguments.has("as-stored") ? .record(record, view) : .form(try view.form(of: record))
        }
    }

    /// Whether a terminal would make a mess of it, as far as is known.
    var isBinary: Bool {
        let format: PayloadFormat? =
            switch self {
            case .record(let record, _): record.format
            case .form(let form): form.record.format
            case .digest: nil
            }
        return format.map { $0 != .json && $0 != .csv } ?? false
    }

    /// Hands over the bytes; returns their digest, against which they were checked.
    func write(to sink: (UnsafeRawBufferPointer) throws -> Void) throws -> Digest {
        switch self {
        case .record(let record, let view):
            try view.writePayload(of: record, to: sink)
            return record.content
        case .form(let form):
            try form.writePayload(to: sink)
            return form.content
        case .digest(let prefix, let store):
            do {
                return try store.payload(digestPrefix: prefix, to: sink)
            } catch let error as StemmaError where error.code == .notFound {
                // A value that stands in its record has no object of its own.
                guard let record = try Self.inlineRecord(prefix, store) else { throw error }
                try store.workTree.writePayload(of: record, to: sink)
                return record.content
            }
        }
    }

    private static func inlineRecord(_ prefix: String, _ store: Store) throws -> Record? {
        guard prefix.utf8.count >= 4 else { return nil }
        var found: Record?
        for variable in try store.workTree.variables() where found == nil {
            try store.workTree.forEachRecord(of: variable.name) { record in
                if record.value != nil, record.content.hex.hasPrefix(prefix) { found = record }
                return found == nil
            }
        }
        return found
    }
}
