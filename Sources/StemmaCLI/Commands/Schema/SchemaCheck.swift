import Stemma

extension Command {
    static let schemaCheck = Command(
        name: "schema check",
        summary: "hold stored payloads against a schema",
        usage: "VARIABLE [NAME=VALUE ...] [--schema-version V] [--at REV]",
        positionals: [
            .one("VARIABLE", .variables, "the variable"),
            .any("NAME=VALUE", .entries, "only records that have these values"),
        ],
        options: [
            .schemaVersion("the version that counts, whatever the records say (default: their own)"), .at,
            .wholeVersion,
        ],
        discussion: [
            """
            Prints every violation with the record, the place in its payload and the rule, and exits with 1 when there \
            is one. Without --schema-version each record is held against the schema of its own version; those of a \
            version without a schema are counted and not looked at.
            """
        ],
        examples: [
            Example("stemma schema check Trial", "whether records are what they say they are"),
            Example("stemma schema check Trial --schema-version 0.2.0", "what is not fit for 0.2.0 yet"),
        ],
        run: checkSchema)
}

@Sendable private func checkSchema(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let version = try arguments.schemaVersion()
    let store = try session.openStore()
    let filter = try AddressReader(keys: store.settings.keys).filter(
        ofVariable: arguments.words, arguments)
    let output = session.output
    let progress = ProgressLine(output)
    let text = AddressText(store.settings.keys)
    let view = try session.view(of: store, arguments)
    let check = try view.checkSchema(
        of: filter.variable, version: version, matching: filter.filter.values, where: filter.filter.matches,
        progress: { progress.update("checking records", $0, of: nil) }
    ) { record, schema, violation in
        progress.clear()
        try output.emit(
            "violation",
            ViolationText.members(
                violation,
                of: [
                    "variable": .string(record.variable), "keys": record.keys.json,
                    "version": record.version.json,
                ], schema: .string(schema.description)),
            line: Cell("\(text.of(record)) (\(schema)): \(Shell.visible(violation.description))", .bad))
    }
    progress.clear()
    try output.summary(
        [
            "records": .count(check.records), "invalid": .count(check.invalid),
            "violations": .count(check.violations), "unchecked": .count(check.unchecked),
        ], note: Amount.text(check))
    return check.holds ? .done : .failed
}

extension Amount {
    /// What a check has found, in one line.
    fileprivate static func text(_ check: SchemaCheck) -> String {
        let unchecked =
            check.unchecked == 0
            ? "" : "; \(counted(check.unchecked, "record")) of versions without a schema"
        let looked = counted(check.records - check.unchecked, "record")
        return
            (check.holds
            ? "no violations in \(looked)"
            : "\(counted(check.violations, "violation")) in \(count(check.invalid)) of \(looked)") + unchecked
    }
}
