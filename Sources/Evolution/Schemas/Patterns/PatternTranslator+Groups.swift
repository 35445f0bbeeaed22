extension PatternTranslator {
    /// Translates what begins a group, after its `(`.
    mutating func groupStart() throws(PatternError) -> Group {
        guard skip("?") else {
            append("(")
            return .plain
        }
        switch next() {
        case ":":
            append("(?:")
            return .plain
        case "=":
            append("(?=")
            return .lookahead
        case "!":
            append("(?!")
            return .lookahead
        case "<":
            if skip("=") {
                append("(?<=")
                return .lookbehind
            }
            if skip("!") {
                append("(?<!")
                return .lookbehind
            }
            // By number: ECMA-262 has names that PCRE2 does not take.
            _ = try groupName()
            append("(")
            return .plain
        default:
            throw PatternError(reason: "'(?' begins no group")
        }
    }

    /// A name up to its `>`, after the `<`.
    mutating func groupName() throws(PatternError) -> String {
        var name = ""
        while let scalar = next() {
            if scalar == ">", !name.isEmpty { return name }
            let isLetter = scalar.properties.isAlphabetic || scalar == "_" || scalar == "$"
            guard isLetter || (!name.isEmpty && scalar.properties.numericType != nil) else { break }
            name.unicodeScalars.append(scalar)
        }
        throw PatternError(reason: "a group has no proper name")
    }

    /// Counts the groups and finds their names, which may be referred to before they come.
    mutating func findGroups() throws(PatternError) {
        var isInClass = false
        while let scalar = next() {
            switch scalar {
            case "\\": _ = next()
            case "[": isInClass = true
            case "]": isInClass = false
            case "(" where !isInClass:
                guard skip("?") else {
                    groupCount += 1
                    continue
                }
                guard skip("<"), upcoming != "=", upcoming != "!" else { continue }
                groupCount += 1
                let name = try groupName()
                if names.updateValue(groupCount, forKey: name) != nil {
                    throw PatternError(reason: "two groups have the name '\(name)'")
                }
            default: break
            }
        }
    }
}
