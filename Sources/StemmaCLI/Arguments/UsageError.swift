import Stemma

extension StemmaError.Code {
    /// The command line itself is wrong; nothing was looked at.
    static let usage = Self("usage")
}

/// Every error that is the command line's own fault, made in one place.
enum UsageError {
    static func make(_ message: String, hint: String? = nil) -> StemmaError {
        StemmaError(.usage, message, hint: hint)
    }

    static func noCommand() -> StemmaError { make("no command is given", hint: "stemma --help lists them") }

    static func notUTF8(_ index: Int) -> StemmaError { make("argument \(index) is not valid UTF-8") }

    static func unknownCommand(_ name: String, known: [String]) -> StemmaError {
        make(
            "there is no command '\(Shell.visible(name))'",
            hint: Spelling.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
                ?? "stemma --help lists the commands")
    }

    static func unknownSubcommand(_ word: String?, of family: String, known: [Command]) -> StemmaError {
        let names = known.map { String($0.name.dropFirst(family.count + 1)) }
        guard let word else {
            return make(
                "it is not said what to do: stemma \(family) \(names.joined(separator: " | "))",
                hint: "stemma help \(family) says what each does")
        }
        return make(
            "there is no command '\(family) \(Shell.visible(word))'",
            hint: Spelling.nearest(to: word, among: names).map { "did you mean '\(family) \($0)'?" }
                ?? "there are: \(names.map { "\(family) \($0)" }.joined(separator: ", "))")
    }

    static func unknownTopic(_ name: String, known: [String]) -> StemmaError {
        make(
            "there is no help on '\(Shell.visible(name))'",
            hint: Spelling.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
                ?? "stemma --help lists commands and topics")
    }

    static func unknownOption(_ name: String, known: [Option]) -> StemmaError {
        let names = known.map { "--\($0.name)" }
        let nearest = name.hasPrefix("--") ? Spelling.nearest(to: name, among: names) : nil
        return make(
            "unknown option '\(Shell.visible(name))'",
            hint: nearest.map { "did you mean '\($0)'?" }
                ?? "add --help to see the options; after -- words are never options")
    }

    static func takesNoValue(_ option: Option, _ value: String) -> StemmaError {
        make("--\(option.name) takes no value, but '\(Shell.visible(value))' is given")
    }

    static func missingValue(_ option: Option) -> StemmaError {
        make("--\(option.name) needs a value: \(option.synopsis)")
    }

    static func givenTwice(_ option: Option) -> StemmaError { make("--\(option.name) is given twice") }

    static func notACount(_ text: String, option: String, least: Int) -> StemmaError {
        make("--\(option) takes a whole number from \(least) up, not '\(Shell.visible(text))'")
    }

    static func noFile(_ option: String) -> StemmaError {
        make("--\(option) takes the name of a file, not ''")
    }

    static func notSeconds(_ text: String, option: String) -> StemmaError {
        make("--\(option) takes a number of seconds from 0 up, not '\(Shell.visible(text))'")
    }

    static func exclusive(_ names: [String]) -> StemmaError {
        make(
            "\(names.map { "--\($0)" }.joined(separator: " and ")) exclude each other",
            hint: "give one of them")
    }

    static func standsAlone(_ option: String, _ word: String) -> StemmaError {
        make("--\(option) stands alone, but '\(Shell.visible(word))' is given too")
    }

    static func missing(_ positional: Positional, of command: Command) -> StemmaError {
        make("\(positional.name) is missing", hint: "usage: \(command.synopsis)")
    }

    static func unexpected(_ word: String, of command: Command) -> StemmaError {
        make("unexpected argument '\(Shell.visible(word))'", hint: "usage: \(command.synopsis)")
    }
}
