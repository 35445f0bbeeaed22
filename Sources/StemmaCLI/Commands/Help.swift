import Stemma

extension Command {
    static let help = Command(
        name: "help",
        summary: "help on a command or a topic",
        usage: "[COMMAND | TOPIC]",
        positionals: [
            Positional(
                name: "COMMAND", count: 0...2, completes: .commands,
                help: "a command, or one of the topics of stemma --help")
        ],
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
    let second = arguments.words.dropFirst().first
    let names = CommandNames(commands: Command.all)
    let family = names.family(name)
    if let command = names.command(name, second), second == nil || command.family != nil {
        try session.output.verbatim(help.page(of: command))
    } else if !family.isEmpty {
        if let second { throw UsageError.unknownSubcommand(second, of: name, known: family) }
        try session.output.verbatim(help.page(ofFamily: name))
    } else if let second {
        throw UsageError.unexpected(second, of: .help)
    } else if let topic = HelpTopic.all.first(where: { $0.name == name }) {
        try session.output.verbatim(help.page(of: topic))
    } else {
        throw UsageError.unknownTopic(name, known: names.firstWords.map(\.word) + HelpTopic.all.map(\.name))
    }
    return .done
}
