import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("Record lines")
struct RecordLineTests {
    private static let names = ["a", "B", "_x", "low", "high.cut", "Z-9", "window"]
    private static let strings = [
        "", "A", "01", "naïve", "e\u{301}", "\u{e9}", "\u{1F600}", "tab\t\"quote\"", "\u{0}", "\u{FFFF}",
    ]

    static func scalar(_ random: inout SeededGenerator) -> Scalar {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .number(Double(Int.random(in: -1000...1000, using: &random)))
        case 3: .number(Double.random(in: -1e6...1e6, using: &random))
        default: .string(strings.randomElement(using: &random) ?? "")
        }
    }

    static func record(_ random: inout SeededGenerator) -> Record {
        func values() -> NamedValues {
            var values = NamedValues()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                values[names.randomElement(using: &random) ?? "a"] = scalar(&random)
            }
            return values
        }
        let coin = { (random: inout SeededGenerator) in Bool.random(using: &random) }
        var record = Record(
            variable: "V", keys: values(), version: values(), content: Digest.of(random.bytes(8)),
            format: .npy,
            size: Int.random(in: 0...1_000_000, using: &random))
        if coin(&random) {
            record.lineage = Digest.of(random.bytes(8))
            record.output = Int.random(in: 0...3, using: &random)
        }
        if coin(&random) { record.schema = "0.2.0" }
        if coin(&random) { record.migratedFrom = ["0.1.0", "0.0.1"] }
        if coin(&random) {
            record.standsFor = (0...Int.random(in: 0...2, using: &random)).map { _ in
                Digest.of(random.bytes(8))
            }
        }
        if coin(&random) { record.value = scalar(&random).json }
        return record
    }

    @Test("Parse and print are inverse, and what is printed is canonical", arguments: 0..<200)
    func inverse(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let record = Self.record(&random)
        let line = record.line
        #expect(try line.withUnsafeBytes { try Record(line: $0, variable: "V") } == record, "seed \(seed)")
        #expect(line.withUnsafeBytes { isCanonicalJSON($0) }, "seed \(seed)")
    }

    @Test(
        "A line that is no record says what is wrong",
        arguments: [
            ("[]", "not a JSON object"), ("{}", "is missing"),
            (
                #"{"content":"12","format":"json","keys":{},"size":1,"version":{}}"#,
                "'content' is not a SHA-256"
            ),
            (
                #"{"content":"H","format":"json","keys":{"a":[1]},"size":1,"version":{}}"#,
                "'a' in 'keys' is not a scalar"
            ),
            (#"{"content":"H","format":"json","keys":{"a/b":1},"size":1,"version":{}}"#, "not a valid name"),
            (#"{"content":"H","format":"json","keys":{},"size":-1,"version":{}}"#, "'size' is not a count"),
            (#"{"content":"H","format":"json","keys":{},"size":1.5,"version":{}}"#, "'size' is not a count"),
            (
                #"{"content":"H","extra":1,"format":"json","keys":{},"size":1,"version":{}}"#,
                "unknown member extra"
            ),
            (#"{"content":"H","format":"json","keys":{},"keys":{},"size":1,"version":{}}"#, "keys"),
        ])
    func malformed(line: String, message: String) {
        let bytes = Array(line.replacing("H", with: String(repeating: "0", count: 64)).utf8)
        let error = #expect(throws: StemmaError.self) {
            try bytes.withUnsafeBytes { try Record(line: $0, variable: "V") }
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(
        "Lines sort by the keys in declared order, then by version; sort keys compare as values do",
        arguments: 0..<50)
    func order(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let keys = try KeyDeclarations([KeyDeclaration("b", .number), KeyDeclaration("a", .string)])
        let order = RecordOrder(keys)
        let values: [Scalar?] = [
            nil, .null, false, true, -1e300, -2.5, 0, 1e-300, 3, 1e300, "", "\u{0}", "\u{0}a", "A", "Z", "a",
            "aa", "\u{e9}",
        ]
        let i = Int.random(in: 0..<values.count, using: &random)
        let j = Int.random(in: 0..<values.count, using: &random)
        func record(_ value: Scalar?) -> Record {
            var keys: Keys = ["a": "same"]
            keys["b"] = value
            return Record(variable: "V", keys: keys, content: Digest.of([UInt8]()), format: .json, size: 0)
        }
        #expect(order.areInOrder(record(values[i]), record(values[j])) == (i < j), "\(i) \(j)")
    }

    @Test("Two Unicode forms of one letter are two values")
    func unicodeForms() {
        #expect(Scalar.string("e\u{301}") != Scalar.string("\u{e9}"))
        #expect(RecordIdentity.hash(of: ["k": "e\u{301}"]) != RecordIdentity.hash(of: ["k": "\u{e9}"]))
    }

    @Test("1.0 and 1 are one value, \"01\" is a string")
    func values() {
        #expect(Scalar.number(1.0).canonicalText == "1")
        #expect(KeyType.integer.accepts(.number(1.0)))
        #expect(!KeyType.integer.accepts(.number(1.5)))
        #expect(!KeyType.integer.accepts("01"))
        #expect(!KeyType.string.accepts(1))
        #expect(KeyType.integer.accepts(.number(0x1p53)))
        #expect(!KeyType.integer.accepts(.number(0x1p60)))
    }
}
