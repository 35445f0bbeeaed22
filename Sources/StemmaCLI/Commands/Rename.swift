import Stemma

extension Command {
    static let rename = Command(
        name: "rename",
        summary: "give a function another name, with all that it has made",
        usage: "--function NAME NEW [-m TEXT]",
        positionals: [.one("NEW", .nothing, "the new name")],
        options: [
            .taking("NAME", "function", "the function, by the name that recorded calls have"),
            .taking("TEXT", "message", letter: "m", "the message of the commit"),
        ],
        discussion: [
            """
            Makes one commit. No result is computed again: calls under the new name are answered by what was recorded \
            under the old one as long as nothing else of the function has changed, and lineage shows the new name \
            everywhere. What was renamed stands in renamed.jsonl. The store must have no uncommitted changes.
            """
        ],
        examples: [
            Example("stemma rename --function bandpass bandPass", "after its name was changed in the code")
        ],
        run: renameFunction)
}

@Sendable private func renameFunction(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let new = arguments.words[0]
    guard let name = arguments.value("function") else {
        throw UsageError.make("it is not said what gets another name", hint: "--function NAME NEW")
    }
    let store = try session.openStore()
    let message = arguments.value("message") ?? "Rename the function \(name) to \(new)"
    guard let commit = try store.rename(function: name, to: new, message: message) else {
        try session.output.summary(["committed": false], note: "nothing to commit")
        return .done
    }
    try session.output.emit(commit, subject: message)
    return .done
}
