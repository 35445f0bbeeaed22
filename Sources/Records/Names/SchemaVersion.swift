import StemmaBlobs

/// The version of a variable's schema: numbers with dots between them, such as `0.2.0`.
///
/// Versions are compared number by number: 0.10.0 is newer than 0.9.0. Zeros at the end do not count: `1.0` and `1.0.0`
/// are one version in two spellings, and each keeps its own.
public struct SchemaVersion: Sendable {
    /// The version as it was written.
    public let description: String
    /// The numbers without zeros at the end: equal for equal versions.
    private let numbers: [Int]

    /// The longest spelling in bytes.
    package static let maximumLength = 64

    /// The version of a record that says none, where its variable says nothing else.
    public static let legacy = SchemaVersion(description: "0.0.1", numbers: [0, 0, 1])

    private init(description: String, numbers: [Int]) {
        self.description = description
        self.numbers = numbers
    }

    /// Reads a version: one number or more, dots between them.
    ///
    /// Throws `.invalidSchemaVersion` for anything else, also for a number with a leading zero or of more than 18 digits.
    public init(_ text: some StringProtocol) throws {
        let text = String(text)
        guard let numbers = Self.numbers(text) else { throw StemmaError.invalidSchemaVersion(text) }
        self.init(description: text, numbers: numbers)
    }

    private static func numbers(_ text: String) -> [Int]? {
        guard text.utf8.count <= maximumLength else { return nil }
        var numbers: [Int] = []
        for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            // 18 digits always fit.
            guard (1...18).contains(part.count),
                part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                part.count == 1 || part.first != UInt8(ascii: "0"), let number = Int(String(Substring(part)))
            else { return nil }
            numbers.append(number)
        }
        while numbers.count > 1, numbers.last == 0 { numbers.removeLast() }
        return numbers
    }
}

extension SchemaVersion: Comparable, Hashable, CustomStringConvertible {
    /// Whether both are the same version, in whatever spelling.
    public static func == (left: SchemaVersion, right: SchemaVersion) -> Bool {
        left.numbers == right.numbers
    }

    /// Whether the left one is older.
    public static func < (left: SchemaVersion, right: SchemaVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// Hashes the numbers.
    public func hash(into hasher: inout Hasher) { hasher.combine(numbers) }
}

extension SchemaVersion: Codable {
    /// Reads a string. Throws as `init(_:)` does.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the spelling.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension StemmaError.Code {
    /// A schema version is not numbers with dots between them; `fields` has `schemaVersion`.
    public static let invalidSchemaVersion = Self("invalid-schema-version")
}

extension StemmaError {
    package static func invalidSchemaVersion(_ text: String) -> StemmaError {
        StemmaError(
            .invalidSchemaVersion, "'\(printable(text))' is not a schema version",
            hint: "numbers without leading zeros, dots between them, such as 0.2.0",
            fields: ["schemaVersion": printable(text)])
    }
}
