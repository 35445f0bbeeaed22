import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Files beside the store that tell git how to treat it")
struct CompanionFileTests {
    private let attributes = """
        # Written by stemma: what is stored is stored byte for byte.
        *.jsonl -text
        *.json -text
        *.zst -text -diff -merge

        """
    private let ignored = """
        # Written by stemma: derived or transient files, and payloads too large for git.
        /local/
        /large/
        .tmp-*

        """

    private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test("A store made where somebody has such files keeps them byte for byte and adds its lines")
    func keepsOthers() throws {
        let directory = try TemporaryDirectory()
        let git = try Git.initialized(at: directory.file("code"))
        let own = (attributes: "* text=auto\r\n*.png binary\r\n", ignored: "build/\n*.o\n.tmp-*")
        try write(own.attributes, git.directory + "/.gitattributes")
        try write(own.ignored, git.directory + "/.gitignore")
        let made = try Store.create(at: git.directory, keys: [], options: StoreFixture.options)
        #expect(made.isNew)
        #expect(try read(git.directory + "/.gitattributes") == own.attributes + attributes)
        #expect(
            try read(git.directory + "/.gitignore") == own.ignored + "\n"
                + ignored.replacing(".tmp-*\n", with: ""))
        #expect(made.repaired.map(\.file) == [".gitattributes", ".gitignore"])
        #expect(made.repaired.map(\.lines.count) == [3, 2])
        #expect(made.repaired.map(\.isWhole) == [false, false])
        #expect(try made.store.check().findings.isEmpty)
        let attribute = try git("check-attr", "text", "--", "records/Rate/page.jsonl")
        #expect(attribute == "records/Rate/page.jsonl: text: unset")
    }

    @Test("A store in a directory without such files writes them whole")
    func written() throws {
        let fixture = try StoreFixture()
        #expect(try read(fixture.store.path + "/.gitattributes") == attributes)
        #expect(try read(fixture.store.path + "/.gitignore") == ignored)
        let again = try Store.create(at: fixture.store.path, keys: [], options: StoreFixture.options)
        #expect(again.repaired.isEmpty)
        try FileManager.default.removeItem(atPath: fixture.store.path + "/.gitignore")
        let repaired = try Store.create(at: fixture.store.path, keys: [], options: StoreFixture.options)
            .repaired
        #expect(repaired.map(\.file) == [".gitignore"])
        #expect(repaired.map(\.isWhole) == [true])
        #expect(try read(fixture.store.path + "/.gitignore") == ignored)
    }

    @Test("fsck finds fault with lines that lack and not with lines of others")
    func checked() throws {
        let fixture = try StoreFixture()
        let file = fixture.store.path + "/.gitignore"
        try write("*.o\n" + ignored + "!keep.o\n", file)
        #expect(try fixture.store.check().findings.isEmpty)
        try write("*.o\r\n/local/\r\n", file)
        let findings = try fixture.store.check().findings
        #expect(findings.map(\.message) == [".gitignore lacks lines that init writes: /large/, .tmp-*"])
        #expect(try fixture.store.check(repair: true).findings.map(\.isRepaired) == [true])
        #expect(
            try read(file) == "*.o\r\n/local/\r\n" + ignored.replacing("/local/\n", with: ""))
        #expect(try fixture.store.check().findings.isEmpty)
    }

    @Test("A link of that name is named and left alone")
    func link() throws {
        let fixture = try StoreFixture()
        let file = fixture.store.path + "/.gitignore"
        try FileManager.default.removeItem(atPath: file)
        try write("*.o\n", fixture.git.directory + "/shared")
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "../shared")
        #expect(try fixture.store.check(repair: true).findings.map(\.isRepaired) == [false])
        #expect(throws: StemmaError.self) {
            try Store.create(at: fixture.store.path, keys: [], options: StoreFixture.options)
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file) == "../shared")
        #expect(try read(fixture.git.directory + "/shared") == "*.o\n")
    }
}
