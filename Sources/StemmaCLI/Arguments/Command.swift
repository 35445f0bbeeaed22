/// One command of `stemma`, declared: what it takes, what help says of it, and what it does.
struct Command: Sendable {
    /// A line somebody could type, and what it does.
    struct Example: Sendable {
        let line: String
        let meaning: String

        init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    /// One word, or two: `schema set` is one of the family `schema`.
    let name: String
    /// One line, without a full stop.
    let summary: String
    /// What follows the name in the line of usage; made from the arguments where it is not said.
    var usage: String?
    var positionals: [Positional] = []
    var options: [Option] = []
    /// Options of which one may be given at most.
    var exclusive: [[String]] = []
    /// Paragraphs that teach what the command is for.
    let discussion: [String]
    let examples: [Example]
    /// Whether its own options ask for what `--json` asks for.
    var printsJSON: @Sendable (Arguments) -> Bool = { _ in false }
    let run: @Sendable (Arguments, Session) throws -> ExitCode

    /// The first word of a name of two; `nil` for one of one word.
    var family: String? { name.firstIndex(of: " ").map { String(name[..<$0]) } }

    var synopsis: String {
        let shown =
            usage
            ?? (positionals.map(\.synopsis) + (options.isEmpty ? [] : ["[OPTIONS]"])).joined(separator: " ")
        return shown.isEmpty ? "stemma \(name)" : "stemma \(name) \(shown)"
    }
}
