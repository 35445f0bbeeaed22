import StemmaEvolution
import StemmaRecords
import Testing

@Suite("References in schemas")
struct SchemaReferenceTests {
    /// The examples of RFC 3986, section 5.4: what a reference means beside `http://a/b/c/d;p?q`.
    static let resolved: [(String, String)] = [
        ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
        ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
        (";x", "http://a/b/c/;x"),
        ("g;x?y", "http://a/b/c/g;x?y"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"),
        ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
        ("h:g", "h:g"),
    ]

    @Test("are resolved as RFC 3986 says", arguments: resolved)
    func resolution(reference: String, uri: String) throws {
        let schema = try JSONSchema([
            "$id": "http://a/b/c/d;p?q", "$ref": .string(reference),
            "$defs": [
                "target": ["$id": .string(uri), "const": 1], "other": ["$id": "http://other/", "const": 2],
            ],
        ])
        #expect(schema.isValid(1))
        #expect(!schema.isValid(2))
    }

    @Test("the draft's own documents are known")
    func metaschema() throws {
        let schema = try JSONSchema(["$ref": "https://json-schema.org/draft/2020-12/schema"])
        #expect(schema.isValid(["type": "object", "properties": ["a": ["minimum": 1]]]))
        let violations = schema.violations(in: ["properties": ["a": ["minimum": "1"]]])
        #expect(violations.map(\.pointer.description) == ["/properties/a/minimum"])
        let part = try JSONSchema([
            "$ref": "https://json-schema.org/draft/2020-12/meta/validation#/$defs/stringArray"
        ])
        #expect(part.isValid(["a"]))
        #expect(!part.isValid([1]))
    }

    @Test("a name is found in the resource that it is asked of")
    func anchors() throws {
        let schema = try JSONSchema([
            "$id": "https://example.org/root", "$ref": "inner#a",
            "$defs": [
                "outer": ["$anchor": "a", "const": 1],
                "inner": ["$id": "inner", "$defs": ["x": ["$anchor": "a", "const": 2]]],
            ],
        ])
        #expect(schema.isValid(2))
        #expect(!schema.isValid(1))
    }

    @Test("percent-encoded names and escapes are decoded")
    func escapes() throws {
        let schema = try JSONSchema([
            "$ref": "#/$defs/a%20b~1c%C3%A9", "$defs": ["a b/c\u{e9}": ["const": 1]],
        ])
        #expect(schema.isValid(1))
        #expect(!schema.isValid(2))
    }
}
