import Stemma
import TestSupport
import Testing

@testable import StemmaCLI

@Suite("Addresses")
struct AddressTests {
    private let keys: KeyDeclarations
    private let reader: AddressReader

    init() throws {
        keys = try KeyDeclarations([
            KeyDeclaration("subject", .integer), KeyDeclaration("session", .string),
            KeyDeclaration("ratio", .number),
        ])
        reader = AddressReader(keys: keys)
    }

    private func address(_ words: String...) throws -> Address {
        try reader.address(words, Arguments()).address
    }

    @Test("A name of a key is a key, any other is a version entry")
    func keysAndVersion() throws {
        let address = try address("V", "subject=1", "low=20", "session=A")
        #expect(address.variable == "V")
        #expect(address.keys == ["subject": 1, "session": "A"])
        #expect(address.version == ["low": 20])
    }

    @Test("A key declared string takes the text as it is typed")
    func stringKeys() throws {
        #expect(try address("V", "session=01").keys == ["session": "01"])
        #expect(try address("V", #"session="A""#).keys == ["session": #""A""#])
        #expect(try address("V", "session=").keys == ["session": ""])
        #expect(try address("V", "session=a=b").keys == ["session": "a=b"])
        #expect(try address("V", "session=null").keys == ["session": "null"])
    }

    @Test(
        "Other values are JSON scalars when they parse as one, otherwise strings",
        arguments: [
            ("20", Scalar.number(20)), ("-2.5e1", .number(-25)), ("1.0", .number(1)), ("true", .bool(true)),
            ("null", .null), ("null!", .string("null!")), (#""20""#, .string("20")), ("01", .string("01")),
            ("", .string("")), ("high pass", .string("high pass")), ("[1]", .string("[1]")),
            ("NaN", .string("NaN")),
            ("2026-11-21", .string("2026-11-21")), ("-0", .number(0)), ("Infinity", .string("Infinity")),
        ])
    func scalars(text: String, value: Scalar) throws {
        #expect(try ScalarReader.read(text) == value)
    }

    @Test(
        "A number that JSON cannot hold is refused, not taken for a string",
        arguments: ["9007199254740993", "1e999", "-1e999"])
    func tooLarge(text: String) {
        #expect(throws: StemmaError.self) { try ScalarReader.read(text) }
    }

    @Test("--version states the whole version, and nothing may stand beside it")
    func wholeVersion() throws {
        var arguments = Arguments()
        try arguments.add(.wholeVersion, value: #"{"low":20}"#)
        let named = try reader.address(["V", "subject=1"], arguments)
        #expect(named.address.version == ["low": 20])
        #expect(named.isWholeVersion)
        #expect(throws: StemmaError.self) { try reader.address(["V", "high=1"], arguments) }
        var wrong = Arguments()
        try wrong.add(.wholeVersion, value: "[1]")
        #expect(throws: StemmaError.self) { try reader.address(["V"], wrong) }
    }

    @Test("A filter may leave the variable out")
    func filters() throws {
        let filter = try reader.filter(["session=A"], Arguments())
        #expect(filter.variable == nil)
        #expect(filter.values.keys == ["session": "A"])
        #expect(try reader.filter(["V"], Arguments()).variable == "V")
        #expect(try reader.filter([String](), Arguments()).isEmpty)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            ["subject=1"], ["V", "x"], ["V", "=1"], ["V", "a=1", "a=1"], ["V", "a/b=1"], ["V", "subject=x"],
        ])
    func refused(words: [String]) {
        #expect(throws: StemmaError.self) { try reader.address(words, Arguments()) }
    }

    @Test("An address that is written can be read again by a shell and by us, whatever is in it")
    func roundTrip() throws {
        let pieces = [
            "A", "01", "1", "'", "\"", " ", "\n", "\t", "\\", "é", "$x", "`", "null", "true", "", "\u{7F}",
            "=", "\u{1}",
        ]
        for seed in UInt64(1)...40 {
            var random = SeededGenerator(seed: seed)
            func text() -> String {
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    pieces.randomElement(using: &random) ?? ""
                }
                .joined()
            }
            let scalars: [Scalar] = [
                .null, .bool(true), .number(-2.5), .number(3), .string(text()), .string(text()),
            ]
            let address = Address(
                variable: "V", keys: ["subject": 7, "session": .string(text())],
                version: ["a": scalars.randomElement(using: &random) ?? .null, "b": .string(text())])
            let line = AddressText(keys).of(address)
            let words = try StockTool.output("bash", "-c", "printf '%s\\0' \(line)")
            let read = String(decoding: words, as: UTF8.self).split(
                separator: "\0", omittingEmptySubsequences: false)
            #expect(
                try reader.address(read.dropLast().map(String.init), Arguments()).address == address,
                "seed \(seed): \(line)")
        }
    }

    @Test("Keys are written in their declared order")
    func order() {
        let address = Address(
            variable: "V", keys: ["session": "A", "subject": 1], version: ["b": 1, "a": 2])
        #expect(AddressText(keys).of(address) == "V subject=1 session=A a=2 b=1")
    }
}
