import Stemma

extension Command {
    static let rename = Command(
        name: "rename",
        summary: "give a variable or a function another name",
        usage: "VARIABLE NEW [-m TEXT] | --function NAME NEW [-m TEXT]",
        positionals: [
            Positional(
                name: "NAME", count: 1...2, completes: .variables,
                help: "a variable and its new name; with --function the new name alone")
        ],
        options: [
            .taking("NAME", "function", "a function, by the name that recorded calls have"),
            .taking("TEXT", "message", letter: "m", "the message of the commit"),
        ],
        discussion: [
            """
            Makes one commit. Lineage shows the new name everywhere, and no result is computed again: what was made from \
            a variable is not stale, and calls under a function's new name are answered by what was recorded under the \
            old one as long as nothing else of the function has changed. What was renamed stands in renamed.jsonl. The \
            store must have no uncommitted changes.
            """,
            """
            A branch that still has the old name can bring records under it when it is merged: the same command again \
            takes them to the others.
            """,
        ],
        examples: [
            Example("stemma rename Raw RawSignal", "records, schemas and migrations go with it"),
            Example("stemma rename --function bandpass bandPass", "after its name was changed in the code"),
        ],
        run: renameOne)
}

@Sendable private func renameOne(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let message: String
    let commit: CommitResult?
    if let name = arguments.value("function") {
        guard arguments.words.count == 1 else {
            throw UsageError.make(
                "--function NAME takes one new name", hint: "stemma rename --function NAME NEW")
        }
        let new = arguments.words[0]
        message = arguments.value("message") ?? "Rename the function \(name) to \(new)"
        commit = try store.rename(function: name, to: new, message: message)
    } else {
        guard arguments.words.count == 2 else {
            throw UsageError.make("the new name is missing", hint: "stemma rename VARIABLE NEW")
        }
        let (name, new) = (arguments.words[0], arguments.words[1])
        message = arguments.value("message") ?? "Rename the variable \(name) to \(new)"
        commit = try store.rename(variable: name, to: new, message: message)
    }
    guard let commit else {
        try session.output.summary(["committed": false], note: "nothing to commit")
        return .done
    }
    try session.output.emit(commit, subject: message)
    return .done
}
