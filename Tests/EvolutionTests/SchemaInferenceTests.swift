import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@testable import StemmaEvolution

@Suite("Schemas made from documents")
struct SchemaInferenceTests {
    private func inferred(_ documents: String...) throws -> String {
        var inference = SchemaInference()
        for document in documents { inference.add(try JSONParser.parse(document)) }
        guard case .object(var schema) = inference.document else { return "" }
        #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
        schema["$schema"] = nil
        return JSONValue.object(schema).description
    }

    @Test("Types, members that are never absent, elements; whole numbers are integers until one is not")
    func example() throws {
        #expect(
            try inferred(#"{"peak":1,"name":"a","marks":[1,2]}"#, #"{"peak":2.5,"marks":[]}"#)
                == #"{"properties":{"marks":{"items":{"type":"integer"},"type":"array"},"name":{"type":"string"},"#
                + #""peak":{"type":"number"}},"required":["marks","peak"],"type":"object"}"#)
        #expect(try inferred("1", "null") == #"{"type":["null","integer"]}"#)
        #expect(try inferred("[]") == #"{"type":"array"}"#)
        #expect(try inferred("{}") == #"{"type":"object"}"#)
        #expect(try inferred("1.5", "1", "null", "true", #""a""#, "[]", "{}") == "{}")
        #expect(
            try inferred(#"{"a":1}"#, "7")
                == #"{"properties":{"a":{"type":"integer"}},"required":["a"],"type":["object","integer"]}"#)
    }

    @Test("A member that came late is not required, whatever came before it was not an object")
    func late() throws {
        #expect(try inferred("[]", #"{"a":1}"#).contains(#""required":["a"]"#))
        #expect(try !inferred("{}", #"{"a":1}"#).contains("required"))
    }

    @Test("Names that only Unicode takes for the same are two")
    func names() throws {
        let text = try inferred("{\"\u{e9}\":1,\"e\u{301}\":\"x\"}")
        #expect(text.contains(#"{"type":"integer"}"#) && text.contains(#"{"type":"string"}"#))
    }

    @Test("Whatever the documents, each satisfies the schema, and the same documents give the same one")
    func random() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = JSONRandomDocument(seed: seed)
        for round in 0..<150 {
            let documents = (0..<random.below(30)).map { _ in random.value(depth: 5) }
            // Few places, so that what cannot be described is met, too.
            for places in [0, 1, 3, 10, 20_000] {
                var inference = SchemaInference(places: places)
                var again = SchemaInference(places: places)
                for document in documents {
                    inference.add(document)
                    again.add(document)
                }
                #expect(inference.document == again.document)
                let schema = try JSONSchema(inference.document)
                for document in documents {
                    let violations = schema.violations(in: document)
                    #expect(
                        violations.isEmpty,
                        "seed \(seed), round \(round), \(places) places: \(violations) in \(document) by \(inference.document)"
                    )
                }
            }
        }
    }

    @Test("An object of a great many names is a map of one shape, whenever they come")
    func map() throws {
        func objects(_ range: Range<Int>) -> JSONValue {
            .object(JSONObject(range.map { ("s\($0)", JSONValue.array([.number(Double($0))])) }))
        }
        var inference = SchemaInference()
        for start in stride(from: 0, to: 3000, by: 100) { inference.add(objects(start..<start + 100)) }
        #expect(inference.document["properties"] == nil)
        #expect(
            inference.document["additionalProperties"]
                == ["items": ["type": "integer"], "type": "array"])
        let schema = try JSONSchema(inference.document)
        #expect(schema.isValid(objects(0..<2000)))
        #expect(!schema.isValid(["other": "text"]))
    }

    @Test("A merge of shapes that know of different members says nothing that one of them does not know")
    func merge() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = JSONRandomDocument(seed: seed)
        for round in 0..<300 {
            var shapes: [(ValueShape, [JSONValue])] = []
            for _ in 0..<3 {
                var (shape, budget) = (ValueShape(), random.below(8))
                let documents = (0..<random.below(6)).map { _ in random.value(depth: 3) }
                for document in documents { shape.add(document, depth: 0, budget: &budget) }
                shapes.append((shape, documents))
            }
            var merged = ValueShape()
            for (shape, _) in shapes { merged.merge(shape) }
            let document = merged.schema
            let schema = try JSONSchema(document)
            for value in shapes.flatMap(\.1) {
                #expect(schema.isValid(value), "seed \(seed), round \(round): \(value) by \(document)")
            }
        }
    }

    @Test("A document as deep as JSON may be has a schema that can be printed")
    func deep() throws {
        let text = String(repeating: #"{"a":["#, count: 255) + String(repeating: "]}", count: 255)
        var inference = SchemaInference()
        let document = try JSONParser.parse(text)
        inference.add(document)
        #expect(try !inference.document.prettyPrinted.isEmpty)
        #expect(try JSONSchema(inference.document).isValid(document))
    }
}

/// Documents whose members and kinds often come again, so that they have something in common.
private struct JSONRandomDocument {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

    mutating func value(depth: Int) -> JSONValue {
        switch below(depth == 0 ? 5 : 9) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .string(["a", "b", ""][below(3)])
        case 3: return .number(Double(below(5)))
        case 4: return .number(Double(below(5)) / 2)
        case 5, 6, 7:
            var object = JSONObject()
            for _ in 0..<below(5) {
                object[["a", "b", "c", "é", "e\u{301}", "\u{1f600}", "\u{ffff}"][below(7)]] = value(
                    depth: depth - 1)
            }
            return .object(object)
        default: return .array((0..<below(4)).map { _ in value(depth: depth - 1) })
        }
    }
}
