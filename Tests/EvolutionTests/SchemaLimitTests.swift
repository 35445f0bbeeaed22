import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Limits of schemas")
struct SchemaLimitTests {
    private static func arrays(_ depth: Int) -> JSONValue {
        (0..<depth).reduce(1) { value, _ in .array([value]) }
    }

    private static func objects(_ depth: Int) -> JSONValue {
        (0..<depth).reduce(1) { value, _ in .object(["a": value]) }
    }

    /// Five schemas for each level of the value.
    static let winding: JSONValue = [
        "allOf": [["anyOf": [["$ref": "#/$defs/x"], false]]],
        "$defs": ["x": ["properties": ["a": ["$ref": "#"]], "unevaluatedProperties": false]],
    ]

    @Test("a value as deep as can be read is checked")
    func deep() throws {
        #expect(try JSONSchema(["items": ["$ref": "#"]]).isValid(Self.arrays(512)))
        #expect(try JSONSchema(Self.winding).isValid(Self.objects(512)))
    }

    @Test("what is wrong at the bottom of a deep value is found", .timeLimit(.minutes(1)))
    func deepViolation() throws {
        let value = (0..<511).reduce(["b": 1] as JSONValue) { value, _ in ["a": value] }
        let violations = try JSONSchema(Self.winding).violations(in: value)
        #expect(violations.map(\.rule) == ["unevaluatedProperties"])
        #expect(violations.first?.pointer.tokens.last == "b")
    }

    @Test("a value of 10,000 levels is a violation and no crash")
    func tooDeep() throws {
        let cases: [(schema: JSONValue, value: JSONValue)] = [
            (["items": ["$ref": "#"]], Self.arrays(10_000)), (Self.winding, Self.objects(10_000)),
        ]
        for (document, value) in cases {
            let schema = try JSONSchema(document)
            #expect(!schema.isValid(value))
            let violations = schema.violations(in: value)
            #expect(violations.map(\.rule) == ["nesting"])
            #expect(violations.first?.message == "it is nested deeper than 512 levels")
            #expect(violations.first?.pointer.tokens.count == 513)
        }
    }

    @Test("deep values are compared without a crash")
    func comparison() throws {
        let deep = Self.arrays(10_000)
        let schema = try JSONSchema(["uniqueItems": true, "not": ["const": 1]])
        #expect(schema.violations(in: [deep, deep]).map(\.rule) == ["uniqueItems"])
        let many: [JSONValue] = (0..<20).map { .number(Double($0)) }
        #expect(schema.violations(in: .array(many + [deep, deep])).map(\.rule) == ["uniqueItems"])
    }

    @Test("a schema that is too deep is refused")
    func deepSchema() throws {
        let schema = (0..<600).reduce(true as JSONValue) { value, _ in ["not": value] }
        let error = try #require(throws: StemmaError.self) { try JSONSchema(schema) }
        #expect(error.code == .invalidSchema)
    }

    @Test("a long chain of references, and a loop of dynamic ones, are violations and no crash")
    func chains() throws {
        var definitions: JSONObject = ["a10000": true]
        for index in 0..<10_000 { definitions["a\(index)"] = ["$ref": .string("#/$defs/a\(index + 1)")] }
        let chain = try JSONSchema(["$ref": "#/$defs/a0", "$defs": .object(definitions)])
        #expect(chain.violations(in: 1).map(\.rule) == ["nesting"])

        let inner: JSONValue = ["$id": "b", "$dynamicRef": "#a", "$defs": ["c": ["$dynamicAnchor": "a"]]]
        let loop = try JSONSchema([
            "$id": "http://example.org/", "$dynamicAnchor": "a", "$ref": "b", "$defs": ["b": inner],
        ])
        #expect(loop.violations(in: 1).map(\.rule) == ["nesting"])
        #expect(!loop.isValid(1))
    }

    @Test("a pattern that would take forever is a violation", .timeLimit(.minutes(1)))
    func backtracking() throws {
        let text = String(repeating: "a", count: 50) + "!"
        let values = try JSONSchema(["items": ["pattern": "^(a+)+$"]])
        let violation = try #require(values.violations(in: ["aa", .string(text)]).first)
        #expect(violation.pointer.description == "/1")
        #expect(violation.rule == "pattern")
        #expect(violation.message.contains("takes too many steps"))

        let names = try JSONSchema(["patternProperties": ["^(a+)+$": true]])
        #expect(names.violations(in: .object([text: 1])).map(\.rule) == ["patternProperties"])
        // Not to be answered, whatever is made of the answer.
        #expect(!(try JSONSchema(["not": ["pattern": "^(a+)+$"]]).isValid(.string(text))))
    }
}
