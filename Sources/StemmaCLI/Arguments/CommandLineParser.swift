/// Takes a command line apart: global options, the command, its options and words.
struct CommandLineParser {
    let commands: [Command]

    /// What somebody asked for.
    enum Request {
        case run(Command, Arguments)
        case help(Command?, Arguments)
        /// Help on the commands whose names begin with a word.
        case familyHelp(String, Arguments)
        case version(Arguments)
    }

    /// Options that may stand before or after the command.
    static let globalOptions: [Option] = [
        .taking("DIR", "directory", letter: "C", completes: .directories, "run as if started in DIR"),
        .taking(
            "DIR", "store", completes: .directories, "the store (default: $STEMMA_STORE, or the nearest one)"),
        .flag("json", "print JSON Lines, one object a line (see Docs/Output.md)"),
        .flag("quiet", letter: "q", "only results and errors"),
        .taking(
            "SECONDS", "wait", "how long to wait for another process that changes the store (default: 10)"),
        .flag("help", letter: "h", "help, also for one command"),
    ]
    static let versionOption = Option.flag("version", "the release and the store format")

    /// Throws a usage error for what cannot be understood, with the nearest thing that can.
    func parse(_ line: [String]) throws -> Request {
        var arguments = Arguments()
        var scanner = Scanner(line)
        // Only before the command: after it, `--version JSON` states the version of a record.
        var wantsVersion = false
        while let word = scanner.peek, word.count > 1, word.hasPrefix("-") {
            if word == "--version" {
                wantsVersion = true
                scanner.skip()
            } else {
                try scanner.takeOption(from: Self.globalOptions + [Self.versionOption], into: &arguments)
            }
        }
        if wantsVersion { return .version(arguments) }
        guard let name = scanner.next() else {
            if arguments.has("help") { return .help(nil, arguments) }
            throw UsageError.noCommand()
        }
        guard let command = try command(name, &scanner, &arguments) else {
            return .familyHelp(name, arguments)
        }
        let options = command.options + Self.globalOptions
        while let word = scanner.peek {
            if word == "--" {
                scanner.skip()
                arguments.separator = arguments.words.count
                arguments.words += scanner.rest()
            } else if word.count > 1, word.hasPrefix("-") {
                try scanner.takeOption(from: options, into: &arguments)
            } else {
                scanner.skip()
                arguments.words.append(word)
            }
        }
        if arguments.has("help") { return .help(command, arguments) }
        try check(arguments, of: command)
        return .run(command, arguments)
    }

    /// The command that a word begins; `nil` where help is asked for on all that it begins.
    private func command(
        _ name: String, _ scanner: inout Scanner, _ arguments: inout Arguments
    ) throws -> Command? {
        let names = CommandNames(commands: commands)
        let family = names.family(name)
        guard !family.isEmpty else {
            guard let command = names.command(name, nil) else {
                throw UsageError.unknownCommand(name, known: names.firstWords.map(\.word))
            }
            return command
        }
        // A word alone that is a command too, such as `migrate`, has options of its own.
        let isCommandToo = names.command(name, nil) != nil
        while !isCommandToo, let word = scanner.peek, word.count > 1, word.hasPrefix("-"), word != "--" {
            try scanner.takeOption(from: Self.globalOptions, into: &arguments)
        }
        let second = scanner.peek
        guard let command = names.command(name, second) else {
            if arguments.has("help") { return nil }
            throw UsageError.unknownSubcommand(second, of: name, known: family)
        }
        if command.family != nil { scanner.skip() }
        return command
    }

    private func check(_ arguments: Arguments, of command: Command) throws {
        for names in command.exclusive {
            let given = names.filter(arguments.has)
            if given.count > 1 { throw UsageError.exclusive(given) }
        }
        var left = arguments.words.count
        for positional in command.positionals {
            guard left >= positional.count.lowerBound else {
                throw UsageError.missing(positional, of: command)
            }
            left -= min(left, positional.count.upperBound)
        }
        if left > 0 {
            throw UsageError.unexpected(arguments.words[arguments.words.count - left], of: command)
        }
    }
}

/// Walks over the words of a command line.
private struct Scanner {
    private let words: [String]
    private var position = 0

    init(_ words: [String]) { self.words = words }

    var peek: String? { position < words.count ? words[position] : nil }

    mutating func skip() { position += 1 }

    mutating func next() -> String? {
        defer { position += 1 }
        return peek
    }

    mutating func rest() -> ArraySlice<String> {
        defer { position = words.count }
        return words[position...]
    }

    /// Takes the word that is next, and the one after it where that is its value.
    mutating func takeOption(from known: [Option], into arguments: inout Arguments) throws {
        guard let word = next() else { return }
        if word.hasPrefix("--") {
            try takeLong(word, known, &arguments)
        } else {
            try takeShort(word, known, &arguments)
        }
    }

    private mutating func takeLong(_ word: String, _ known: [Option], _ arguments: inout Arguments) throws {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        guard let option = known.first(where: { $0.name == name }) else {
            throw UsageError.unknownOption("--\(name)", known: known)
        }
        let attached = parts.count == 2 ? String(parts[1]) : nil
        if option.value == nil {
            if let attached { throw UsageError.takesNoValue(option, attached) }
            try arguments.add(option, value: nil)
        } else {
            guard let value = attached ?? next() else { throw UsageError.missingValue(option) }
            try arguments.add(option, value: value)
        }
    }

    /// `-qoFILE` is `-q -o FILE`: the first letter that takes a value takes the rest of the word.
    private mutating func takeShort(_ word: String, _ known: [Option], _ arguments: inout Arguments) throws {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = known.first(where: { $0.letter == letter }) else {
                throw UsageError.unknownOption("-\(letter)", known: known)
            }
            if option.value == nil {
                try arguments.add(option, value: nil)
            } else {
                guard let value = letters.isEmpty ? next() : String(letters) else {
                    throw UsageError.missingValue(option)
                }
                try arguments.add(option, value: value)
                letters = ""
            }
        }
    }
}
