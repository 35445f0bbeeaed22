import Foundation
import TestSupport
import Testing

@testable import StemmaCLI

@Suite("Help")
struct HelpTests {
    private let stemma = Program(in: "/")

    @Test("Docs/Commands.md is what the help says; STEMMA_UPDATE_SNAPSHOTS=1 writes it anew")
    func manual() throws {
        var text = """
            # The commands

            What `stemma help` says, page by page. A test keeps this file equal to it.

            """
        func add(_ title: String, _ arguments: String...) throws {
            text += "\n## \(title)\n\n```text\n\(try stemma.run(arguments, bytes: []).output)```\n"
        }
        try add("stemma", "--help")
        for command in Command.all { try add("stemma \(command.name)", "help", command.name) }
        for topic in HelpTopic.all { try add("Topic: \(topic.name)", "help", topic.name) }
        let manual = Repository.file("Docs/Commands.md")
        if ProcessInfo.processInfo.environment["STEMMA_UPDATE_SNAPSHOTS"] == "1" {
            try Data(text.utf8).write(to: manual)
        }
        #expect(try String(contentsOf: manual, encoding: .utf8) == text)
    }

    @Test("No line of help is wider than a terminal, and every option of a command stands in it")
    func width() {
        let help = HelpText(Command.all)
        for page in [help.overview] + Command.all.map(help.page) + HelpTopic.all.map(help.page) {
            for line in page.split(separator: "\n") { #expect(line.count <= 79, "\(line)") }
            #expect(page.hasSuffix("\n") && !page.hasSuffix("\n\n"))
        }
        for command in Command.all {
            for option in command.options { #expect(help.page(of: command).contains("--\(option.name)")) }
        }
    }

    @Test("stemma COMMAND --help and stemma help COMMAND are the same, and need no store")
    func twoWays() throws {
        for command in Command.all {
            let (first, second) = (try stemma(command.name, "--help"), try stemma("help", command.name))
            #expect(first.output == second.output)
            #expect(first.status == 0 && first.errors.isEmpty)
        }
    }

    @Test("Without a command the exit code is that of wrong usage, with --help it is not")
    func noCommand() throws {
        #expect(try stemma().status == 2)
        #expect(try stemma("-h").status == 0)
        #expect(try stemma("help").output == stemma("--help").output)
        #expect(
            try stemma("help", "lsit").errors
                == "error: there is no help on 'lsit'\nhint: did you mean 'list'?\n")
    }

    @Test("--version names the release and the store format")
    func version() throws {
        #expect(try stemma("--version").output == "stemma 0.1.0 (store format 1)\n")
        #expect(
            try stemma("--version", "--json").output == #"{"kind":"summary","format":1,"version":"0.1.0"}"#
                + "\n")
    }

    @Test("The examples of help are command lines that are understood")
    func examples() throws {
        for example in Command.all.flatMap(\.examples) {
            // A shell takes the line apart and hands the words of the last `stemma` to a function that prints them.
            let script = """
                stemma() { printf '%s\\0' "$@" > "$0.words"; }
                jq() { :; }; gzip() { :; }; tail() { :; }; source() { :; }
                \(example.line.replacing(#/ > \S+/#, with: ""))
                """
            let scratch = try TemporaryDirectory()
            _ = try StockTool.output("bash", "-c", script, scratch.file("example"))
            let words = try Data(contentsOf: URL(fileURLWithPath: scratch.file("example.words")))
            let line = String(decoding: words, as: UTF8.self).split(separator: "\0").map(String.init)
            #expect(throws: Never.self, "\(example.line)") {
                try CommandLineParser(commands: Command.all).parse(line)
            }
        }
    }
}

/// The repository that the tests were built from.
enum Repository {
    static func file(_ path: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(path)
    }
}
