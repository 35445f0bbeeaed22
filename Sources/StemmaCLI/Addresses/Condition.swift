import Stemma

/// What `--where` asks of a record: comparisons joined by `and`.
struct Condition {
    /// One `NAME OP VALUE`.
    struct Comparison {
        enum Relation: String, CaseIterable {
            case equal = "="
            case notEqual = "!="
            case less = "<"
            case lessOrEqual = "<="
            case greater = ">"
            case greaterOrEqual = ">="
        }

        let name: String
        let relation: Relation
        let value: Scalar
        /// The value as a schema version, where it is that property that is asked for.
        let version: SchemaVersion?
    }

    let comparisons: [Comparison]
    private let keys: KeyDeclarations

    /// What a record can be asked for besides its keys and version entries; one of those that is called so goes first.
    static let properties = ["value", "size", "format", "schema"]

    init(_ text: String, keys: KeyDeclarations) throws {
        self.keys = keys
        var reader = ConditionReader(text, keys: keys)
        comparisons = try reader.read()
    }

    /// Whether it asks for the schema version, which the line of a record need not say.
    var asksForSchema: Bool { comparisons.contains { $0.name == "schema" } }

    /// The names that are neither keys nor properties: version entries, if anything.
    var versionNames: [String] {
        comparisons.map(\.name).filter { keys[$0] == nil && !Self.properties.contains($0) }
    }

    /// A record that does not have what is asked for matches no comparison, not even `!=`.
    ///
    /// - Parameter schema: the schema version that it is of.
    func matches(_ record: Record, schema: SchemaVersion? = nil) -> Bool {
        comparisons.allSatisfy { comparison in
            if let wanted = comparison.version, keys["schema"] == nil, record.version["schema"] == nil {
                return schema.map { Self.holds($0, comparison.relation, wanted) } ?? false
            }
            guard let found = value(comparison.name, of: record) else { return false }
            return Self.holds(found, comparison.relation, comparison.value)
        }
    }

    /// Versions are compared by their numbers.
    private static func holds(
        _ found: SchemaVersion, _ relation: Comparison.Relation, _ wanted: SchemaVersion
    ) -> Bool {
        switch relation {
        case .equal: found == wanted
        case .notEqual: found != wanted
        case .less: found < wanted
        case .lessOrEqual: found <= wanted
        case .greater: found > wanted
        case .greaterOrEqual: found >= wanted
        }
    }

    private func value(_ name: String, of record: Record) -> Scalar? {
        if keys[name] != nil { return record.keys[name] }
        if let entry = record.version[name] { return entry }
        switch name {
        case "value": return record.value.flatMap { Scalar($0) }
        case "size": return .number(Double(record.size))
        case "format": return .string(record.format.rawValue)
        default: return nil
        }
    }

    /// Only values of one type have an order: numbers by value, strings by UTF-8 bytes, false before true.
    private static func holds(_ found: Scalar, _ relation: Comparison.Relation, _ wanted: Scalar) -> Bool {
        switch relation {
        case .equal: return found == wanted
        case .notEqual: return found != wanted
        default: break
        }
        let isLess: Bool
        switch (found, wanted) {
        case (.number(let a), .number(let b)): isLess = a < b
        case (.string(let a), .string(let b)): isLess = a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.bool(let a), .bool(let b)): isLess = !a && b
        default: return false
        }
        return switch relation {
        case .less: isLess
        case .lessOrEqual: isLess || found == wanted
        case .greater: !isLess && found != wanted
        default: !isLess
        }
    }
}

/// Takes the text of a condition apart.
private struct ConditionReader {
    private let text: String
    private let keys: KeyDeclarations
    private var rest: Substring

    init(_ text: String, keys: KeyDeclarations) {
        self.text = text
        self.keys = keys
        rest = text[...]
    }

    mutating func read() throws -> [Condition.Comparison] {
        var comparisons = [try comparison()]
        while true {
            skipSpace()
            if rest.isEmpty { return comparisons }
            let word = take { !$0.isWhitespace }
            guard word == "and" else { throw problem("'and' is expected", at: word) }
            comparisons.append(try comparison())
        }
    }

    private mutating func comparison() throws -> Condition.Comparison {
        skipSpace()
        let name = take { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        guard !name.isEmpty else { throw problem("a name is expected", at: rest) }
        skipSpace()
        let sign = take { "=!<>~".contains($0) }
        guard let relation = Condition.Comparison.Relation(rawValue: String(sign)) else {
            throw problem("a comparison is expected after '\(name)'", at: sign.isEmpty ? rest : sign)
        }
        skipSpace()
        let value = try value(of: String(name))
        return Condition.Comparison(
            name: String(name), relation: relation, value: value,
            version: name == "schema" ? try? SchemaVersion(value.text) : nil)
    }

    private mutating func value(of name: String) throws -> Scalar {
        guard let first = rest.first else { throw problem("a value is expected after '\(name)'", at: rest) }
        if first == "\"" {
            guard let quoted = takeQuoted(), case .string(let string) = try ScalarReader.read(quoted) else {
                throw problem("a string in double quotes is not closed", at: rest)
            }
            return .string(string)
        }
        let typed = String(take { !$0.isWhitespace })
        if let key = keys[name] { return try ScalarReader.read(typed, for: key) }
        return ["format", "schema"].contains(name) ? .string(typed) : try ScalarReader.read(typed)
    }

    /// A JSON string with its quotes; `nil` when it does not end.
    private mutating func takeQuoted() -> String? {
        var isEscaped = false
        var end = rest.index(after: rest.startIndex)
        while end < rest.endIndex {
            let character = rest[end]
            end = rest.index(after: end)
            if character == "\"", !isEscaped {
                defer { rest = rest[end...] }
                return String(rest[..<end])
            }
            isEscaped = character == "\\" && !isEscaped
        }
        return nil
    }

    private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }

    private mutating func take(while isPart: (Character) -> Bool) -> Substring {
        let taken = rest.prefix(while: isPart)
        rest = rest[taken.endIndex...]
        return taken
    }

    private func problem(_ what: String, at place: Substring) -> StemmaError {
        let found = place.isEmpty ? "at the end" : "at '\(Shell.visible(String(place.prefix(20))))'"
        return UsageError.make(
            "--where is not understood: \(what) \(found)",
            hint: "NAME OP VALUE, joined by 'and'; OP is one of "
                + Condition.Comparison.Relation.allCases.map(\.rawValue).joined(separator: " ")
                + "; NAME is a key, a version entry, " + Condition.properties.joined(separator: ", "))
    }
}
