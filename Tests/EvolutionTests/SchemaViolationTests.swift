import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Schema violations")
struct SchemaViolationTests {
    /// A schema, a value, and the one violation that is expected: where, which keyword, where that is, and why.
    struct Case: CustomStringConvertible, Sendable {
        let schema: String
        let value: String
        let pointer: String
        let keyword: String
        let message: String

        init(_ schema: String, _ value: String, _ pointer: String, _ keyword: String, _ message: String) {
            self.schema = schema
            self.value = value
            self.pointer = pointer
            self.keyword = keyword
            self.message = message
        }

        var description: String { "\(schema) \(value)" }
    }

    static let ofValues: [Case] = [
        Case(#"{"type":"integer"}"#, "1.5", "", "/type", "expected an integer, found 1.5"),
        Case(#"{"type":["string","null"]}"#, "[]", "", "/type", "expected a string or null, found an array"),
        Case(
            #"{"enum":["left","right"]}"#, #""up""#, "", "/enum",
            #""up" is not one of the values allowed: "left" or "right""#),
        Case(#"{"const":{"a":1}}"#, "{}", "", "/const", "an object of 0 is not an object of 1"),
        Case(#"{"const":[1]}"#, "[2]", "", "/const", "the value is not the one that is allowed"),
        Case(#"{"minimum":5}"#, "3", "", "/minimum", "3 is less than the minimum 5"),
        Case(#"{"maximum":5}"#, "5.5", "", "/maximum", "5.5 is greater than the maximum 5"),
        Case(#"{"exclusiveMinimum":5}"#, "5", "", "/exclusiveMinimum", "5 is not greater than 5"),
        Case(#"{"exclusiveMaximum":5}"#, "5", "", "/exclusiveMaximum", "5 is not less than 5"),
        Case(#"{"multipleOf":0.1}"#, "0.35", "", "/multipleOf", "0.35 is not a multiple of 0.1"),
        Case(
            #"{"minLength":2}"#, #""é""#, "", "/minLength", #""é" has 1 character, fewer than the minimum 2"#),
        Case(
            #"{"maxLength":1}"#, #""ab""#, "", "/maxLength",
            #""ab" has 2 characters, more than the maximum 1"#),
        Case(#"{"pattern":"^a"}"#, #""ba""#, "", "/pattern", #""ba" does not match ^a"#),
        Case("false", "1", "", "", "no value is allowed here"),
        Case(#"{"not":{"type":"null"}}"#, "null", "", "/not", "null is what must not be here"),
    ]

    static let ofArrays: [Case] = [
        Case(#"{"minItems":2}"#, "[1]", "", "/minItems", "the array has 1 element, fewer than the minimum 2"),
        Case(
            #"{"maxItems":1}"#, "[1,2]", "", "/maxItems", "the array has 2 elements, more than the maximum 1"),
        Case(
            #"{"uniqueItems":true}"#, "[1,true,1.0]", "", "/uniqueItems",
            "the elements 0 and 2 are the same: 1"),
        Case(#"{"items":{"type":"null"}}"#, "[null,1]", "/1", "/items/type", "expected null, found a number"),
        Case(
            #"{"prefixItems":[true,{"type":"null"}]}"#, "[0,1]", "/1", "/prefixItems/1/type",
            "expected null, found a number"),
        Case(
            #"{"prefixItems":[true],"items":false}"#, "[0,1]", "/1", "/items",
            "no element is allowed at this place"),
        Case(
            #"{"contains":{"const":1}}"#, "[2,3]", "", "/contains",
            "no element is what the array has to contain"),
        Case(
            #"{"contains":{"const":1},"minContains":2}"#, "[1]", "", "/minContains",
            "1 element of what the array has to contain, fewer than 2"),
        Case(
            #"{"contains":{"const":1},"maxContains":1}"#, "[1,1]", "", "/maxContains",
            "2 elements of what the array may contain, more than 1"),
        Case(
            #"{"prefixItems":[true],"unevaluatedItems":false}"#, "[0,1]", "/1", "/unevaluatedItems",
            "no element is allowed at this place"),
    ]

    static let ofObjects: [Case] = [
        Case(
            #"{"required":["a","b","c"]}"#, #"{"b":1}"#, "", "/required",
            #"the members "a" and "c" are missing"#),
        Case(
            #"{"minProperties":1}"#, "{}", "", "/minProperties",
            "the object has 0 members, fewer than the minimum 1"),
        Case(
            #"{"maxProperties":0}"#, #"{"a":1}"#, "", "/maxProperties",
            "the object has 1 member, more than the maximum 0"),
        Case(
            #"{"properties":{"a/b":{"minimum":2}}}"#, #"{"a/b":1}"#, "/a~1b", "/properties/a~1b/minimum",
            "1 is less than the minimum 2"),
        Case(#"{"properties":{"a":false}}"#, #"{"a":1}"#, "/a", "/properties/a", "no value is allowed here"),
        Case(
            #"{"patternProperties":{"^x":{"type":"null"}}}"#, #"{"x1":1}"#, "/x1",
            "/patternProperties/^x/type", "expected null, found a number"),
        Case(
            #"{"properties":{"a":true},"additionalProperties":false}"#, #"{"a":1,"b":2}"#, "/b",
            "/additionalProperties", "no member of this name is allowed"),
        Case(
            #"{"propertyNames":{"maxLength":1}}"#, #"{"ab":1}"#, "/ab", "/propertyNames/maxLength",
            #"the member's name: "ab" has 2 characters, more than the maximum 1"#),
        Case(
            #"{"dependentRequired":{"a":["b"]}}"#, #"{"a":1}"#, "", "/dependentRequired",
            #"with the member "a", the member "b" is missing"#),
        Case(
            #"{"dependentSchemas":{"a":{"required":["b"]}}}"#, #"{"a":1}"#, "",
            "/dependentSchemas/a/required", #"the member "b" is missing"#),
        Case(
            #"{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}"#, #"{"a":1,"b":2}"#, "/b",
            "/unevaluatedProperties", "no member of this name is allowed"),
    ]

    static let ofApplied: [Case] = [
        Case(
            ##"{"$ref":"#/$defs/a","$defs":{"a":{"minimum":1}}}"##, "0", "", "/$defs/a/minimum",
            "0 is less than the minimum 1"),
        Case(
            ##"{"$ref":"#a","$defs":{"x":{"$anchor":"a","minimum":1}}}"##, "0", "", "/$defs/x/minimum",
            "0 is less than the minimum 1"),
        Case(
            ##"{"$dynamicRef":"#a","$defs":{"x":{"$dynamicAnchor":"a","minimum":1}}}"##, "0", "",
            "/$defs/x/minimum", "0 is less than the minimum 1"),
        Case(#"{"allOf":[true,{"minimum":1}]}"#, "0", "", "/allOf/1/minimum", "0 is less than the minimum 1"),
        Case(
            #"{"if":{"minimum":1},"then":{"maximum":2},"else":{"multipleOf":2}}"#, "3", "", "/then/maximum",
            "3 is greater than the maximum 2"),
        Case(
            #"{"if":{"minimum":1},"then":{"maximum":2},"else":{"multipleOf":2}}"#, "-1", "",
            "/else/multipleOf", "-1 is not a multiple of 2"),
    ]

    @Test(
        "each says where it is, which keyword it is of, where that stands and why",
        arguments: ofValues + ofArrays + ofObjects + ofApplied)
    func violation(of example: Case) throws {
        let schema = try JSONSchema(try JSONParser.parse(example.schema))
        let value = try JSONParser.parse(example.value)
        #expect(!schema.isValid(value))
        let violations = schema.violations(in: value)
        try #require(violations.count == 1, "\(violations)")
        #expect(violations[0].pointer.description == example.pointer)
        #expect(violations[0].schema.description == example.keyword)
        #expect(violations[0].message == example.message)
        let words = violations[0].schema.tokens.filter { $0.first?.isLetter == true }
        #expect(words.contains(violations[0].rule) || violations[0].rule == "false")
    }

    @Test("all are found, in the order of the document")
    func order() throws {
        let schema = try JSONSchema([
            "properties": ["z": ["type": "null"], "a": ["items": ["type": "string"]]],
            "required": ["missing"], "maxProperties": 1,
        ])
        let value: JSONValue = ["z": 1, "a": ["x", 2, "y", 3]]
        let found = schema.violations(in: value).map { "\($0.pointer) \($0.rule)" }
        #expect(found == [" maxProperties", " required", "/a/1 type", "/a/3 type", "/z type"])
    }

    @Test("a limit ends the search")
    func limit() throws {
        let schema = try JSONSchema(["items": ["type": "string"]])
        let value = JSONValue.array((0..<100).map { .number(Double($0)) })
        #expect(schema.violations(in: value).count == 100)
        #expect(schema.violations(in: value, limit: 3).map(\.pointer.description) == ["/0", "/1", "/2"])
        #expect(schema.violations(in: value, limit: 0).isEmpty)
        #expect(schema.violations(in: ["a"], limit: 3).isEmpty)

        let choice = try JSONSchema(["anyOf": [["type": "null"], ["items": ["type": "string"]]]])
        #expect(choice.violations(in: [1, 2, 3], limit: 2).count == 2)
    }

    @Test("what two references find alike, is said once")
    func once() throws {
        let schema = try JSONSchema([
            "allOf": [["$ref": "#/$defs/a"], ["$ref": "#/$defs/a"]], "$defs": ["a": ["minimum": 1]],
        ])
        #expect(schema.violations(in: 0).count == 1)
    }

    @Test("a member of the wrong kind is not said to be unevaluated too")
    func evaluatedAllTheSame() throws {
        let schema = try JSONSchema([
            "allOf": [["properties": ["a": ["type": "string"]]]], "unevaluatedProperties": false,
        ])
        #expect(schema.violations(in: ["a": 1]).map(\.rule) == ["type"])
    }

    @Test("names that only look the same are different members")
    func names() throws {
        let schema = try JSONSchema(["properties": ["\u{e9}": true], "additionalProperties": false])
        #expect(schema.isValid(["\u{e9}": 1]))
        #expect(!schema.isValid(["e\u{301}": 1]))
    }

    @Test("messages are one line that a terminal can show")
    func oneLine() throws {
        let schema = try JSONSchema(["pattern": "^a\n\u{9b}$"])
        let message = try #require(schema.violations(in: "\u{1b}[1m\n\u{9b}").first?.message)
        #expect(message.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
        let long = try #require(
            schema.violations(in: .string(String(repeating: "x", count: 500))).first?.message)
        #expect(long.utf8.count < 200)
    }
}
