import StemmaRecords

/// The documents that describe what a schema of draft 2020-12 is, known without a network.
enum MetaschemaDocument {
    /// The URI by which `$schema` names the dialect.
    static let dialect = base + "schema"

    private static let base = "https://json-schema.org/draft/2020-12/"

    private static let texts: [String: String] = [
        "schema": schema, "meta/core": core, "meta/applicator": applicator,
        "meta/unevaluated": unevaluated, "meta/validation": validation, "meta/meta-data": metaData,
        "meta/format-annotation": formatAnnotation, "meta/format-assertion": formatAssertion,
        "meta/content": content,
    ]

    /// The document of this URI, which has no fragment; `nil` for every other one.
    ///
    /// Throws `malformedJSON` if the text that we have of it is none.
    static func document(_ uri: String) throws -> JSONValue? {
        guard uri.hasPrefix(base), let text = texts[String(uri.dropFirst(base.count))] else { return nil }
        return try JSONParser.parse(text)
    }
}
