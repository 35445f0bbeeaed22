import StemmaBlobs
import StemmaRecords

extension StemmaError.Code {
    /// A file of rules for a backfill is none; `fields` has `entry` where one is meant.
    public static let invalidRules = Self("invalid-rules")
}

extension BackfillRules {
    /// Reads a file of rules (Docs/Format.md, "Rules of a backfill").
    ///
    /// Throws `.invalidRules` for anything else, also for members that are not known: what they mean would be missing.
    public init(json bytes: [UInt8]) throws {
        let document: JSONValue
        do {
            document = try bytes.withUnsafeBytes { try JSONParser.parse($0, integers: .limited) }
        } catch let error as StemmaError {
            throw StemmaError.invalidRules(error.message)
        }
        guard case .object(let object) = document else {
            throw StemmaError.invalidRules("they are not a JSON object")
        }
        self.init([:])
        for (entry, value) in object {
            let rules: [JSONValue] = if case .array(let list) = value { list } else { [value] }
            entries[entry] = try rules.map { try BackfillRule($0, for: entry) }
        }
    }
}

extension BackfillRule {
    private static let members = ["function", "function_pattern", "extract", "several"]

    fileprivate init(_ value: JSONValue, for entry: String) throws {
        guard case .object(let object) = value else {
            throw StemmaError.invalidRules("a rule is no JSON object", entry)
        }
        if let unknown = object.names.first(where: { !Self.members.contains($0) }) {
            let nearest = NearestName.of(unknown, among: Self.members)
            throw StemmaError.invalidRules(
                "a rule has an unknown member '\(StemmaError.printable(unknown))'", entry,
                hint: nearest.map { "did you mean '\($0)'?" }
                    ?? "a rule has: \(Self.members.joined(separator: ", "))")
        }
        func text(_ name: String) throws -> String? {
            guard let value = object[name] else { return nil }
            guard case .string(let text) = value, !text.isEmpty else {
                throw StemmaError.invalidRules("'\(name)' of a rule is no text", entry)
            }
            return text
        }
        let functions: Functions
        switch (try text("function"), try text("function_pattern")) {
        case (let name?, nil): functions = .named(name)
        case (nil, let pattern?): functions = .matching(pattern)
        default:
            throw StemmaError.invalidRules(
                "a rule says either 'function' or 'function_pattern'", entry)
        }
        guard let extract = try text("extract") else {
            throw StemmaError.invalidRules(
                "a rule does not say what to 'extract'", entry, hint: "the name of a parameter, or arg_N")
        }
        let several = try text("several").map { text in
            guard let several = SeveralValues(rawValue: text) else {
                throw StemmaError.invalidRules(
                    "'several' of a rule is '\(StemmaError.printable(text))'", entry,
                    hint: "one of: \(SeveralValues.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return several
        }
        self.init(functions, extract: extract, several: several)
    }
}

extension StemmaError {
    static func invalidRules(_ what: String, _ entry: String? = nil, hint: String? = nil) -> StemmaError {
        let place = entry.map { "the rules for '\(printable($0))'" } ?? "the rules"
        return StemmaError(
            .invalidRules, "\(place) are not understood: \(what)",
            hint: hint ?? #"for example: {"low": {"function": "bandpass", "extract": "low"}}"#,
            fields: entry.map { ["entry": printable($0)] } ?? [:])
    }
}
