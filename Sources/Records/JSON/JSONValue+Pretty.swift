import StemmaBlobs

extension JSONValue {
    /// The canonical form with one member or element a line, indented by two spaces, and a line end at the end.
    ///
    /// For files that people read and git merges line by line. Throws as `canonical` does.
    package var prettyPrinted: [UInt8] {
        get throws {
            var output: [UInt8] = []
            try appendPretty(to: &output, depth: 0)
            output.append(UInt8(ascii: "\n"))
            return output
        }
    }

    private func appendPretty(to output: inout [UInt8], depth: Int) throws {
        switch self {
        case .array(let elements) where !elements.isEmpty:
            if depth == JSONLimits.depth { throw StemmaError.nestedTooDeep() }
            output.append(JSONByte.openBracket)
            for (index, element) in elements.enumerated() {
                Self.startLine(index, depth: depth + 1, in: &output)
                try element.appendPretty(to: &output, depth: depth + 1)
            }
            Self.startLine(0, depth: depth, in: &output)
            output.append(JSONByte.closeBracket)
        case .object(let object) where !object.isEmpty:
            if depth == JSONLimits.depth { throw StemmaError.nestedTooDeep() }
            output.append(JSONByte.openBrace)
            for (index, member) in object.enumerated() {
                Self.startLine(index, depth: depth + 1, in: &output)
                JSONString.append(member.name, to: &output)
                output.append(literal: ": ")
                try member.value.appendPretty(to: &output, depth: depth + 1)
            }
            Self.startLine(0, depth: depth, in: &output)
            output.append(JSONByte.closeBrace)
        default:
            try appendCanonical(to: &output)
        }
    }

    private static func startLine(_ index: Int, depth: Int, in output: inout [UInt8]) {
        if index > 0 { output.append(JSONByte.comma) }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }
}
