import Stemma
import StemmaRecords

extension Command {
    static let schemaSet = Command(
        name: "schema set",
        summary: "give a variable the schema of a version",
        usage: """
            VARIABLE FILE --schema-version V [--validation MODE] [--version-field POINTER] \
            [--assert-formats | --no-assert-formats] [--legacy V]
            """,
        positionals: [
            .one("VARIABLE", .variables, "the variable; it is made when it is new"),
            .one("FILE", .files, "a JSON Schema of draft 2020-12; - for standard input"),
        ],
        options: [
            .schemaVersion("the version that the schema is of, such as 0.2.0"),
            .taking(
                "MODE", "validation", completes: .words(SchemaValidation.allCases.map(\.rawValue)),
                "strict, warn or off (default: as the store says, which is strict unless stemma.json differs)"
            ),
            .taking(
                "POINTER", "version-field",
                "where payloads name their own version, such as /schema_version; '' for nowhere"),
            .flag("assert-formats", "a string that is not of its \"format\" is a violation"),
            .flag("no-assert-formats", "\"format\" is a remark, as the draft has it"),
            .taking("V", "legacy", "the version of records that say none (default: 0.0.1)"),
        ],
        exclusive: [["assert-formats", "no-assert-formats"]],
        discussion: [
            """
            Changes the work tree, as save does. From then on what is saved under the variable is held against its \
            newest schema, and its records bear that version. strict refuses what the schema does not allow, warn \
            saves it and says so on standard error, off does not look. Records that stand are left alone; 'stemma \
            schema check' looks at them.
            """,
            """
            Versions are numbers with dots between them and are compared as such: 0.10.0 is newer than 0.9.0, and 1.0 \
            is 1.0.0. A schema of an older version than the newest is kept for records of that version. What is set \
            once stays until it is set again.
            """,
        ],
        examples: [
            Example("stemma schema set Trial trial.json --schema-version 0.2.0", "what is not so is refused"),
            Example(
                "stemma schema set Trial s.json --schema-version 0.2.0 --version-field /v",
                "payloads say themselves which version they are of"),
        ],
        run: setSchema)
}

@Sendable private func setSchema(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let (variable, path) = (arguments.words[0], arguments.words[1])
    let version = try arguments.requiredVersion()
    var options = SchemaOptions()
    options.validation = try arguments.value("validation").map { text in
        guard let mode = SchemaValidation(rawValue: text) else {
            throw UsageError.make("--validation takes strict, warn or off, not '\(Shell.visible(text))'")
        }
        return mode
    }
    options.versionField = try arguments.pointer("version-field")
    if arguments.has("assert-formats") { options.assertsFormats = true }
    if arguments.has("no-assert-formats") { options.assertsFormats = false }
    options.legacy = try arguments.schemaVersion("legacy")

    let store = try session.openStore()
    let file = try DocumentFile(path, is: "schema") { bytes in
        try bytes.withUnsafeBytes { try JSONParser.parse($0, integers: .limited) }
    }
    let result: SchemaResult
    do {
        result = try store.setSchema(file.document, version: version, of: variable, options: options)
    } catch let error as StemmaError where error.isAboutDocument {
        throw error.about(file: file.name)
    }
    session.output.accomplish(result.isChanged ? "the schema was set" : "the store has that schema already")
    let schema = result.schema
    try session.output.emit(
        "schema", schema.members(withDocument: false), note: text(result))
    try session.output.summary(["set": .bool(result.isChanged)])
    return .done
}

private func text(_ result: SchemaResult) -> String {
    let schema = result.schema
    let name = "the schema \(schema.version) of \(schema.variable)"
    guard result.isChanged else { return "nothing changed: \(name) is that already" }
    let current = schema.isCurrent ? "records are saved under it" : "records are saved under a newer one"
    return "\(result.isReplaced ? "replaced" : "set") \(name); \(current)"
}

extension StemmaError {
    /// Whether a document is what is wrong: it is no schema.
    fileprivate var isAboutDocument: Bool {
        [.invalidSchema, .unresolvableReference, .referenceLoop].contains(code)
    }
}
