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

    @Test("alternatives that lead to themselves are given up, and no hang", .timeLimit(.minutes(1)))
    func alternatives() throws {
        let arrays: JSONValue = ["type": "array", "items": ["$ref": "#"]]
        for rule in ["anyOf", "oneOf"] {
            let schema = try JSONSchema(.object([rule: [arrays, arrays, ["const": 2]]]))
            let value = Self.arrays(50)
            let violations = schema.violations(in: value)
            #expect(violations.count == 1)
            #expect(violations.first?.message.contains("takes too many steps") == true, "\(violations)")
        }
        // A large value is not taken for one.
        let many = JSONValue.array(Array(repeating: .array([1, 2, 3]), count: 300_000))
        #expect(try JSONSchema(["items": ["items": ["type": "number"]]]).isValid(many))
    }

    @Test("what stands behind a percent sign is two digits")
    func percent() throws {
        let valid: JSONValue = ["$ref": "#/$defs/a%62", "$defs": ["ab": true]]
        #expect(try JSONSchema(valid).isValid(1))
        for digits in ["+5", "5", "-0"] {
            let document: JSONValue = [
                "$ref": .string("#/$defs/%\(digits)"), "$defs": ["\u{5}": true, "\u{0}": true],
            ]
            #expect(throws: StemmaError.self, "\(digits)") { try JSONSchema(document) }
        }
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
