/// Help, made from what the commands declare.
struct HelpText {
    private let commands: [Command]
    private static let width = 79

    init(_ commands: [Command]) { self.commands = commands }

    // MARK: Pages

    /// What `stemma --help` prints.
    var overview: String {
        var text = """
            Stemma keeps the results of computations, and how they were made, as files
            that git versions beside the code.

            usage: stemma [OPTIONS] COMMAND ...

            """
        // One column for the names of all groups.
        let widest = commands.map(\.name.count).max() ?? 0
        for group in Command.groups {
            text +=
                "\n\(group.title)\n"
                + Self.table(group.commands.map { ($0.name, $0.summary) }, atLeast: widest)
        }
        text +=
            "\nmore help: stemma help TOPIC\n"
            + Self.table(HelpTopic.all.map { ($0.name, $0.summary) }, atLeast: widest)
        text += "\noptions, before or after COMMAND\n"
        text += Self.table(
            (CommandLineParser.globalOptions + [CommandLineParser.versionOption]).map(Self.entry))
        text +=
            "\n"
            + Self.wrapped(
                "Branches, remotes, tags and pushing are git's business: use git on the repository as ever."
                    + " stemma help COMMAND says more of a command, with examples.")
        return text
    }

    /// What `stemma help COMMAND` prints.
    func page(of command: Command) -> String {
        var text = "stemma \(command.name) - \(command.summary)\n\n"
        text += Self.wrapped("usage: " + command.synopsis, hanging: 11) + "\n"
        text += command.discussion.map { Self.wrapped($0) }.joined(separator: "\n")
        if !command.positionals.isEmpty {
            text += "\narguments\n" + Self.table(command.positionals.map { ($0.name, $0.help) })
        }
        if !command.options.isEmpty {
            text += "\noptions\n" + Self.table(command.options.map(Self.entry))
        }
        if !command.examples.isEmpty {
            text += "\nexamples\n"
            text += command.examples.map { "  \($0.line)\n" + Self.wrapped($0.meaning, indent: 6) }.joined()
        }
        return text
    }

    /// What `stemma help FAMILY` prints: the commands whose names begin with a word.
    func page(ofFamily family: String) -> String {
        let members = CommandNames(commands: commands).family(family)
        return "stemma \(family) ...\n\n" + Self.table(members.map { ($0.name, $0.summary) })
            + "\nmore help: stemma help \(family) \(members.first?.name.dropFirst(family.count + 1) ?? "")\n"
    }

    func page(of topic: HelpTopic) -> String {
        "\(topic.name) - \(topic.summary)\n\n"
            + topic.paragraphs.map { Self.wrapped($0) }.joined(separator: "\n")
    }

    private static func entry(_ option: Option) -> (String, String) {
        // Long names stand below each other, whether or not there is a short one.
        (option.letter == nil ? "    " + option.synopsis : option.synopsis, option.help)
    }

    // MARK: Layout

    /// Two columns, the second one wrapped.
    static func table(_ rows: [(name: String, meaning: String)], atLeast width: Int = 0) -> String {
        let widest = max(width, min(rows.map(\.name.count).max() ?? 0, 24))
        return rows.map { row in
            let meaning = wrapped(row.meaning, indent: widest + 4)
            if row.name.count > widest { return "  \(row.name)\n" + meaning }
            let padding = String(repeating: " ", count: widest - row.name.count)
            return "  \(row.name)\(padding)  \(meaning.drop(while: { $0 == " " }))"
        }.joined()
    }

    /// The words of a line of usage; what stands in brackets is one.
    private static func groups(_ line: Substring) -> [Substring] {
        var words: [Substring] = []
        var (start, depth) = (line.startIndex, 0)
        for index in line.indices {
            switch line[index] {
            case "[", "(": depth += 1
            case "]", ")": depth -= 1
            case " " where depth <= 0:
                words.append(line[start..<index])
                start = line.index(after: index)
            default: break
            }
        }
        return (words + [line[start...]]).filter { !$0.isEmpty }
    }

    /// Lines of at most 79 columns; a paragraph with line breaks keeps them.
    static func wrapped(_ paragraph: String, indent: Int = 0, hanging: Int = 0) -> String {
        var text = ""
        for source in paragraph.split(separator: "\n", omittingEmptySubsequences: false) {
            // An indented line is an example, not prose.
            if source.hasPrefix("  ") {
                text += source + "\n"
                continue
            }
            var line = String(repeating: " ", count: indent)
            var isEmpty = true
            for word in hanging > 0 ? groups(source) : source.split(separator: " ") {
                if !isEmpty, line.count + 1 + word.count > width {
                    text += line + "\n"
                    line = String(repeating: " ", count: indent + hanging)
                    isEmpty = true
                }
                line += isEmpty ? String(word) : " \(word)"
                isEmpty = false
            }
            text += line + "\n"
        }
        return text
    }
}
