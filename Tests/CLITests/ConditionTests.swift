import Stemma
import Testing

@testable import StemmaCLI

@Suite("Conditions of --where")
struct ConditionTests {
    private let keys: KeyDeclarations
    private let record: Record

    init() throws {
        keys = try KeyDeclarations([KeyDeclaration("subject", .integer), KeyDeclaration("session", .string)])
        record = Record(
            variable: "V", keys: ["subject": 3, "session": "01"],
            version: ["low": 20, "mode": "high pass", "on": true],
            content: Digest.of([UInt8]()), format: .json, size: 120, value: 2.5)
    }

    @Test(
        "A record matches",
        arguments: [
            "subject=3", "subject = 3", "session=01", #"session = "01""#, "low>=20 and low<21", "low != 19",
            #"mode = "high pass""#, "mode > a", "on = true", "on > false", "value>2 and value <= 2.5",
            "size=120",
            "format = json", "format != npy", "session != 1",
        ])
    func matches(text: String) throws {
        #expect(try Condition(text, keys: keys).matches(record))
    }

    @Test("The schema version is compared by its numbers, and is the legacy one where a line says none")
    func schema() throws {
        let version = try SchemaVersion("0.10.0")
        for text in ["schema = 0.10", "schema > 0.9.0", "schema >= 0.10.0", "schema < 1", "schema != 0.1.0"] {
            #expect(try Condition(text, keys: keys).matches(record, schema: version), "\(text)")
        }
        for text in ["schema = 0.9.0", "schema < 0.9.0", "schema > 1", "schema = x"] {
            #expect(try !Condition(text, keys: keys).matches(record, schema: version), "\(text)")
        }
        let fixture = try StoreFixture(keys: ["subject:integer"])
        try fixture.run("save", "T", "subject=1", "--value", #"{"a":1}"#)
        try fixture.run("commit", "-m", "old")
        try fixture.write(
            "up.json", #"{"from":"0.0.1","to":"0.2.0","up":[{"op":"rename","at":"/a","to":"c"}]}"#)
        try fixture.run("migrate", "T", "--to", "0.2.0", "--with", "up.json", "--lazy")
        try fixture.run("save", "T", "subject=2", "--value", #"{"c":2}"#)
        #expect(try fixture.run("list", "T", "--where", "schema < 0.2.0").output.hasPrefix("T subject=1"))
        #expect(try fixture.run("list", "T", "--where", "schema = 0.2.0").output.hasPrefix("T subject=2"))
    }

    @Test(
        "A record does not match, also where it lacks the name or the types have no order",
        arguments: [
            "subject=4", "session=1", "low < 20", "high = 1", "high != 1", "schema = 1", "schema != 1",
            "mode < 5",
            "mode >= 5", "value = 2", "subject=3 and low=1", "low = \"20\"",
        ])
    func doesNotMatch(text: String) throws {
        #expect(try !Condition(text, keys: keys).matches(record))
    }

    @Test(
        "What is not understood is refused with what is",
        arguments: [
            "", "low", "low =", "low == 20", "low = 20 or low = 30", "low = 20 and", "(low = 20)", "= 20",
            "low ~ 2",
            "mode = \"high", "low = 20 high = 30", "low is 20",
        ])
    func refused(text: String) {
        do {
            _ = try Condition(text, keys: keys)
            Issue.record("'\(text)' was understood")
        } catch let error as StemmaError {
            #expect(error.code == .usage)
            #expect(error.hint?.contains("NAME OP VALUE, joined by 'and'") == true)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("Names that can only be version entries are known, so that a slip can be told")
    func versionNames() throws {
        #expect(
            try Condition("subject=1 and low=2 and size<9 and value=1", keys: keys).versionNames == ["low"])
    }
}
