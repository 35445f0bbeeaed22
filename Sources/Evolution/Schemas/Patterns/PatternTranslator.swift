/// Turns a regular expression of ECMA-262 into the same one for PCRE2.
///
/// The expression is read as with the `u` flag, which JSON Schema asks for. Of what that flag forbids, braces that
/// are no quantifier and `]` by itself stand for themselves, and so does every escaped character that is no letter
/// or digit: schemas are full of `\-` and `\_`, and they have no other meaning.
struct PatternTranslator {
    enum Group { case plain, lookahead, lookbehind }

    let scalars: [Unicode.Scalar]
    var position = 0
    var output: [UInt8] = []
    /// The numbers of the named groups.
    var names: [String: Int] = [:]
    var groupCount = 0

    private var open: [Group] = []
    /// Whether what comes next may be `*` or another quantifier.
    private var isRepeatable = false

    /// The expression for PCRE2, in UTF-8. Throws where it is not one of ECMA-262.
    static func translate(_ source: String) throws(PatternError) -> [UInt8] {
        var translator = PatternTranslator(scalars: Array(source.unicodeScalars))
        try translator.findGroups()
        translator.position = 0
        while let scalar = translator.next() { try translator.term(scalar) }
        guard translator.open.isEmpty else { throw PatternError(reason: "a group is not closed") }
        return translator.output
    }

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    var upcoming: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func next() -> Unicode.Scalar? {
        guard let scalar = upcoming else { return nil }
        position += 1
        return scalar
    }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard upcoming == scalar else { return false }
        position += 1
        return true
    }

    private mutating func term(_ scalar: Unicode.Scalar) throws(PatternError) {
        switch scalar {
        case "|", "^", "$":
            append(String(scalar))
            isRepeatable = false
        case "(":
            open.append(try groupStart())
            isRepeatable = false
        case ")":
            guard let group = open.popLast() else { throw PatternError(reason: "')' without '('") }
            append(")")
            isRepeatable = group != .lookbehind
        case "*", "+", "?":
            try quantifier(String(scalar))
        case "{":
            if let bounds = bounds() {
                try quantifier(bounds)
            } else {
                append(literal: scalar)
                isRepeatable = true
            }
        case ".":
            append("[^\\n\\r\\x{2028}\\x{2029}]")
            isRepeatable = true
        case "[":
            try characterClass()
            isRepeatable = true
        case "\\":
            isRepeatable = try escape()
        default:
            append(literal: scalar)
            isRepeatable = true
        }
    }

    private mutating func quantifier(_ text: String) throws(PatternError) {
        // A '+' after a quantifier, which PCRE2 would take for a possessive one, ends here too.
        guard isRepeatable else { throw PatternError(reason: "there is nothing that '\(text)' could repeat") }
        append(text)
        if skip("?") { append("?") }
        isRepeatable = false
    }

    /// The rest of `{2}`, `{2,}` or `{2,5}`, if that is what stands here.
    private mutating func bounds() -> String? {
        let start = position
        var text = "{"
        var parts = 0
        repeat {
            if parts == 1 { text += "," }
            let digits = takeDigits()
            text += digits
            parts += 1
            if digits.isEmpty, parts == 1 || upcoming != "}" { break }
            if parts == 2 || upcoming != "," {
                if skip("}") { return text + "}" }
                break
            }
        } while skip(",")
        position = start
        return nil
    }

    mutating func takeDigits() -> String {
        var digits = ""
        while let digit = upcoming, ("0"..."9").contains(digit) {
            digits.unicodeScalars.append(digit)
            position += 1
        }
        return digits
    }

    // MARK: Output

    mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    /// Appends a character that stands for itself.
    mutating func append(literal scalar: Unicode.Scalar) {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": output.append(UInt8(scalar.value))
        default: append("\\x{\(String(scalar.value, radix: 16))}")
        }
    }
}
