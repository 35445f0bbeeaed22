import StemmaBlobs

extension JSONValue {
    /// The one form that canonical JSON (RFC 8785) has for the value, without a line end.
    ///
    /// Throws `unencodable` if a number is not finite or the nesting is deeper than `JSONLimits.depth`: what is
    /// printed can always be read again.
    package var canonical: [UInt8] {
        get throws {
            var output: [UInt8] = []
            try appendCanonical(to: &output)
            return output
        }
    }

    /// Appends the canonical form, without a line end.
    ///
    /// Throws as `canonical` does; `output` then has a part of the value.
    package func appendCanonical(to output: inout [UInt8]) throws {
        try appendCanonical(to: &output, depth: 0)
    }

    fileprivate func appendCanonical(to output: inout [UInt8], depth: Int) throws {
        switch self {
        case .null: output.append(literal: "null")
        case .bool(let value): output.append(literal: value ? "true" : "false")
        case .number(let number): try JSONNumber.append(number, to: &output)
        case .string(let string): JSONString.append(string, to: &output)
        case .array(let elements):
            if depth == JSONLimits.depth { throw StemmaError.nestedTooDeep() }
            output.append(JSONByte.openBracket)
            var isFirst = true
            for element in elements {
                if !isFirst { output.append(JSONByte.comma) }
                isFirst = false
                try element.appendCanonical(to: &output, depth: depth + 1)
            }
            output.append(JSONByte.closeBracket)
        case .object(let object):
            try object.appendCanonical(to: &output, depth: depth)
        }
    }
}

extension JSONObject {
    /// Appends the canonical form of the object, without a line end.
    ///
    /// Throws as `JSONValue.canonical` does; `output` then has a part of the object.
    package func appendCanonical(to output: inout [UInt8]) throws {
        try appendCanonical(to: &output, depth: 0)
    }

    fileprivate func appendCanonical(to output: inout [UInt8], depth: Int) throws {
        if depth == JSONLimits.depth { throw StemmaError.nestedTooDeep() }
        output.append(JSONByte.openBrace)
        var isFirst = true
        for member in self {
            if !isFirst { output.append(JSONByte.comma) }
            isFirst = false
            JSONString.append(member.name, to: &output)
            output.append(JSONByte.colon)
            try member.value.appendCanonical(to: &output, depth: depth + 1)
        }
        output.append(JSONByte.closeBrace)
    }
}

extension JSONValue: CustomStringConvertible {
    /// The canonical form as text; of a value that has none, what is wrong with it.
    public var description: String {
        do {
            return String(decoding: try canonical, as: UTF8.self)
        } catch {
            return "<\(error)>"
        }
    }
}

extension [UInt8] {
    @inline(__always)
    mutating func append(literal: StaticString) {
        append(contentsOf: UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }
}
