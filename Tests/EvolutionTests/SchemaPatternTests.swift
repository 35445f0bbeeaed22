import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Patterns of ECMA-262")
struct SchemaPatternTests {
    static let matching: [(pattern: String, text: String)] = [
        ("b", "abc"), ("^$", ""), (".", "\u{1F600}"), ("^.$", "\u{1F600}"), (#"^\d+$"#, "12"),
        (#"\s"#, "\u{feff}"),
        (#"^[\s\S]$"#, "\u{a0}"), (#"^[^\S]$"#, "\u{3000}"), (#"^\x41\u0042\u{43}$"#, "ABC"),
        (#"^\ud83d\ude00$"#, "\u{1F600}"), (#"^\cA$"#, "\u{1}"), (#"^\v\0$"#, "\u{b}\0"), ("[^]", "\n"),
        (#"^(?<year>\d{4})-\k<year>$"#, "1999-1999"), (#"^(a)?\1b$"#, "b"), (#"(?<=a)b(?!c)"#, "abd"),
        (#"^\p{Letter}+$"#, "éß"), (#"^\p{Lu}\P{Lu}$"#, "Éa"), (#"^\p{Script=Greek}+$"#, "αβ"),
        (#"^[\p{gc=Decimal_Number}-]+$"#, "१-2"), (#"^\p{Alphabetic}$"#, "ä"), (#"^\p{Assigned}$"#, "a"),
        (#"^[\w-]+\-\_$"#, "a-b-_"), ("^a{2,3}?$", "aaa"), ("^{}]$", "{}]"), ("^a{,2}$", "a{,2}"),
        (#"^[[:alpha:]]$"#, "a]"), (#"^[&&a]+$"#, "a&"), (#"^\/$"#, "/"), (#"^[\b]$"#, "\u{8}"),
        (#"^[\ud800-\udbff\u{1F600}]$"#, "\u{1F600}"), ("^(?:a|ab)(?:c|bcd)(?:d*)$", "abcd"), ("#", "#"),
    ]

    static let failing: [(pattern: String, text: String)] = [
        (".", "\n"), (".", "\u{2028}"), ("^a$", "a\n"), (#"\d"#, "\u{967}"), (#"\w"#, "é"),
        (#"^\S$"#, "\u{2003}"),
        ("[]", "a"), (#"\p{Lu}"#, "a"), (#"^\p{Script=Greek}$"#, "a"), (#"[\ud800-\udfff]"#, "a"),
        ("^A$", "a"),
    ]

    @Test("match what the standard says", arguments: matching)
    func match(pattern: String, text: String) throws {
        #expect(try JSONSchema(["pattern": .string(pattern)]).isValid(.string(text)))
    }

    @Test("and nothing else", arguments: failing)
    func mismatch(pattern: String, text: String) throws {
        #expect(!(try JSONSchema(["pattern": .string(pattern)]).isValid(.string(text))))
    }

    @Test(
        "what is not one is refused",
        arguments: [
            "(", ")", "[a", "a**", "a++", "*a", "^*", "{2}", #"\a"#, #"\Z"#, #"\Qa\E"#, #"\1"#, #"\k<a>"#,
            "(?<1>a)",
            "(?<a>b)(?<a>c)", "(?i)a", "(?>a)", "(*UTF)a", #"\u12"#, #"\u{110000}"#, #"\x1"#, #"\p{None}"#,
            #"\pL"#,
            "[b-a]", #"\c1"#, #"\01"#, "\\", "a{2,1}", "(?#a)", "(?P<a>b)", #"\p{Script=None}"#,
        ])
    func refused(pattern: String) throws {
        let error = try #require(throws: StemmaError.self) { try JSONSchema(["pattern": .string(pattern)]) }
        #expect(error.code == .invalidSchema)
        #expect(error.fields["pointer"] == "/pattern")
    }
}
