import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Choices in schemas")
struct SchemaChoiceTests {
    private func found(_ schema: String, _ value: String) throws -> [String] {
        let violations = try JSONSchema(try JSONParser.parse(schema)).violations(
            in: try JSONParser.parse(value))
        return violations.map { "\($0.pointer) \($0.rule) \($0.schema): \($0.message)" }
    }

    @Test(
        "if just one schema is for values of this type, its violations are those that count",
        arguments: ["anyOf", "oneOf"])
    func type(rule: String) throws {
        let schema =
            #"{"\#(rule)":[{"type":"null"},{"type":"object","properties":{"a":{"minimum":1}},"required":["b"]}]}"#
        #expect(
            try found(schema, #"{"a":0}"#) == [
                #" required /\#(rule)/1/required: the member "b" is missing"#,
                "/a minimum /\(rule)/1/properties/a/minimum: 0 is less than the minimum 1",
            ])
    }

    @Test("so it is if a constant member tells the kinds of objects apart")
    func constant() throws {
        let schema = """
            {"oneOf":[{"properties":{"kind":{"const":"line"},"length":{"type":"number"}}},
                      {"properties":{"kind":{"const":"circle"},"radius":{"type":"number"}}}]}
            """
        #expect(
            try found(schema, #"{"kind":"circle","radius":"far"}"#) == [
                "/radius type /oneOf/1/properties/radius/type: expected a number, found a string"
            ])
    }

    @Test("if none is, all of a few are named")
    func none() throws {
        #expect(
            try found(#"{"anyOf":[{"type":"null"},{"type":"string"}]}"#, "1") == [
                " anyOf /anyOf: none of 2 schemas holds: expected null, found a number; expected a string, found a number"
            ])
    }

    @Test("if several are, the closest is named")
    func closest() throws {
        let schema = """
            {"anyOf":[{"properties":{"a":{"minimum":5},"b":{"minimum":5}}},{"properties":{"a":{"minimum":3}}}]}
            """
        #expect(
            try found(schema, #"{"a":1,"b":1}"#) == [
                " anyOf /anyOf: none of 2 schemas holds; by the closest, number 2, at /a: 1 is less than the minimum 3"
            ])
    }

    @Test("more than one is too many for oneOf")
    func several() throws {
        #expect(
            try found(#"{"oneOf":[{"minimum":1},{"type":"string"},{"maximum":9},true]}"#, "5") == [
                " oneOf /oneOf: the schemas 1, 3 and 4 of 4 hold, and just one is to"
            ])
    }

    @Test("what a schema that does not hold evaluated, does not count")
    func annotations() throws {
        let schema = """
            {"anyOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":true}}],"unevaluatedProperties":false}
            """
        #expect(try found(schema, #"{"a":1,"b":1}"#).map { $0.prefix(2) } == ["/a"])
        #expect(try found(schema, #"{"a":"x","b":1}"#) == [])
    }
}
