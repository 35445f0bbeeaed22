import Stemma

extension Command {
    static let help = Command(
        name: "help",
        summary: "help on a command or a topic",
        usage: "[COMMAND | TOPIC]",
        positionals: [.optional("COMMAND", .commands, "a command, or one of the topics of stemma --help")],
        discussion: ["Prints what the program can do, or all about one command."],
        examples: [Example("stemma help save", "the same as stemma save --help")],
        run: showHelp)
}

@Sendable private func showHelp(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let help = HelpText(Command.all)
    guard let name = arguments.words.first else {
        try session.output.verbatim(help.overview)
        return .done
    }
    if let command = Command.all.first(where: { $0.name == name }) {
        try session.output.verbatim(help.page(of: command))
    } else if let topic = HelpTopic.all.first(where: { $0.name == name }) {
        try session.output.verbatim(help.page(of: topic))
    } else {
        throw UsageError.unknownTopic(name, known: Command.all.map(\.name) + HelpTopic.all.map(\.name))
    }
    return .done
}
