import StemmaBlobs
import StemmaRecords
import Testing

@Suite("JSON parser")
struct JSONParserTests {
    static func error(_ text: [UInt8], integers: JSONIntegerRule = .printed) -> StemmaError? {
        #expect(throws: StemmaError.self) { try JSONParser.parse(text, integers: integers) }
    }

    @Test("every kind of value is read")
    func kinds() throws {
        let value = try JSONParser.parse(
            #" { "a" : [ null , true , false , -1.5e2 , "x" ] , "b" : { } , "c" : [ ] } "#)
        #expect(value == ["a": [.null, true, false, -150, "x"], "b": [:], "c": []])
    }

    @Test("escapes and surrogate pairs are resolved")
    func escapes() throws {
        let value = try JSONParser.parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00""#)
        #expect(value == "\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{20ac}\u{1f600}")
    }

    @Test(
        "what RFC 8259 does not allow is refused with the offset of the byte at fault",
        arguments: [
            ("", 0), (" ", 1), ("nul", 3), ("nulL", 3), ("truee", 4), ("[1,]", 3), ("[1 2]", 3), ("[1", 2),
            ("[", 1),
            ("{\"a\":1,}", 7), ("{a:1}", 1), ("{\"a\" 1}", 5), ("{\"a\":}", 5), ("{\"a\":1", 6),
            ("{\"a\"", 4),
            ("01", 0), ("-", 1), ("-x", 1), ("+1", 0), (".5", 0), ("1.", 2), ("1.e1", 2), ("1e", 2),
            ("1e+", 3),
            ("0x1", 1), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1), ("1 2", 2), ("[]]", 2), ("'a'", 0),
            ("\"a", 0), ("\"\\x\"", 2), ("\"\\u12G4\"", 5), ("\"\\u12", 5), ("\"\\", 2), ("\"a\nb\"", 2),
            ("\"01234567\u{1f}\"", 9), ("// no", 0), ("[1}", 2), ("{\"a\":1]", 6), ("1e400", 0),
            ("-1e999999999", 0),
            ("[1,\n2,\nx]", 7),
        ])
    func refused(text: String, offset: Int) throws {
        let error = try #require(Self.error(Array(text.utf8)))
        #expect(error.code == .malformedJSON)
        #expect(error.fields["offset"] == "\(offset)", "\(error)")
        #expect(error.message.contains("byte \(offset)"))
        #expect(!error.message.contains("\n"))
    }

    @Test("the line is named from the second on")
    func line() throws {
        let error = try #require(Self.error(Array("[1,\n2,\nx]".utf8)))
        #expect(error.message == "malformed JSON at byte 7, line 3: expected a value, found 'x'")
        #expect(error.fields["line"] == "3")
    }

    @Test(
        "lone surrogates are refused",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\ud800""#, #""\ud800\n""#, #""\uDBFF"#,
        ])
    func surrogates(text: String) throws {
        #expect(try #require(Self.error(Array(text.utf8))).message.contains("surrogate"))
    }

    @Test(
        "invalid UTF-8 is refused where it begins",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x41], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xE2, 0x82], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xFF],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) throws {
        for padding in [0, 9] {
            let text = [0x22] + [UInt8](repeating: 0x61, count: padding) + bytes + [0x22]
            let error = try #require(Self.error(text))
            #expect(error.code == .malformedJSON)
            #expect(error.fields["offset"] == "\(1 + padding)")
        }
    }

    @Test("a byte order mark is refused by name")
    func byteOrderMark() throws {
        let error = try #require(Self.error([0xEF, 0xBB, 0xBF] + Array("{}".utf8)))
        #expect(error.message.contains("byte order mark"))
    }

    @Test("a member name that occurs twice is refused, also when the two are spelled differently")
    func duplicates() throws {
        let error = try #require(Self.error(Array(#"{"a":1,"b":2,"\u0061":3}"#.utf8)))
        #expect(error.message.contains(#"two members "a""#))
    }

    @Test("names that are canonically equivalent but differ in bytes are two members")
    func equivalentNames() throws {
        let value = try JSONParser.parse("{\"e\u{301}\":1,\"\u{e9}\":2}")
        #expect(value["e\u{301}"] == 1)
        #expect(value["\u{e9}"] == 2)
        #expect(JSONValue.string("e\u{301}") != .string("\u{e9}"))
    }

    @Test("nesting is read up to the limit and refused beyond it")
    func nesting() throws {
        let limit = JSONLimits.depth
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONParser.parse(nested(limit))
        #expect(try #require(Self.error(nested(limit + 1))).fields["offset"] == "\(limit)")
        let open = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(Self.error(open)?.code == .malformedJSON)
    }

    @Test("arrays after one another do not count as nested")
    func siblings() throws {
        let text = "[" + Array(repeating: "[{}]", count: 2000).joined(separator: ",") + "]"
        guard case .array(let elements) = try JSONParser.parse(text) else {
            Issue.record("it is no array")
            return
        }
        #expect(elements.count == 2000)
    }

    @Test("the order in which members are given does not count")
    func memberOrder() throws {
        let left = try JSONParser.parse(#"{"b":1,"a":{"y":1,"x":2}}"#)
        let right = try JSONParser.parse(#"{"a":{"x":2,"y":1},"b":1}"#)
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
    }
}
