import Foundation
import TestSupport
import Testing

@testable import StemmaCLI

@Suite("Hints")
struct HintTests {
    /// The lines of the library's sources that are no comments.
    private static func library() throws -> [(file: String, line: String)] {
        try ["Blobs", "Records", "Lineage", "History", "Catalog", "Evolution", "Stemma"].flatMap { target in
            let folder = Repository.file("Sources/\(target)")
            let files =
                FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            return try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
                try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
                    .split(separator: "\n").map(String.init)
                    .filter { $0.firstMatch(of: /^\s*\/\//) == nil }.map { (file, $0) }
            }
        }
    }

    @Test("The library's errors speak of the library, never of options and commands")
    func neutral() throws {
        let lines = try Self.library()
        #expect(lines.count > 5000)
        for (file, line) in lines where !line.contains("git ") {
            #expect(line.firstMatch(of: /"[^"]*(--[a-z]|\bstemma [a-z]+ )/) == nil, "\(file): \(line)")
        }
    }

    @Test("Every name of the library in a hint has a word of the command line, and every word a name")
    func complete() throws {
        var names: Set<String> = []
        for (_, line) in try Self.library() where line.contains("\"") && !line.contains("\\(`") {
            for name in line.matches(of: /`([^`]+)`/) { names.insert(String(name.1)) }
        }
        #expect(names.symmetricDifference(Hint.words.keys).isEmpty)
    }

    @Test("Names in backquotes are replaced, other backquotes are left alone")
    func translation() {
        #expect(Hint.translated("commit first: `Store.commit`") == "commit first: stemma commit -m TEXT")
        #expect(Hint.translated("`a` and `mainline: 1`") == "`a` and -m 1")
        #expect(Hint.translated("an odd ` alone") == "an odd ` alone")
    }

    @Test("The command line hints at its own commands and options, in text, JSON, fsck and import")
    func commandLine() throws {
        let fixture = try StoreFixture()
        func hint(_ words: String..., input: String = "") throws -> String? {
            let result = try fixture.stemma.run(words, bytes: Array(input.utf8))
            #expect(!(result.output + result.errors).contains("`"), "\(result)")
            return (result.errors + result.output).firstMatch(of: /hint(?:: |":")(.*?)(?:\n|")/).map {
                String($0.1)
            }
        }
        #expect(try hint("-C", "/", "list") == "make one with: stemma init")
        #expect(
            try hint("import", "V", "-", input: #"{"value":1}"#)
                == "nothing was imported; this store's keys are: subject, session; --force saves it without any"
        )
        try fixture.run("save", "V", "subject=1", "session=A", "--value", "1")
        try fixture.run("save", "V", "subject=1", "session=A", "low=2", "--value", "1")
        #expect(
            try hint("show", "V", "subject=1", "session=A", "--json")
                == "name version entries until one is left, or --version '{}' for the one without any")
        #expect(try hint("revert", "HEAD") == "commit them first: stemma commit -m TEXT")
        try fixture.run("commit", "-m", "first")
        #expect(try hint("revert", "HEAD", "-m", "2") == "leave out -m")
        _ = try fixture.stemma.shell("rm results/.gitignore")
        #expect(try fixture.stemma("fsck").output.contains("\n    stemma fsck --repair writes it anew\n"))
    }
}
