import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("Canonical JSON")
struct JSONCanonicalTests {
    static func text(_ value: JSONValue) throws -> String {
        String(decoding: try value.canonical, as: UTF8.self)
    }

    @Test("the example of RFC 8785, 3.2.2, is printed as there")
    func example() throws {
        let value = try JSONParser.parse(
            #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#)
        let expected =
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(try Self.text(value) == expected)
    }

    @Test("members are sorted by UTF-16 code units, as in RFC 8785, 3.2.3")
    func order() throws {
        let value = try JSONParser.parse(
            #"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#)
        let names = try #require(value.asObject?.names)
        #expect(names == ["\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"])
    }

    @Test("names compare as their UTF-16 code units do", arguments: [1, 2] as [UInt64])
    func comparison(seed: UInt64) {
        var random = JSONRandomValue(seed: seed)
        for _ in 0..<20_000 {
            let left = random.string()
            let right = random.string()
            let order = JSONName.compare(left, right)
            #expect((order < 0) == left.utf16.lexicographicallyPrecedes(right.utf16), "seed \(seed)")
            #expect((order == 0) == left.utf16.elementsEqual(right.utf16), "seed \(seed)")
        }
    }

    @Test("only control characters, quotes and backslashes are escaped")
    func escapes() throws {
        let all = String(String.UnicodeScalarView((0..<0x80).compactMap(Unicode.Scalar.init)))
        let expected =
            #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013"#
            + ##"\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f !\"#$%&'()*+,-./0123456789"##
            + #":;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"# + "\u{7f}\""
        #expect(try Self.text(.string(all)) == expected)
    }

    @Test("parsing what was printed gives the same value, and printing that the same bytes", arguments: 1...4)
    func inverse(seed: Int) throws {
        var random = JSONRandomValue(seed: UInt64(seed))
        for _ in 0..<3000 {
            let value = random.value()
            let bytes = try value.canonical
            let read = try JSONParser.parse(bytes)
            #expect(read == value, "seed \(seed)")
            #expect(try read.canonical == bytes, "seed \(seed)")
            #expect(bytes.withUnsafeBytes { isCanonicalJSON($0) }, "seed \(seed)")
            let pretty = try value.prettyPrinted
            #expect(try JSONParser.parse(pretty) == value, "seed \(seed)")
            #expect(
                try pretty.withUnsafeBytes { try canonicalJSONDocument($0, integers: .printed) }
                    == bytes + [UInt8(ascii: "\n")], "seed \(seed)")
        }
    }

    @Test("a damaged text is refused, or is read as a value that prints stably", arguments: 1...4)
    func damage(seed: Int) throws {
        var random = JSONRandomValue(seed: UInt64(seed))
        var refused = 0
        for _ in 0..<5000 {
            let bytes = random.damaged(try random.value().prettyPrinted)
            let document = try? bytes.withUnsafeBytes { try canonicalJSONDocument($0, integers: .printed) }
            guard let value = try? JSONParser.parse(bytes) else {
                refused += 1
                #expect(document == nil, "seed \(seed)")
                continue
            }
            let printed = try value.canonical
            #expect(try JSONParser.parse(printed) == value, "seed \(seed)")
            #expect(document == printed + [UInt8(ascii: "\n")], "seed \(seed)")
        }
        #expect(refused > 500, "seed \(seed)")
    }

    @Test("a document is stored canonically, with one line end")
    func document() throws {
        let stored = try #" { "b" : 1.0, "a" : [ 1e2, "\u0041" ], "aa": {"z":1,"y":{}} } "#.utf8
            .withContiguousStorageIfAvailable { try canonicalJSONDocument(UnsafeRawBufferPointer($0)) }
        #expect(stored == Array("{\"a\":[100,\"A\"],\"aa\":{\"y\":{},\"z\":1},\"b\":1}\n".utf8))
    }

    @Test(
        "a document is refused for the same reasons as a value is",
        arguments: ["{\"b\":1,\"a\":1,\"b\":2}", "[1,]", "9007199254740993", "\"\\ud800\"", "{}{}", "1e999"])
    func refusedDocument(text: String) {
        #expect(throws: StemmaError.self) {
            try Array(text.utf8).withUnsafeBytes { try canonicalJSONDocument($0) }
        }
    }

    @Test("the second of two members of one name is the one that a document's error points to")
    func duplicateInDocument() {
        let error = #expect(throws: StemmaError.self) {
            try Array(#"{"b":1,"a":1,"b":2}"#.utf8).withUnsafeBytes { try canonicalJSONDocument($0) }
        }
        #expect(error?.fields["offset"] == "13")
    }

    @Test(
        "text that says the same in other bytes is not canonical",
        arguments: [
            " 1", "1 ", "1.0", "[1, 2]", #"{"b":1,"a":2}"#, #""\u0041""#, "-0", "1E2", #""\/""#, "{}\n", "x",
        ])
    func notCanonical(text: String) {
        #expect(!Array(text.utf8).withUnsafeBytes { isCanonicalJSON($0) })
    }

    @Test("pretty printing puts one member or element on a line")
    func pretty() throws {
        let value: JSONValue = [
            "keys": ["b": "string", "a": [1, 2]], "format": 1, "none": [:], "empty": [],
        ]
        let expected = """
            {
              "empty": [],
              "format": 1,
              "keys": {
                "a": [
                  1,
                  2
                ],
                "b": "string"
              },
              "none": {}
            }

            """
        #expect(String(decoding: try value.prettyPrinted, as: UTF8.self) == expected)
    }

    @Test("a value that is nested too deep to be read again is not printed")
    func depth() throws {
        var value: JSONValue = 1
        for _ in 0..<JSONLimits.depth { value = .array([value]) }
        let deepest = value
        #expect(try JSONParser.parse(try deepest.canonical) == deepest)
        for deeper in [JSONValue.array([deepest]), ["a": deepest]] {
            #expect(throws: StemmaError.self) { try deeper.canonical }
            #expect(throws: StemmaError.self) { try deeper.prettyPrinted }
        }
    }
}
