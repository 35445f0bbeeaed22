import Stemma

extension Command {
    static let save = Command(
        name: "save",
        summary: "save one record",
        usage: "VARIABLE [NAME=VALUE ...] (--file FILE | --value JSON | -) [--format FORMAT] [--force]",
        positionals: [
            .one("VARIABLE", .variables, "the variable; it is made when it is new"),
            .any(
                "NAME=VALUE", .entries,
                "keys and version entries (stemma help addresses); - reads standard input"),
        ],
        options: [
            .taking("FILE", "file", letter: "f", completes: .files, "the payload is the content of FILE"),
            .taking("JSON", "value", "the payload is this JSON value"),
            .taking(
                "FORMAT", "format", completes: .words(FormatName.known),
                "json, npy, csv or bytes (default: by the name of FILE, else as the variable has it)"),
            .wholeVersion,
            .flag("force", "save also under an address that looks like a slip"),
        ],
        exclusive: [["file", "value"], ["value", "format"]],
        discussion: [
            """
            Prints the SHA-256 digest of the payload, by which 'stemma load @DIGEST' finds it again. What stood at \
            the address before is replaced in the work tree; commits keep it. Saving what is there already changes \
            nothing.
            """,
            """
            JSON is stored in its canonical form (RFC 8785); npy and csv are checked and stored byte for byte; \
            anything else is bytes. Payloads other than JSON may be larger than memory.
            """,
            """
            An address without any key, and a version entry whose name is one letter away from a key's, are taken \
            for slips and refused; --force insists.
            """,
        ],
        examples: [
            Example("stemma save Raw subject=1 session=A --file s1/A.npy", "an array, from a file"),
            Example(
                "stemma save Mean subject=1 session=A window=5 --value 3.25",
                "a number; window=5 is its version"),
            Example("gzip -dc log.gz | stemma save Log subject=1 -", "bytes, from standard input"),
        ],
        run: saveRecord)
}

/// Where a payload comes from.
private enum PayloadSource {
    case file(String)
    case value(JSONValue)
    case standardInput
}

@Sendable private func saveRecord(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    var words = arguments.words
    let readsStandardInput = words.contains("-")
    words.removeAll { $0 == "-" }
    let source = try source(arguments, readsStandardInput)
    let format = try arguments.value("format").map(FormatName.read)

    let store = try session.openStore()
    let address = try AddressReader(keys: store.settings.keys).address(words, arguments).address
    if !arguments.has("force") { try store.checkIntent(address) }
    let result = try save(source, format, at: address, in: store)

    session.output.accomplish(
        result.isChanged ? "the record was saved" : "the record was in the store already",
        unprinted: session.output.isJSON ? "it" : "its digest")
    let text = RecordText(store.settings.keys)
    if session.output.isJSON {
        try session.output.emit(result.record, text)
    } else {
        try session.output.line(result.record.content.hex)
    }
    if !result.isChanged {
        try session.output.remark("nothing changed: \(text.address.of(result.record)) has it")
    }
    try session.output.summary([
        "saved": .number(result.isChanged ? 1 : 0), "unchanged": .number(result.isChanged ? 0 : 1),
    ])
    return .done
}

private func source(_ arguments: Arguments, _ readsStandardInput: Bool) throws -> PayloadSource {
    switch (arguments.value("file"), arguments.value("value"), readsStandardInput) {
    case (let file?, nil, false): return file == "-" ? .standardInput : .file(file)
    case (nil, let text?, false): return .value(try JSONText.read(text, option: "value"))
    case (nil, nil, true): return .standardInput
    case (nil, nil, false):
        throw UsageError.make(
            "it is not said what to save", hint: "--file FILE, --value JSON, or - for standard input")
    default: throw UsageError.make("--file, --value and - exclude each other", hint: "give one of them")
    }
}

private func save(
    _ source: PayloadSource, _ format: PayloadFormat?, at address: Address, in store: Store
) throws -> SaveResult {
    switch source {
    case .value(let value):
        return try store.transaction { try $0.save(value: value, at: address) }
    case .file(let path):
        let format = try format ?? PayloadFormat(fileName: path) ?? usual(address.variable, in: store)
        do {
            return try store.transaction { try $0.save(file: path, format: format, at: address) }
        } catch let error as StemmaError {
            throw FileError.naming(path, error)
        }
    case .standardInput:
        let format = try format ?? usual(address.variable, in: store)
        // Read to its end before the store is locked: whoever writes it may take hours.
        switch try SpooledInput(in: store) {
        case .bytes(let bytes):
            return try store.transaction { try $0.save(bytes: bytes, format: format, at: address) }
        case .file(let file):
            return try store.transaction { try $0.save(file: file.path, format: format, at: address) }
        }
    }
}

/// The format that a variable's payloads have; bytes for a new one.
private func usual(_ variable: String, in store: Store) throws -> PayloadFormat {
    try store.format(of: variable) ?? .bytes
}
