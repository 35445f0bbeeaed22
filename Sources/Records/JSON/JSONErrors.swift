import StemmaBlobs

extension StemmaError.Code {
    /// A text is not the JSON that RFC 8259 describes; `fields` has `offset` and `line`.
    public static let malformedJSON = Self("malformed-json")
    /// An integer beyond 2^53 in magnitude, which a JSON number does not hold exactly.
    public static let integerTooLarge = Self("integer-too-large")
    /// A value that JSON cannot hold exactly; `fields` has its `path`.
    public static let unencodable = Self("unencodable")
    /// A JSON value is not what the type that was asked for needs; `fields` has its `path`.
    public static let undecodable = Self("undecodable")
    /// A text is not a JSON pointer as RFC 6901 writes them; `fields` has `pointer`.
    public static let malformedPointer = Self("malformed-pointer")
}

extension StemmaError {
    static func malformedJSON(
        _ problem: String, at offset: Int, in bytes: UnsafeRawBufferPointer
    ) -> StemmaError {
        let line = 1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") }
        let place = line == 1 ? "byte \(offset)" : "byte \(offset), line \(line)"
        return StemmaError(
            .malformedJSON, "malformed JSON at \(place): \(problem)",
            fields: ["offset": "\(offset)", "line": "\(line)"])
    }

    static func integerTooLarge(
        _ literal: String, at offset: Int, in bytes: UnsafeRawBufferPointer
    ) -> StemmaError {
        let line = 1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") }
        let shown = literal.utf8.count > 40 ? "\(literal.prefix(40))..." : literal
        return StemmaError(
            .integerTooLarge,
            "integer \(shown) at byte \(offset) is beyond 2^53, so a JSON number may not hold it exactly",
            hint: "write it as a string, or with a decimal point or exponent if the nearest double is meant",
            fields: ["offset": "\(offset)", "line": "\(line)", "value": shown])
    }

    static func nonFiniteNumber(_ number: Double) -> StemmaError {
        StemmaError(
            .unencodable, "number \(number) has no JSON form",
            hint: "arrays of Double carry NaN and infinities as npy", fields: ["value": "\(number)"])
    }

    static func nestedTooDeep() -> StemmaError {
        StemmaError(
            .unencodable, "value is nested deeper than \(JSONLimits.depth) levels",
            fields: ["limit": "\(JSONLimits.depth)"])
    }

    static func malformedPointer(_ text: String, _ problem: String) -> StemmaError {
        StemmaError(
            .malformedPointer, "'\(printable(text))' is not a JSON pointer: \(problem)",
            hint: "such as /trials/3/peak; ~0 stands for ~ and ~1 for / in a name", fields: ["pointer": text])
    }

    /// Turns what an `encode(to:)` threw into one of our errors, with the path of the value in words.
    static func unencodable(_ error: EncodingError) -> StemmaError {
        guard case .invalidValue(let value, let context) = error else {
            return StemmaError(.unencodable, "value cannot be encoded: \(error)")
        }
        let path = CodingPath.text(context.codingPath)
        return StemmaError(
            .unencodable,
            "value \(path.isEmpty ? "" : "at \(path) ")cannot be encoded: \(context.debugDescription)",
            hint: hint(forUnencodable: value), fields: ["path": path])
    }

    private static func hint(forUnencodable value: Any) -> String? {
        switch value {
        case let number as Double where !number.isFinite: "arrays of Double carry NaN and infinities as npy"
        case let number as Float where !number.isFinite: "arrays of Float carry NaN and infinities as npy"
        case is any BinaryInteger: "arrays of Int64 and UInt64 carry every integer as npy; a string does, too"
        default: nil
        }
    }

    /// Turns what an `init(from:)` threw into one of our errors, with the path of the value in words.
    static func undecodable(_ error: DecodingError) -> StemmaError {
        let context: DecodingError.Context
        var path: [any CodingKey]
        switch error {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found):
            context = found
            path = found.codingPath
        case .keyNotFound(let key, let found):
            context = found
            path = found.codingPath + [key]
        @unknown default:
            return StemmaError(.undecodable, "value cannot be decoded: \(error)")
        }
        let text = CodingPath.text(path)
        return StemmaError(
            .undecodable,
            "value \(text.isEmpty ? "" : "at \(text) ")cannot be decoded: \(context.debugDescription)",
            fields: ["path": text])
    }
}
