import Stemma
import Testing

@testable import StemmaCLI

@Suite("Parsing the command line")
struct CommandLineParserTests {
    private static let command = Command(
        name: "frob", summary: "frob things",
        positionals: [.one("THING", .nothing, "a thing"), .any("MORE", .nothing, "more of it")],
        options: [
            .taking("FILE", "output", letter: "o", "a file"),
            .taking("N", "number", letter: "n", repeats: true, "a number"),
            .flag("fast", letter: "f", "fast"), .flag("slow", "slow"),
        ],
        exclusive: [["fast", "slow"]], discussion: [], examples: [], run: { _, _ in .done })

    private func parse(_ words: [String]) throws -> Arguments {
        guard case .run(_, let arguments) = try CommandLineParser(commands: [Self.command]).parse(words)
        else {
            throw StemmaError(.unexpected, "not a command")
        }
        return arguments
    }

    private func parse(_ words: String...) throws -> Arguments { try parse(words) }

    private func message(_ words: String...) -> String {
        do {
            _ = try CommandLineParser(commands: [Self.command]).parse(words)
            return "no error"
        } catch let error as StemmaError {
            return error.code == .usage ? error.description : "not a usage error: \(error)"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "A value may follow its option, be attached to it, or stand after =",
        arguments: [["-o", "F"], ["-oF"], ["--output", "F"], ["--output=F"], ["-foF"], ["-fo", "F"]])
    func values(words: [String]) throws {
        let arguments = try parse(["frob", "x"] + words)
        #expect(arguments.value("output") == "F")
        #expect(arguments.words == ["x"])
    }

    @Test("A value may begin with a dash, hold an equals sign, or be empty")
    func oddValues() throws {
        #expect(try parse("frob", "x", "-o", "-5").value("output") == "-5")
        #expect(try parse("frob", "x", "--output=a=b").value("output") == "a=b")
        #expect(try parse("frob", "x", "--output=").value("output") == "")
        #expect(try parse("frob", "x", "--output", "--").value("output") == "--")
    }

    @Test("Options and words may be mixed, and - is a word")
    func mixed() throws {
        let arguments = try parse("frob", "--fast", "x", "-n", "1", "-", "-n2")
        #expect(arguments.words == ["x", "-"])
        #expect(arguments.values("number") == ["1", "2"])
        #expect(arguments.has("fast"))
    }

    @Test("Global options stand before or after the command")
    func globalOptions() throws {
        for arguments in [
            try parse("--json", "-C", "d", "frob", "x"), try parse("frob", "x", "--json", "-Cd"),
        ] {
            #expect(arguments.has("json"))
            #expect(arguments.value("directory") == "d")
        }
    }

    @Test("After -- nothing is an option, and it is remembered where it stood")
    func separator() throws {
        let arguments = try parse("frob", "x", "--", "--fast", "--")
        #expect(arguments.words == ["x", "--fast", "--"])
        #expect(Array(arguments.wordsBeforeSeparator) == ["x"])
        #expect(Array(arguments.wordsAfterSeparator) == ["--fast", "--"])
        #expect(try parse("frob", "x").wordsAfterSeparator.isEmpty)
    }

    @Test("--version is a flag before the command only")
    func version() throws {
        guard case .version = try CommandLineParser(commands: [Self.command]).parse(["--version"]) else {
            Issue.record("--version is not understood")
            return
        }
        #expect(message("frob", "x", "--version").contains("unknown option '--version'"))
    }

    @Test("What is wrong is said with the nearest thing that is right")
    func errors() {
        #expect(message("frobb") == "there is no command 'frobb' (did you mean 'frob'?)")
        #expect(message("frob", "x", "--outptu") == "unknown option '--outptu' (did you mean '--output'?)")
        #expect(message("frob", "x", "-z").hasPrefix("unknown option '-z'"))
        #expect(message("frob") == "THING is missing (usage: stemma frob THING [MORE ...] [OPTIONS])")
        #expect(message("frob", "x", "-o") == "--output needs a value: -o, --output FILE")
        #expect(message("frob", "x", "--fast=1") == "--fast takes no value, but '1' is given")
        #expect(message("frob", "x", "-o1", "-o2") == "--output is given twice")
        #expect(message("frob", "x", "--fast", "--slow").hasPrefix("--fast and --slow exclude each other"))
        #expect(message() == "no command is given (stemma --help lists them)")
    }

    @Test("A word too many is refused by name")
    func tooMany() {
        let narrow = Command(
            name: "one", summary: "", positionals: [.optional("A", .nothing, "")], discussion: [],
            examples: [],
            run: { _, _ in .done })
        #expect(throws: StemmaError.self) {
            try CommandLineParser(commands: [narrow]).parse(["one", "a", "b"])
        }
    }

    @Test("Control characters of what was typed do not reach the terminal")
    func controlCharacters() {
        #expect(
            message("fr\u{1B}[31mob")
                == "there is no command 'fr\\u{1b}[31mob' (stemma --help lists the commands)")
    }

    @Test("Every command's own declaration is consistent")
    func declarations() {
        for command in Command.all {
            let options = command.options + CommandLineParser.globalOptions
            let (names, letters) = (options.map(\.name), options.compactMap(\.letter))
            #expect(Set(names).count == names.count, "\(command.name) declares an option twice")
            #expect(Set(letters).count == letters.count, "\(command.name) declares a letter twice")
            #expect(
                command.exclusive.joined().allSatisfy(names.contains),
                "\(command.name) excludes what is not there")
            #expect(!command.summary.isEmpty && !command.discussion.isEmpty && !command.examples.isEmpty)
            #expect(!command.summary.hasSuffix("."))
        }
    }
}
