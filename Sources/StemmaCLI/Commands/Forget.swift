import Stemma
import StemmaBlobs

extension Command {
    static let forget = Command(
        name: "forget",
        summary: "make recorded calls answer no longer, so that they run again",
        usage: "VARIABLE [NAME=VALUE ...] | --function F | --identity D",
        positionals: [
            Positional(
                name: "VARIABLE", count: 0...1, completes: .variables,
                help: "the calls that made records of it"),
            .any("NAME=VALUE", .entries, "only of records that have these values"),
        ],
        options: [
            .taking("NAME", "function", "all calls of the function"),
            .taking("DIGEST", "identity", "all calls of one identity (see stemma show --function)"),
        ],
        exclusive: [["function", "identity"]],
        discussion: [
            """
            The records stay. What is forgotten stands in forgotten.jsonl, which git carries to every clone with the \
            next commit; a fresh run of such a call brings it back.
            """
        ],
        examples: [
            Example("stemma forget Filtered subject=3", "that subject is computed anew by the next run"),
            Example("stemma forget --function bandpass", "everything that it made"),
        ],
        run: forgetCalls)
}

@Sendable private func forgetCalls(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let count: Int
    if let name = arguments.value("function") {
        try arguments.refuseWords(beside: "function")
        _ = try store.identities(ofFunction: name)
        count = try store.forget(.function(name))
    } else if let text = arguments.value("identity") {
        try arguments.refuseWords(beside: "identity")
        guard let identity = Digest(hex: text) else {
            throw UsageError.make(
                "--identity takes 64 digits of lower-case hex, not '\(Shell.visible(text))'")
        }
        count = try store.forget(.identity(identity))
    } else {
        let filter = try AddressReader(keys: store.settings.keys).filter(arguments.words, arguments)
        guard let variable = filter.variable else {
            throw UsageError.make(
                "it is not said what to forget",
                hint: "VARIABLE NAME=VALUE ..., --function NAME or --identity DIGEST")
        }
        count = try store.forget(.records(of: variable, matching: filter.values))
    }
    session.output.accomplish("\(Amount.counted(count, "call")) \(count == 1 ? "was" : "were") forgotten")
    try session.output.summary(
        ["forgotten": .count(count)],
        note: count == 0
            ? "nothing to forget"
            : "forgot \(Amount.counted(count, "call")); commit it with: stemma commit -m TEXT")
    return .done
}
