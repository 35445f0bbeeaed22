import StemmaBlobs
import StemmaRecords
import Testing

@Suite("JSON pointer")
struct JSONPointerTests {
    /// The document of RFC 6901, section 5.
    static let document: JSONValue = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7,
        "m~n": 8,
    ]

    @Test("the examples of RFC 6901 lead where it says")
    func examples() throws {
        let expected: [(String, JSONValue)] = [
            ("", Self.document), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1),
            ("/c%d", 2), ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ]
        for (text, value) in expected {
            let pointer = try JSONPointer(text)
            #expect(pointer.resolve(in: Self.document) == value, "\(text)")
            #expect(pointer.description == text)
        }
    }

    @Test("~01 is ~1 and not /")
    func escapesInTurn() throws {
        #expect(try JSONPointer("/~01").tokens == ["~1"])
        #expect(JSONPointer(tokens: ["~1", "/"]).description == "/~01/~1")
    }

    @Test(
        "what is not there is nil",
        arguments: ["/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/+1", "/foo/", "/foo/0/x", "/ /0"])
    func absent(text: String) throws {
        #expect(try JSONPointer(text).resolve(in: Self.document) == nil)
    }

    @Test(
        "a pointer that RFC 6901 does not allow is refused",
        arguments: ["foo", "foo/bar", "/~", "/~2", "/a~b/c"])
    func malformed(text: String) throws {
        let error = try #require(throws: StemmaError.self) { try JSONPointer(text) }
        #expect(error.code == .malformedPointer)
        #expect(error.fields["pointer"] == text)
    }

    @Test("names that only look the same are different members")
    func bytes() {
        #expect(JSONPointer(tokens: ["\u{e9}"]) != JSONPointer(tokens: ["e\u{301}"]))
        #expect(JSONPointer(tokens: ["a"]) == JSONPointer.root.appending("a"))
        #expect(JSONPointer.root.appending("a").appending(3).description == "/a/3")
    }
}
