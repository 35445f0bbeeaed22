import StemmaBlobs

/// A version of a variable's schema: numbers with dots between them, compared as numbers.
///
/// `0.10.0` comes after `0.9.0`, and `1.0` and `1.0.0` are the same version.
public struct SchemaVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The version as it was given.
    public let description: String
    /// Its numbers, without zeros at the end.
    private let numbers: [UInt64]

    /// Reads a version. Throws `invalidSchemaVersion`.
    public init(_ text: some StringProtocol) throws {
        var numbers: [UInt64] = []
        for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            let digits = String(decoding: part, as: UTF8.self)
            guard part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                part.count == 1 || part.first != UInt8(ascii: "0"), let number = UInt64(digits)
            else {
                throw StemmaError(
                    .invalidSchemaVersion,
                    "'\(StemmaError.printable(String(text)))' is not a version of a schema",
                    hint: "numbers with dots between them, such as 0.2.0, without leading zeros",
                    fields: ["version": String(text)])
            }
            numbers.append(number)
        }
        description = String(text)
        while numbers.last == 0 { numbers.removeLast() }
        self.numbers = numbers
    }

    /// Whether both have the same numbers, whatever zeros are written at the end.
    public static func == (left: SchemaVersion, right: SchemaVersion) -> Bool {
        left.numbers == right.numbers
    }

    /// Hashes the numbers.
    public func hash(into hasher: inout Hasher) { hasher.combine(numbers) }

    /// Whether the first is the older one.
    public static func < (left: SchemaVersion, right: SchemaVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}

extension StemmaError.Code {
    /// A text is no version of a schema; `fields` has `version`.
    public static let invalidSchemaVersion = Self("invalid-schema-version")
}
