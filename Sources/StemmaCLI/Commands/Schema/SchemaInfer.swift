import Stemma
import StemmaRecords

extension Command {
    static let schemaInfer = Command(
        name: "schema infer",
        summary: "print a schema that all stored payloads satisfy",
        usage: "VARIABLE [NAME=VALUE ...] [--at REV]",
        positionals: [
            .one("VARIABLE", .variables, "the variable"),
            .any("NAME=VALUE", .entries, "only of records that have these values"),
        ],
        options: [.at, .wholeVersion],
        discussion: [
            """
            Reads the JSON payloads and says what they have in common: types, members, which of them are never absent, \
            and elements of arrays. It guesses no enumerations, limits or formats: add those by hand, and hand the \
            file to 'stemma schema set'. An object with more than 1024 names of members is taken for a map.
            """
        ],
        examples: [
            Example("stemma schema infer Trial > trial.json", "a beginning"),
            Example("stemma schema infer Trial subject=1", "of one subject"),
        ],
        run: inferSchema)
}

@Sendable private func inferSchema(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let filter = try AddressReader(keys: store.settings.keys).filter(
        ofVariable: arguments.words, arguments)
    let progress = ProgressLine(session.output)
    let view = try session.view(of: store, arguments)
    let inferred = try view.inferSchema(
        of: filter.variable, matching: filter.filter.values, where: filter.filter.matches
    ) {
        progress.update("reading payloads", $0, of: nil)
    }
    progress.clear()
    if session.output.isJSON {
        try session.output.emit(
            "schema", ["variable": .string(filter.variable), "document": inferred.document], note: "")
    } else {
        try session.output.verbatim(String(decoding: inferred.document.printedPretty, as: UTF8.self))
    }
    if inferred.skipped > 0 {
        try session.output.remark(
            "\(Amount.counted(inferred.skipped, "record")) that \(inferred.skipped == 1 ? "is" : "are") not JSON passed over"
        )
    }
    try session.output.summary([
        "records": .count(inferred.records), "skipped": .count(inferred.skipped),
    ])
    return .done
}
