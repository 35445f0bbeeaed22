import StemmaRecords

/// Makes a JSON Schema that every document satisfies which it has seen: types, members, those that are never absent,
/// and elements. It guesses nothing: no enumerations, no limits, no formats, and other members are allowed.
///
/// Takes constant memory. The same documents in the same order give the same schema.
package struct SchemaInference: Sendable {
    private var shape = ValueShape()
    private var budget: Int

    /// - Parameter places: how many places of a document are described at most.
    package init(places: Int = 20_000) { budget = places }

    /// Takes in one more document.
    package mutating func add(_ document: JSONValue) { shape.add(document, depth: 0, budget: &budget) }

    /// The schema of what was seen so far.
    package var document: JSONValue {
        guard case .object(var schema) = shape.schema else { return ["$schema": .string(Self.dialect)] }
        schema["$schema"] = .string(Self.dialect)
        return .object(schema)
    }

    private static let dialect = "https://json-schema.org/draft/2020-12/schema"
}

extension ValueShape {
    /// The values as a schema.
    var schema: JSONValue {
        var schema = JSONObject()
        if kinds.isEmpty { return true }
        schema["type"] = kinds.type
        if case .all(let shape) = elements { schema["items"] = shape.schema }
        switch members {
        case .named(let members, _):
            guard !members.isEmpty else { break }
            var properties = JSONObject()
            for member in members { properties[member.name] = member.shape.schema }
            schema["properties"] = .object(properties)
            let required = members.filter { $0.count == objects }
            if !required.isEmpty { schema["required"] = .array(required.map { .string($0.name) }) }
        case .map(let shape): schema["additionalProperties"] = shape.schema
        case .unknown: break
        }
        return .object(schema)
    }
}
