/// Finds commands by the words of their names.
struct CommandNames {
    let commands: [Command]

    /// The commands whose names begin with this word and have a second one.
    func family(_ word: String) -> [Command] { commands.filter { $0.family == word } }

    /// The command of these words; a name of two words goes before one of one.
    func command(_ first: String, _ second: String?) -> Command? {
        if let second, let command = commands.first(where: { $0.name == "\(first) \(second)" }) {
            return command
        }
        return commands.first { $0.name == first }
    }

    /// The words that a command line can begin with, in the order of help, with what they mean.
    var firstWords: [(word: String, meaning: String)] {
        var seen: Set<String> = []
        return commands.compactMap { command in
            let word = command.family ?? command.name
            guard seen.insert(word).inserted else { return nil }
            let others = family(word).compactMap { $0.name.split(separator: " ").last.map(String.init) }
            let alone = commands.first { $0.name == word }
            return (word, alone?.summary ?? others.joined(separator: ", "))
        }
    }
}
