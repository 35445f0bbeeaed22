/// URIs (RFC 3986) and, with characters beyond ASCII, IRIs (RFC 3987).
extension FormatScanner {
    mutating func uri(isInternational: Bool) -> Bool {
        scheme() && tail(isInternational, pathMayHaveColon: true)
    }

    mutating func uriReference(isInternational: Bool) -> Bool {
        if attempt({ $0.uri(isInternational: isInternational) && $0.isAtEnd }) { return true }
        return tail(isInternational, pathMayHaveColon: false)
    }

    private mutating func scheme() -> Bool {
        guard upcoming?.isLetter == true else { return false }
        _ = skip(while: { $0.isAlphanumeric || ("+-." as StaticString).has($0) })
        return skip(":")
    }

    /// All that comes after the scheme.
    private mutating func tail(_ isInternational: Bool, pathMayHaveColon: Bool) -> Bool {
        if attempt({ $0.skip("/") && $0.skip("/") }) {
            guard authority(isInternational) else { return false }
            if !isAtEnd, let byte = upcoming, !("/?#" as StaticString).has(byte) { return false }
        } else if !pathMayHaveColon {
            // Otherwise what stands before it would be a scheme.
            guard characters("@", isInternational), upcoming != UInt8(ascii: ":") else { return false }
        }
        guard characters(":@/", isInternational) else { return false }
        if skip("?"), !characters(":@/?", isInternational, isPrivateAllowed: true) { return false }
        if skip("#"), !characters(":@/?", isInternational) { return false }
        return true
    }

    private mutating func authority(_ isInternational: Bool) -> Bool {
        _ = attempt { $0.characters(":", isInternational) && $0.skip("@") }
        if skip("[") {
            guard attempt({ $0.ipv6() && $0.skip("]") }) || attempt({ $0.futureAddress() && $0.skip("]") })
            else {
                return false
            }
        } else if !characters("", isInternational) {
            return false
        }
        if skip(":") { _ = skip(while: \.isDigit) }
        return true
    }

    private mutating func futureAddress() -> Bool {
        guard skip("Vv"), skip(while: \.isHexadecimal) > 0, skip(".") else { return false }
        return skip(while: { $0.isUnreserved || $0.isSubDelimiter || $0 == UInt8(ascii: ":") }) > 0
    }

    /// Any number of unreserved characters, sub-delimiters, percent-encoded bytes and `others`.
    private mutating func characters(
        _ others: StaticString, _ isInternational: Bool, isPrivateAllowed: Bool = false
    ) -> Bool {
        while let byte = upcoming {
            if byte == UInt8(ascii: "%") {
                guard percentEncoded() else { return false }
            } else if byte >= 0x80, isInternational {
                guard international(isPrivateAllowed) else { return false }
            } else if byte.isUnreserved || byte.isSubDelimiter || others.has(byte) {
                position += 1
            } else {
                return true
            }
        }
        return true
    }

    mutating func percentEncoded() -> Bool {
        guard skip("%"), bytes.count - position >= 2, bytes[position].isHexadecimal,
            bytes[position + 1].isHexadecimal
        else {
            return false
        }
        position += 2
        return true
    }

    /// A character of `ucschar` of RFC 3987 or, where that is allowed, of `iprivate`.
    private mutating func international(_ isPrivateAllowed: Bool) -> Bool {
        var code = UInt32(bytes[position])
        code &= code < 0xE0 ? 0x1F : code < 0xF0 ? 0x0F : 0x07
        position += 1
        while let byte = upcoming, byte & 0xC0 == 0x80 {
            code = code << 6 | UInt32(byte & 0x3F)
            position += 1
        }
        switch code {
        case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: return true
        case 0xE000...0xF8FF, 0xF0000...0x10FFFD: return isPrivateAllowed && code & 0xFFFE != 0xFFFE
        case 0x10000...0xDFFFD, 0xE1000...0xEFFFD: return code & 0xFFFE != 0xFFFE
        default: return false
        }
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool { isAlphanumeric || ("-._~" as StaticString).has(self) }
    fileprivate var isSubDelimiter: Bool { ("!$&'()*+,;=" as StaticString).has(self) }
}
