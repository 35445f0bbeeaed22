import StemmaRecords

/// Which keywords have schemas as their values.
enum SchemaKeywords {
    /// Those with one schema.
    private static let single = [
        "additionalProperties", "items", "contains", "unevaluatedItems", "unevaluatedProperties",
        "propertyNames",
        "not", "if", "then", "else", "contentSchema",
    ]
    /// Those with a list of schemas.
    private static let list = ["prefixItems", "allOf", "anyOf", "oneOf"]
    /// Those with schemas by name; `definitions` is what earlier drafts called `$defs`.
    private static let named = [
        "properties", "patternProperties", "dependentSchemas", "$defs", "definitions",
    ]

    /// Whether a keyword has more than one schema, each below a name or a number.
    static func hasMany(_ keyword: String) -> Bool { list.contains(keyword) || named.contains(keyword) }

    /// The schemas in a schema, with the way to each from it, in the order of the document.
    static func subschemas(of schema: JSONObject) -> [(tokens: [String], schema: JSONValue)] {
        var found: [([String], JSONValue)] = []
        for (keyword, value) in schema {
            switch value {
            case .array(let elements) where list.contains(keyword):
                found += elements.enumerated().map { ([keyword, String($0)], $1) }
            case .object(let members) where named.contains(keyword):
                found += members.map { ([keyword, $0.name], $0.value) }
            case .object where single.contains(keyword), .bool where single.contains(keyword):
                found.append(([keyword], value))
            default: break
            }
        }
        return found
    }
}
