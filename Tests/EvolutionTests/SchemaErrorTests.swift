import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Schemas that are refused")
struct SchemaErrorTests {
    private func error(_ schema: String) throws -> StemmaError {
        let document = try JSONParser.parse(schema)
        return try #require(throws: StemmaError.self) { try JSONSchema(document) }
    }

    @Test(
        "a document that is no schema is refused with the place",
        arguments: [
            ("1", ""), (#"{"type":"real"}"#, "/type"), (#"{"minimum":"1"}"#, "/minimum"),
            (#"{"properties":{"a":{"maxLength":-1}}}"#, "/properties/a/maxLength"),
            (#"{"$defs":{"a":{"required":["b","b"]}}}"#, "/$defs/a/required"),
            (#"{"allOf":[]}"#, "/allOf"), (#"{"multipleOf":0}"#, "/multipleOf"),
            (#"{"items":[{"type":"null"}]}"#, "/items"), (#"{"pattern":"(a"}"#, "/pattern"),
            (#"{"patternProperties":{"*":true}}"#, "/patternProperties/*"),
            (#"{"$schema":"http://json-schema.org/draft-07/schema#","items":[true]}"#, "/$schema"),
            (#"{"not":{"$schema":"http://json-schema.org/draft-07/schema#"}}"#, "/not/$schema"),
            (#"{"$anchor":"a","not":{"$anchor":"a"}}"#, "/not/$anchor"),
            (#"{"$defs":{"a":{"$id":"b"},"c":{"$id":"b"}}}"#, "/$defs/c/$id"),
            (##"{"$ref":"#/unknown","unknown":{"minimum":"1"}}"##, "/unknown/minimum"),
            (##"{"$ref":"#/unknown","unknown":[]}"##, "/unknown"),
        ])
    func invalid(schema: String, pointer: String) throws {
        let error = try error(schema)
        #expect(error.code == .invalidSchema)
        #expect(error.fields["pointer"] == pointer, "\(error)")
        #expect(!error.message.contains("\n"))
    }

    @Test("the message says what is wrong, and how much of it")
    func message() throws {
        #expect(
            try error(#"{"minimum":"1"}"#).message
                == "the schema is invalid at /minimum: expected a number, found a string")
        #expect(try error(#"{"minimum":"1","maximum":null}"#).message.hasSuffix("(and 1 more)"))
    }

    @Test(
        "a reference that leads out of the document, or to nothing in it, is refused",
        arguments: [
            ("https://example.org/schema", "/$ref"), ("other.json", "/$ref"), ("#/$defs/b", "/$ref"),
            ("#b", "/$ref"), ("#/%zz", "/$ref"), ("https://json-schema.org/draft/2020-12/meta/none", "/$ref"),
        ])
    func unresolvable(reference: String, pointer: String) throws {
        let error = try error(#"{"$ref":"\#(reference)","$defs":{"a":true}}"#)
        #expect(error.code == .unresolvableReference)
        #expect(error.fields == ["pointer": pointer, "reference": reference])
        #expect(error.hint?.contains("only local references are supported") == true)
    }

    @Test(
        "references that lead back for the same value are refused",
        arguments: [
            ##"{"$ref":"#"}"##, ##"{"anyOf":[{"type":"null"},{"not":{"$ref":"#"}}]}"##,
            ##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##,
            ##"{"if":true,"then":{"$ref":"#"}}"##, ##"{"dependentSchemas":{"a":{"$ref":"#"}}}"##,
        ])
    func loop(schema: String) throws {
        #expect(try error(schema).code == .referenceLoop)
    }

    @Test("references that go into the value are not")
    func recursion() throws {
        let tree = try JSONSchema([
            "properties": ["children": ["items": ["$ref": "#"]], "name": ["type": "string"]]
        ])
        #expect(tree.isValid(["name": "a", "children": [["name": "b", "children": []]]]))
        let violations = tree.violations(in: ["children": [["children": [["name": 1]]]]])
        #expect(violations.map(\.pointer.description) == ["/children/0/children/0/name"])
    }
}
