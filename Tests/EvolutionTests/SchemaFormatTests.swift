import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Formats in schemas")
struct SchemaFormatTests {
    static let cases: [(format: String, valid: [String], invalid: [String])] = [
        (
            "date-time", ["2024-02-29T23:59:60Z", "1990-12-31t15:59:60.5-08:00"],
            ["2023-02-29T00:00:00Z", "2024-01-01 00:00:00Z", "2024-01-01T00:00:00"]
        ),
        ("date", ["2024-02-29"], ["2023-02-29", "1900-02-29", "2024-13-01", "2024-1-1", "2024-01-01Z"]),
        ("time", ["08:30:06Z", "23:59:60+00:00"], ["08:30:06", "24:00:00Z", "22:59:60Z", "08:30:06.Z"]),
        (
            "duration", ["P4DT12H30M5S", "P4Y", "PT0S", "P2W", "P1M"],
            ["P", "PT", "P1D2H", "P2D1Y", "P1YT", "P1Y2W", "4D", "P1H", "P1Y1D"]
        ),
        (
            "email", ["a.b+c@example.org", "\"a b\"@example.org", "a@[127.0.0.1]", "a@[IPv6:::1]"],
            ["a", "a@", ".a@b", "a..b@c", "a@-b", "a b@c", "é@b"]
        ),
        ("idn-email", ["실례@실례.테스트", "a@b"], ["2962", "é@"]),
        (
            "hostname", ["example.org", "a-b.c1", "xn--4gbwdl.xn--wgbh1c"],
            ["", "-a", "a-", "a..b", "a_b", "a.", "ab--c", String(repeating: "a", count: 64)]
        ),
        ("ipv4", ["127.0.0.1"], ["127.0.0", "256.0.0.1", "01.2.3.4", "1.2.3.4.5", "1.2.3.4 "]),
        (
            "ipv6", ["::", "::1", "1:2:3:4:5:6:7:8", "::ffff:192.168.0.1", "1::"],
            ["1:2:3:4:5:6:7", "1::2::3", ":1", "12345::", "1:2:3:4:5:6:7:8:9", "::1%eth0", "1:"]
        ),
        (
            "uri", ["http://a:80/b?c#d", "urn:a:b", "mailto:a@b", "http://[::1]/"],
            ["//a", "a b:c", "http://a b", "http://a/%zz", "", "http://[::1"]
        ),
        ("uri-reference", ["", "/a", "a/b:c", "#a", "?a", "//a"], ["a b", ":a", "\\\\a", "#a#b"]),
        (
            "iri", ["http://é.example/ü?ß#ö"],
            ["http://2001:0db8:85a3:0000:0000:8a2e:0370:7334", "é", "http://a/\u{e000}"]
        ),
        ("iri-reference", ["é", "//é?\u{e000}"], ["\\\\é"]),
        (
            "uuid", ["2EB8AA08-aa98-11ea-b4aa-73b441d16380"],
            ["2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638"]
        ),
        (
            "uri-template", ["http://a/{b}{?c,d*}{e:3}", "a", "{é}".replacing("é", with: "x.y")],
            ["{", "}", "{a b}", "{}", "{a:0}", "{a:10000}", "<"]
        ),
        ("json-pointer", ["", "/a~0b/c~1d"], ["a", "/~", "/~2"]),
        ("relative-json-pointer", ["0", "1/a", "2#", "1+1/a"], ["", "/a", "01", "-1", "0##", "1a"]),
        ("regex", ["^a+$"], ["^(abc]", "a**"]),
    ]

    @Test("are asserted when that is asked for", arguments: cases)
    func asserted(format: String, valid: [String], invalid: [String]) throws {
        let schema = try JSONSchema(["format": .string(format)], assertsFormats: true)
        for text in valid { #expect(schema.isValid(.string(text)), "\(text)") }
        for text in invalid { #expect(!schema.isValid(.string(text)), "\(text)") }
        #expect(schema.isValid(1))
    }

    @Test("are annotations otherwise", arguments: cases)
    func annotations(format: String, valid: [String], invalid: [String]) throws {
        let schema = try JSONSchema(["format": .string(format)])
        for text in invalid { #expect(schema.isValid(.string(text))) }
    }

    @Test("that are not known, are accepted", arguments: ["idn-hostname", "unknown"])
    func unknown(format: String) throws {
        #expect(try JSONSchema(["format": .string(format)], assertsFormats: true).isValid("-"))
    }

    @Test("are violations with the name of the format")
    func violation() throws {
        let schema = try JSONSchema(["properties": ["day": ["format": "date"]]], assertsFormats: true)
        let violation = try #require(schema.violations(in: ["day": "today"]).first)
        #expect(violation.rule == "format")
        #expect(violation.schema.description == "/properties/day/format")
        #expect(violation.description == #"/day: "today" is not of the format date"#)
    }
}
