import TestSupport
import Testing

@Suite("Listing, filtering, removing")
struct ListTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        let lines = (1...3).flatMap { subject in
            ["A", "B"].flatMap { session in
                [5, 25].map { window in
                    #"{"keys":{"subject":\#(subject),"session":"\#(session)"},"version":{"window":\#(window)},"value":\#(subject * window)}"#
                }
            }
        }
        guard try fixture.stemma("import", "Mean", "-", input: lines.joined(separator: "\n")).status == 0
        else {
            Issue.record("the import failed")
            return
        }
        try fixture.run("save", "Raw", "subject=1", "session=A", "--value", "[1]")
    }

    private func count(_ arguments: String...) throws -> Int {
        let result = try fixture.stemma.run(["list"] + arguments, bytes: [])
        #expect(result.status == 0, "\(result)")
        return result.lines.count
    }

    @Test("A filter finds everything that has the values named")
    func filters() throws {
        #expect(try count() == 13)
        #expect(try count("Mean") == 12)
        #expect(try count("Mean", "subject=1") == 4)
        #expect(try count("subject=1") == 5)
        #expect(try count("window=5") == 6)
        #expect(try count("Mean", "session=B", "window=25") == 3)
        #expect(try count("Mean", "session=C") == 0)
        #expect(try count("--limit", "4") == 4)
        #expect(try count("--limit", "0") == 0)
    }

    @Test("--version states the whole version, and {} is none of the others")
    func wholeVersion() throws {
        #expect(try count("--version", "{}") == 1)
        #expect(try count("Mean", "--version", #"{"window":5}"#) == 6)
        #expect(try count("Mean", "--version", "{}") == 0)
    }

    @Test("--where compares keys, version entries and values")
    func conditions() throws {
        #expect(try count("--where", "value >= 50") == 4)
        #expect(try count("Mean", "--where", "subject > 1 and session = A and window != 5") == 2)
        #expect(try count("--where", "format = json and size > 3") == 1)
    }

    @Test("Records come in the order of the declared keys")
    func order() throws {
        let lines = try fixture.run("list", "Mean", "--where", "window = 5").lines
        #expect(
            lines.map { String($0.prefix(24)) } == [
                "Mean subject=1 session=A", "Mean subject=1 session=B", "Mean subject=2 session=A",
                "Mean subject=2 session=B", "Mean subject=3 session=A", "Mean subject=3 session=B",
            ])
    }

    @Test("What a list prints can be typed: every address names its record")
    func addresses() throws {
        for line in try fixture.run("list").lines {
            let address = try #require(line.split(separator: "  ").first)
            #expect(try fixture.stemma.shell("stemma load \(address)").status == 0)
        }
    }

    @Test("A removal takes what the filter names, and no more; it needs a filter or --all")
    func removal() throws {
        #expect(
            try fixture.run("remove", "Mean", "window=5", "--dry-run").lines.last
                == "6 records would be removed")
        #expect(try count() == 13)
        #expect(try fixture.run("remove", "Mean", "window=5").output == "removed 6 records\n")
        #expect(try count("Mean") == 6)
        #expect(try fixture.stemma("remove").status == 2)
        #expect(
            try fixture.run("remove", "--all", "--json").output == "{\"kind\":\"summary\",\"removed\":7}\n")
        #expect(try fixture.run("list", "--json").output.isEmpty)
    }
}
