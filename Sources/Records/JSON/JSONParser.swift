import StemmaBlobs

/// Makes a `JSONValue` of strict JSON text (RFC 8259).
///
/// Refused are invalid UTF-8, a byte order mark, lone surrogates, names that occur twice in an object, nesting
/// deeper than `JSONLimits.depth`, numbers that overflow a double, and anything after the value but white space.
package struct JSONParser {
    private var reader: JSONReader
    private var depth = 0

    private init(_ bytes: UnsafeRawBufferPointer, integers: JSONIntegerRule) {
        reader = JSONReader(bytes, integers: integers)
    }

    /// Parses a whole text.
    ///
    /// Throws `malformedJSON` or `integerTooLarge`, each with the offset.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, integers: JSONIntegerRule = .printed
    ) throws -> JSONValue {
        var parser = JSONParser(bytes, integers: integers)
        try parser.reader.refuseByteOrderMark()
        let value = try parser.value()
        try parser.reader.readEnd()
        return value
    }

    /// Parses a whole text.
    ///
    /// Throws `malformedJSON` or `integerTooLarge`, each with the offset.
    package static func parse(_ bytes: [UInt8], integers: JSONIntegerRule = .printed) throws -> JSONValue {
        try bytes.withUnsafeBytes { try parse($0, integers: integers) }
    }

    /// Parses a whole text.
    ///
    /// Throws `malformedJSON` or `integerTooLarge`, each with the offset.
    package static func parse(_ text: String, integers: JSONIntegerRule = .printed) throws -> JSONValue {
        try text.withBytes { try parse($0, integers: integers) }
    }

    private mutating func value() throws -> JSONValue {
        reader.skipWhitespace()
        switch reader.next {
        case JSONByte.quote:
            return .string(try reader.readString())
        case JSONByte.openBrace:
            return .object(try object())
        case JSONByte.openBracket:
            return .array(try array())
        case JSONByte.minus, JSONByte.zero...JSONByte.nine:
            return .number(try reader.readNumber())
        case UInt8(ascii: "t"):
            try reader.readLiteral("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try reader.readLiteral("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try reader.readLiteral("null")
            return .null
        default:
            throw reader.unexpected("a value")
        }
    }

    private mutating func enter() throws {
        depth += 1
        if depth > JSONLimits.depth { throw reader.nestedTooDeep() }
        reader.position += 1
        reader.skipWhitespace()
    }

    private mutating func array() throws -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        if reader.skip(JSONByte.closeBracket) { return [] }
        var elements: [JSONValue] = []
        while true {
            elements.append(try value())
            reader.skipWhitespace()
            if reader.skip(JSONByte.comma) { continue }
            if reader.skip(JSONByte.closeBracket) { return elements }
            throw reader.unexpected("',' or ']'")
        }
    }

    private mutating func object() throws -> JSONObject {
        let start = reader.position
        try enter()
        defer { depth -= 1 }
        if reader.skip(JSONByte.closeBrace) { return JSONObject() }
        var members: [JSONObject.Element] = []
        members.reserveCapacity(4)
        while true {
            guard reader.next == JSONByte.quote else { throw reader.unexpected("a member name in quotes") }
            let name = try reader.readString()
            reader.skipWhitespace()
            guard reader.skip(JSONByte.colon) else { throw reader.unexpected("':'") }
            members.append((name, try value()))
            reader.skipWhitespace()
            if reader.skip(JSONByte.comma) {
                reader.skipWhitespace()
                continue
            }
            if reader.skip(JSONByte.closeBrace) { break }
            throw reader.unexpected("',' or '}'")
        }
        var duplicate: String?
        let object = JSONObject(sorting: members, duplicate: &duplicate)
        if let duplicate { throw reader.duplicateMember(duplicate, at: start) }
        return object
    }
}
