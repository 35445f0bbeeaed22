extension PatternTranslator {
    /// Translates a class, after its `[`.
    mutating func characterClass() throws(PatternError) {
        let isNegated = skip("^")
        var content = ""
        while let scalar = upcoming {
            if scalar == "]" {
                position += 1
                appendClass(content, isNegated: isNegated)
                return
            }
            let first = try classAtom()
            guard upcoming == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                content += Self.text(first)
                continue
            }
            position += 1
            let last = try classAtom()
            if case .character(let low) = first, case .character(let high) = last {
                content += try Self.range(low, high)
            } else {
                content += Self.text(first) + "\\-" + Self.text(last)
            }
        }
        throw PatternError(reason: "a class is not closed")
    }

    private mutating func appendClass(_ content: String, isNegated: Bool) {
        if content.isEmpty {
            // ECMA-262 has a class of nothing, and one of everything.
            append(isNegated ? "[\\x{0}-\\x{10ffff}]" : "(?!)")
        } else {
            append(isNegated ? "[^\(content)]" : "[\(content)]")
        }
    }

    private mutating func classAtom() throws(PatternError) -> Escape {
        guard let scalar = next() else { throw PatternError(reason: "a class is not closed") }
        guard scalar == "\\" else { return .character(scalar) }
        if skip("b") { return .character("\u{8}") }
        return try commonEscape()
    }

    private static func text(_ atom: Escape) -> String {
        switch atom {
        case .character(let scalar?): text(scalar)
        case .character(nil): ""
        case .set(let set): set
        }
    }

    private static func text(_ scalar: Unicode.Scalar) -> String { "\\x{\(String(scalar.value, radix: 16))}" }

    /// A range of characters, without the halves of surrogate pairs, which texts do not have.
    private static func range(
        _ first: Unicode.Scalar?, _ last: Unicode.Scalar?
    ) throws(PatternError) -> String {
        guard let first = first ?? (last == nil ? nil : "\u{e000}"), case let last = last ?? "\u{d7ff}"
        else { return "" }
        guard first.value <= last.value else {
            throw PatternError(reason: "a range in a class goes backwards")
        }
        return text(first) + "-" + text(last)
    }
}
