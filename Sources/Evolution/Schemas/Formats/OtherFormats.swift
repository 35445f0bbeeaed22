/// Identifiers, pointers and templates.
extension FormatScanner {
    /// Hexadecimal digits in groups of 8, 4, 4, 4 and 12 (RFC 4122).
    mutating func uuid() -> Bool {
        for (index, length) in [8, 4, 4, 4, 12].enumerated() {
            if index > 0, !skip("-") { return false }
            if skip(while: \.isHexadecimal) != length { return false }
        }
        return true
    }

    /// How many levels up, a step to the side, and then a pointer or `#` for the name (draft-bhutton-relative-json-pointer).
    mutating func relativePointer() -> Bool {
        guard count() else { return false }
        if skip("+-"), !count() { return false }
        if skip("#") { return true }
        let rest = String(decoding: bytes[position...], as: UTF8.self)
        position = bytes.count
        return StringFormat.jsonPointer.accepts(rest)
    }

    /// A number without leading zeros.
    private mutating func count() -> Bool {
        let start = position
        let length = skip(while: \.isDigit)
        return length == 1 || (length > 1 && bytes[start] != UInt8(ascii: "0"))
    }

    /// Literals and expressions in braces (RFC 6570, section 2).
    mutating func uriTemplate() -> Bool {
        while let byte = upcoming {
            if byte == UInt8(ascii: "{") {
                guard expression() else { return false }
            } else if byte == UInt8(ascii: "%") {
                guard percentEncoded() else { return false }
            } else if byte <= 0x20 || byte == 0x7F || ("\"'<>\\^`|}" as StaticString).has(byte) {
                return false
            } else {
                position += 1
            }
        }
        return true
    }

    private mutating func expression() -> Bool {
        guard skip("{") else { return false }
        _ = skip("+#./;?&=,!@|")
        repeat {
            guard variableName() else { return false }
            if skip(":") {
                // A prefix of fewer than 10,000 characters.
                guard let first = upcoming, first.isDigit, first != UInt8(ascii: "0"),
                    skip(while: \.isDigit) <= 4
                else {
                    return false
                }
            } else {
                _ = skip("*")
            }
        } while skip(",")
        return skip("}")
    }

    private mutating func variableName() -> Bool {
        repeat {
            var length = 0
            while true {
                if upcoming == UInt8(ascii: "%") {
                    guard percentEncoded() else { return false }
                } else if skip(while: { $0.isAlphanumeric || $0 == UInt8(ascii: "_") }) == 0 {
                    break
                }
                length += 1
            }
            if length == 0 { return false }
        } while skip(".")
        return true
    }
}
