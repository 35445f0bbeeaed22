extension PatternTranslator {
    /// What stands after a backslash in a class or outside.
    enum Escape {
        /// A character; `nil` for half of a surrogate pair, which no text has.
        case character(Unicode.Scalar?)
        /// Many characters, as what stands between the brackets of a class.
        case set(String)
    }

    /// Translates what stands after a backslash outside of a class, and says whether it can be repeated.
    mutating func escape() throws(PatternError) -> Bool {
        switch upcoming {
        case "b"?, "B"?:
            position += 1
            append("\\" + String(scalars[position - 1]))
            return false
        case let digit? where ("1"..."9").contains(digit):
            guard let number = Int(takeDigits()), number <= groupCount else {
                throw PatternError(reason: "a back reference to a group that is not there")
            }
            append("\\g{\(number)}")
        case "k":
            position += 1
            guard skip("<"), let number = names[try groupName()] else {
                throw PatternError(reason: "a back reference to a group that is not there")
            }
            append("\\g{\(number)}")
        default:
            switch try commonEscape() {
            case .character(let scalar?): append(literal: scalar)
            case .character(nil): append("(?!)")
            case .set(let set): append("[\(set)]")
            }
        }
        return true
    }

    /// The escapes that mean the same in a class and outside.
    mutating func commonEscape() throws(PatternError) -> Escape {
        guard let scalar = next() else { throw PatternError(reason: "a backslash ends the expression") }
        switch scalar {
        case "d", "D", "w", "W": return .set("\\" + String(scalar))
        case "s": return .set(Self.whiteSpace)
        case "S": return .set(Self.notWhiteSpace)
        case "p", "P": return .set(try property(isNegated: scalar == "P"))
        case "t": return .character("\t")
        case "n": return .character("\n")
        case "v": return .character("\u{b}")
        case "f": return .character("\u{c}")
        case "r": return .character("\r")
        case "0":
            if let digit = upcoming, ("0"..."9").contains(digit) {
                throw PatternError(reason: "an octal escape")
            }
            return .character("\0")
        case "c":
            guard let letter = next(), letter.isASCII, letter.properties.isAlphabetic else {
                throw PatternError(reason: "'\\c' without a letter")
            }
            return .character(Unicode.Scalar(UInt8(letter.value & 31)))
        case "x": return .character(Unicode.Scalar(try hexadecimal(2)))
        case "u": return .character(Unicode.Scalar(try codePoint()))
        case "a"..."z", "A"..."Z", "1"..."9": throw PatternError(reason: "there is no escape '\\\(scalar)'")
        default: return .character(scalar)
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = next(), digit.isASCII, let number = Character(digit).hexDigitValue else {
                throw PatternError(reason: "an escape with too few hexadecimal digits")
            }
            value = value << 4 | UInt32(number)
        }
        return value
    }

    /// The rest of `\u{1F600}`, `\u0041` or a surrogate pair.
    private mutating func codePoint() throws(PatternError) -> UInt32 {
        if skip("{") {
            var value: UInt32 = 0
            while let digit = next(), value <= 0x10FFFF {
                if digit == "}", scalars[position - 2] != "{" { return value }
                guard digit.isASCII, let number = Character(digit).hexDigitValue else { break }
                value = value << 4 | UInt32(number)
            }
            throw PatternError(reason: "'\\u{' without a code point")
        }
        let first = try hexadecimal(4)
        let start = position
        if (0xD800...0xDBFF).contains(first), skip("\\"), skip("u"), let second = try? hexadecimal(4),
            (0xDC00...0xDFFF).contains(second)
        {
            return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        position = start
        return first
    }

    private mutating func property(isNegated: Bool) throws(PatternError) -> String {
        guard skip("{") else { throw PatternError(reason: "'\\p' without a property in braces") }
        var text = ""
        while let scalar = next(), scalar != "}" { text.unicodeScalars.append(scalar) }
        guard scalars[position - 1] == "}", let property = UnicodeProperty.translate(text) else {
            throw PatternError(reason: "'\(text)' is not a Unicode property")
        }
        return (isNegated != property.isNegated ? "\\P{" : "\\p{") + property.name + "}"
    }

    /// `\s` of ECMA-262: white space and line terminators; PCRE2's own is that of ASCII.
    private static let whiteSpace =
        "\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"

    /// All the rest, in full, because a class cannot have the complement of another one in it.
    private static let notWhiteSpace =
        "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}"
        + "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"
}
