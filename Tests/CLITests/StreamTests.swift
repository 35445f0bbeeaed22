import TestSupport
import Testing

@Suite("Standard streams")
struct StreamTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture(keys: ["subject:integer"]) }

    private func shell(_ script: String) throws -> Program.Result { try fixture.stemma.shell(script) }

    @Test("Standard input that is closed is no empty input", arguments: ["save V subject=1 -", "import V -"])
    func closedInput(command: String) throws {
        let before = try fixture.content()
        let result = try shell("stemma \(command) <&-")
        #expect(
            result.description == "exit 1\nerror: cannot read standard input: bad file descriptor\n")
        #expect(try fixture.content() == before)
    }

    @Test(
        "Where the digest cannot be printed it is said that the record was saved",
        arguments: [">&-", ">/dev/full"])
    func lostOutput(redirection: String) throws {
        let result = try shell("stemma save V subject=1 --value 7 \(redirection)")
        #expect(result.status == 1)
        #expect(
            result.errors.hasPrefix(
                "error: the record was saved, but its digest could not be printed: cannot write to standard output: "
            ),
            "\(result)")
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(try fixture.run("load", "V", "subject=1").output == "7\n")
        let again = try shell("stemma save V subject=1 --value 7 --json \(redirection)")
        #expect(again.status == 1)
        #expect(again.errors.hasPrefix("error: the record was in the store already, but it could not be"))
        let commit = try shell("stemma commit -m x \(redirection)")
        #expect(commit.status == 1)
        #expect(commit.errors.contains(" was made, but this could not be printed: "), "\(commit)")
        #expect(try fixture.git("log", "--format=%s") == "x")
    }

    @Test("No file of the store takes the place of a stream that is closed")
    func closedStreams() throws {
        let result = try shell("stemma save V subject=1 --value 7 <&- >&- 2>&-; stemma fsck --deep")
        #expect(result.description == "exit 0\nno damage in 1 record, 0 objects\n")
        // What nobody wants to hear is no reason to fail.
        #expect(try shell("stemma load V subject=1 -o copy 2>&-").status == 0)
    }

    @Test("A reader that goes away ends the program without a word, whether or not a signal does")
    func brokenPipe() throws {
        let many = (1...5000).map { #"{"keys":{"subject":\#($0)},"value":\#($0)}"# }.joined(separator: "\n")
        try fixture.stemma("import", "V", "-", input: many)
        #expect(try shell("stemma list | head -n 1").errors == "")
        let ignored = try shell("(trap '' PIPE; stemma list; echo $? >&2) | head -n 1")
        #expect(ignored.errors == "1\n")
        #expect(ignored.lines.count == 1)
    }
}
