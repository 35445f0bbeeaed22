import StemmaBlobs
import TestSupport
import Testing

@Suite("Lists in the options of stemma run")
struct RunListTests {
    private let fixture: StoreFixture

    /// Has the sessions `A,B`, `"A"` (with its quotes), A, B, one of odd characters, and one with a version.
    init() throws {
        fixture = try StoreFixture()
        let rows = [
            #"{"keys":{"subject":1,"session":"A,B"},"value":"comma"}"#,
            #"{"keys":{"subject":1,"session":"\"A\""},"value":"quotes"}"#,
            #"{"keys":{"subject":1,"session":"A"},"value":"first"}"#,
            #"{"keys":{"subject":1,"session":"B"},"value":"second"}"#,
            #"{"keys":{"subject":1,"session":"\\\",\""},"value":"odd"}"#,
            #"{"keys":{"subject":1,"session":"C"},"version":{"mode":"A,B"},"value":"version"}"#,
        ]
        let made = try fixture.stemma("import", "Raw", "-", input: rows.joined(separator: "\n"))
        guard made.status == 0 else { throw StemmaError(.system, "\(made)") }
    }

    /// Copies an input to O, and gives the records of O that there are then.
    private func copies(_ options: String, of input: String = "x=Raw") throws -> [String] {
        _ = try fixture.stemma("remove", "O", "--all")
        let result = try fixture.stemma.shell(
            "stemma run copy -i '\(input)' -o O=o.json --for subject=1 \(options) -- cp {x} {O}")
        #expect(result.status == 0, "\(result)")
        return try fixture.run("list", "O").lines.compactMap {
            $0.firstMatch(of: #/^O subject=1 ?(.*?)  /#).map { String($0.1) }
        }
    }

    private func copy() throws -> String { try fixture.run("load", "O", "subject=1").output }

    @Test("Commas are between values; a comma in double quotes is in one, and other quotes are a part of it")
    func keys() throws {
        #expect(try copies("--for session=A,B") == ["session=A", "session=B"])
        #expect(
            try copies(#"--for 'session="A,B","A",B'"#) == [#"session='"A"'"#, "session=A,B", "session=B"])
        #expect(try copies(#"--for 'session="\\\",\""'"#) == [#"session='\","'"#])
    }

    @Test("A quote inside of a value, or one that is not closed, is a character like another")
    func strayQuotes() throws {
        for (session, text) in [(#"5""#, "five"), (#"6""#, "six"), (#""7"#, "seven")] {
            try fixture.run("save", "Raw", "subject=1", "session=\(session)", "--value", "\"\(text)\"")
        }
        #expect(try copies(#"--for 'session=5",6","7'"#).count == 3)
    }

    @Test("What names an input twice is refused")
    func twice() throws {
        let result = try fixture.stemma.shell(
            "stemma run copy -i 'x=Raw@session=A,session=B' -o O=o.json --for subject=1 -- cp {x} {O}")
        #expect(result.status == 2 && result.errors.contains("session"), "\(result)")
    }

    @Test("The same holds of the keys and version entries of an input")
    func inputs() throws {
        _ = try copies("", of: #"x=Raw@session="A,B""#)
        #expect(try copy() == "\"comma\"\n")
        _ = try copies("", of: #"x=Raw@session="A""#)
        #expect(try copy() == "\"quotes\"\n")
        _ = try copies("", of: #"x=Raw@session=C,mode="A,B""#)
        #expect(try copy() == "\"version\"\n")
    }
}
