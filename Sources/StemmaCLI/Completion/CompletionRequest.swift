import Glibc
import Stemma

/// Answers `stemma __complete -- WORD...`, which the completion scripts of the shells call.
///
/// The words are those after `stemma` up to the cursor, the last one perhaps empty. Prints a candidate a line, with a
/// tab and an explanation where there is one; `:files` or `:directories` when the shell is to look for these.
struct CompletionRequest {
    static let name = "__complete"

    /// One thing that could be typed.
    struct Candidate {
        let text: String
        var meaning = ""
    }

    private let commands: [Command]
    private let environment: Environment

    init(_ commands: [Command], _ environment: Environment) {
        self.commands = commands
        self.environment = environment
    }

    /// Never fails: who presses a key is not to be told of a store that cannot be read.
    func answer(_ words: [String], _ output: Output) throws {
        let words = words.first == "--" ? Array(words.dropFirst()) : words
        let line = PartialLine(words, commands)
        switch line.expected {
        case .files: try output.verbatim(":files\n")
        case .directories: try output.verbatim(":directories\n")
        default: break
        }
        let source = CandidateSource(line, commands, environment)
        for candidate in source.candidates where candidate.text.hasPrefix(line.typed) {
            let text = line.attachedTo + candidate.text
            // A candidate with a line break in it cannot be handed to a shell this way.
            guard !text.contains(where: \.isNewline) else { continue }
            try output.verbatim(candidate.meaning.isEmpty ? "\(text)\n" : "\(text)\t\(candidate.meaning)\n")
        }
    }
}

/// A command line that is being typed: what is known of it, and what is expected where the cursor is.
struct PartialLine {
    private(set) var command: Command?
    /// The word that was typed, where the next one may make a command of both.
    private(set) var family: String?
    private(set) var store: String?
    private(set) var directory: String?
    /// Words that are no options, without the one being typed.
    private(set) var words: [String] = []
    /// Whether an option could stand where the cursor is.
    private(set) var mayBeOption = true
    private(set) var expected: CandidateKind = .commands
    /// The part of the last word that candidates replace, and the part that stays before it.
    private(set) var typed: String
    private(set) var attachedTo = ""

    var options: [Option] {
        (command?.options ?? [CommandLineParser.versionOption]) + CommandLineParser.globalOptions
    }

    init(_ line: [String], _ commands: [Command]) {
        typed = line.last ?? ""
        var awaiting: Option?
        let names = CommandNames(commands: commands)
        for word in line.dropLast() {
            if let option = awaiting {
                take(option, word)
                awaiting = nil
            } else if mayBeOption, word == "--" {
                mayBeOption = false
            } else if mayBeOption, word.hasPrefix("-"), word.count > 1 {
                awaiting = option(word)
            } else if let family, let found = names.command(family, word), found.family != nil {
                command = found
                self.family = nil
            } else if command == nil {
                command = names.command(word, nil)
                family = names.family(word).isEmpty ? nil : word
            } else {
                family = nil
                words.append(word)
            }
        }
        expected = awaiting?.completes ?? kindOfWord
        if awaiting != nil { mayBeOption = false }
        if mayBeOption, typed.hasPrefix("--"), let equals = typed.firstIndex(of: "=") {
            let name = typed[typed.index(typed.startIndex, offsetBy: 2)..<equals]
            expected = options.first { $0.name == name }?.completes ?? .nothing
            attachedTo = String(typed[...equals])
            typed = String(typed[typed.index(after: equals)...])
            mayBeOption = false
        }
    }

    /// The option whose value the next word is; takes note of a value that is attached.
    private mutating func option(_ word: String) -> Option? {
        if word.hasPrefix("--") {
            let parts = word.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let option = options.first(where: { $0.name == parts[0] }), option.value != nil else {
                return nil
            }
            guard parts.count == 2 else { return option }
            take(option, String(parts[1]))
        } else if let letter = word.dropFirst().first,
            let option = options.first(where: { $0.letter == letter }), option.value != nil
        {
            guard word.count > 2 else { return option }
            take(option, String(word.dropFirst(2)))
        }
        return nil
    }

    private mutating func take(_ option: Option, _ value: String) {
        if option.name == "store" { store = value }
        if option.name == "directory" { directory = value }
    }

    /// What the next word that is no option is.
    private var kindOfWord: CandidateKind {
        if let family, command == nil { return .family(family) }
        guard let command else { return .commands }
        var left = words.count
        for positional in command.positionals {
            if left < positional.count.upperBound { return positional.completes }
            left -= positional.count.upperBound
        }
        return .nothing
    }
}
