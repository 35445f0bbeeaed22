import Stemma

extension Command {
    static let completion = Command(
        name: "completion",
        summary: "a completion script for a shell",
        usage: "bash | zsh | fish",
        positionals: [.one("SHELL", .words(CompletionScript.allCases.map(\.rawValue)), "bash, zsh or fish")],
        discussion: [
            """
            Prints a script that completes commands, options, and the variables, keys, version entries and revisions \
            of the store.
            """
        ],
        examples: [
            Example(
                "stemma completion bash > ~/.local/share/bash-completion/completions/stemma",
                "for bash, at every start"),
            Example("source <(stemma completion bash)", "for this shell only"),
            Example("stemma completion fish > ~/.config/fish/completions/stemma.fish", "for fish"),
        ],
        run: printScript)
}

@Sendable private func printScript(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let shell = arguments.words[0]
    guard let script = CompletionScript(rawValue: shell) else {
        throw UsageError.make(
            "there is no completion for '\(Shell.visible(shell))'",
            hint: "one of: \(CompletionScript.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    try session.output.verbatim(script.text)
    return .done
}
