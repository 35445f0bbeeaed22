import TestSupport
import Testing

@Suite("Quiet")
struct QuietTests {
    @Test("--quiet leaves what a command is for, and takes away what only says that something was done")
    func everyCommand() throws {
        let directory = try TemporaryDirectory()
        let stemma = Program(in: directory.path)
        func quiet(_ words: String..., input: String = "") throws -> [String] {
            let result = try stemma.run(words + ["-q"], bytes: Array(input.utf8))
            #expect(result.status == 0 && result.errors.isEmpty, "\(words): \(result)")
            return result.lines
        }
        // Changes are made in silence; a digest is what save is for.
        #expect(try quiet("init") == [])
        #expect(try quiet("init") == [])
        #expect(try quiet("save", "V", "a=1", "--value", "1").map(\.count) == [64])
        #expect(try quiet("import", "V", "-", input: #"{"version":{"a":2},"value":2}"#) == [])
        #expect(try quiet("load", "V", "a=1", "-o", "copy") == [])
        let status = try quiet("status")
        #expect(
            status.contains("  V  2 added") && !status.contains { $0.hasPrefix("commit it") }, "\(status)")
        #expect(try quiet("commit", "-m", "one") == [])
        #expect(try quiet("commit", "-m", "nothing") == [])
        #expect(try quiet("remove", "V", "a=2", "--dry-run").last == "1 record would be removed")
        #expect(try quiet("remove", "V", "a=2") == [])
        #expect(try quiet("commit", "-m", "two") == [])
        #expect(try quiet("revert", "HEAD") == [])
        #expect(try quiet("gc") == [])
        #expect(try quiet("gc", "--dry-run").last == "nothing to remove")
        #expect(try quiet("fsck", "--deep") == [])
        // Answers are given.
        #expect(try quiet("load", "V", "a=1") == ["1"])
        #expect(try quiet("list").count == 2)
        #expect(try quiet("variables").count == 1)
        #expect(try quiet("show", "V", "a=1").first == "V a=1")
        #expect(try quiet("log").count == 3)
        #expect(try quiet("diff", "HEAD~1", "--summary").first == "1 added, 1 unchanged")
        #expect(try quiet("status").last == "nothing to commit")
        #expect(try !quiet("stats").isEmpty)
        // JSON is for programs, and stays whole.
        #expect(try quiet("commit", "-m", "x", "--json") == [#"{"kind":"summary","committed":false}"#])
    }

    @Test("Errors and findings are never taken away")
    func errors() throws {
        let fixture = try StoreFixture(keys: [])
        #expect(try fixture.stemma("load", "V", "-q").errors.hasPrefix("error: there is no variable 'V'\n"))
        _ = try fixture.stemma.shell("rm results/.gitignore")
        let found = try fixture.stemma("fsck", "-q")
        #expect(found.status == 4)
        #expect(found.lines.first == "settings: .gitignore is missing")
        #expect(!found.output.contains("1 problem in"))
    }
}
