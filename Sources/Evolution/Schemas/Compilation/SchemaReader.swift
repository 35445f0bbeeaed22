import StemmaBlobs
import StemmaRecords

/// Reads the values of a schema's keywords.
///
/// The metaschema was asked before, but not of what stands below keywords that are not the draft's and is referred to
/// all the same; so whatever is of the wrong kind is `invalidSchema` here too.
struct SchemaReader {
    let schema: JSONObject
    let location: SchemaDocuments.Location

    func pointer(_ keyword: String) -> JSONPointer { location.pointer.appending(keyword) }

    func string(_ keyword: String) throws -> String? {
        guard let value = schema[keyword] else { return nil }
        guard case .string(let text) = value else { throw mismatch(keyword, "a string") }
        return text
    }

    func number(_ keyword: String) throws -> Double? {
        guard let value = schema[keyword] else { return nil }
        guard case .number(let number) = value, number.isFinite else { throw mismatch(keyword, "a number") }
        return number
    }

    /// A count; one beyond what can be counted is as good as the largest.
    func count(_ keyword: String) throws -> Int? {
        guard let number = try number(keyword) else { return nil }
        guard number >= 0, number.rounded(.towardZero) == number else {
            throw mismatch(keyword, "an integer that is not negative")
        }
        return Int(exactly: number) ?? .max
    }

    func flag(_ keyword: String) throws -> Bool? {
        guard let value = schema[keyword] else { return nil }
        guard case .bool(let flag) = value else { throw mismatch(keyword, "a boolean") }
        return flag
    }

    func array(_ keyword: String) throws -> [JSONValue]? {
        guard let value = schema[keyword] else { return nil }
        guard case .array(let elements) = value else { throw mismatch(keyword, "an array") }
        return elements
    }

    func object(_ keyword: String) throws -> JSONObject? {
        guard let value = schema[keyword] else { return nil }
        guard case .object(let object) = value else { throw mismatch(keyword, "an object") }
        return object
    }

    func strings(_ keyword: String) throws -> [String]? {
        try array(keyword).map { try strings($0, keyword) }
    }

    func strings(_ elements: [JSONValue], _ keyword: String) throws -> [String] {
        try elements.map { element in
            guard case .string(let text) = element else { throw mismatch(keyword, "strings") }
            return text
        }
    }

    /// Where the schema of a keyword stands, if there is one.
    func schema(_ keyword: String) -> SchemaDocuments.Location? {
        schema[keyword].map { _ in below(keyword) }
    }

    /// Where the schemas of a list stand.
    func schemas(_ keyword: String) throws -> [SchemaDocuments.Location] {
        try (array(keyword) ?? []).indices.map { below(keyword, String($0)) }
    }

    /// Where the schemas that have names stand.
    func namedSchemas(_ keyword: String) throws -> [(name: String, location: SchemaDocuments.Location)] {
        try (object(keyword) ?? [:]).names.map { ($0, below(keyword, $0)) }
    }

    private func below(_ tokens: String...) -> SchemaDocuments.Location {
        .init(document: location.document, pointer: JSONPointer(tokens: location.pointer.tokens + tokens))
    }

    private func mismatch(_ keyword: String, _ expected: String) -> StemmaError {
        let found = schema[keyword].map { ", found \($0.shown)" } ?? ""
        return .invalidSchema("'\(keyword)' takes \(expected)\(found)", at: pointer(keyword))
    }
}
