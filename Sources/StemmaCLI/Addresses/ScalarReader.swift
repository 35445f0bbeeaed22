import Stemma
import StemmaRecords

/// Reads a VALUE: a JSON scalar when it parses as one, otherwise a string.
enum ScalarReader {
    /// For a key declared `string` it is always the text as typed.
    ///
    /// Throws for a number that JSON cannot hold exactly: as a string it would be another value than was meant.
    static func read(_ text: String, for key: KeyDeclaration?) throws -> Scalar {
        guard let key else { return try read(text) }
        if key.type == .string { return .string(text) }
        let value: Scalar
        do {
            value = try read(text)
        } catch let error as StemmaError where error.code == .integerTooLarge {
            throw ScalarError.notExact(text, key)
        }
        if !key.type.accepts(value) { throw ScalarError.doesNotFit(value, text, key) }
        return value
    }

    static func read(_ text: String) throws -> Scalar {
        do {
            return Scalar(try JSONParser.parse(text, integers: .limited)) ?? .string(text)
        } catch let error as StemmaError where error.code == .malformedJSON {
            guard !isTooLarge(text) else { throw ScalarError.tooLarge(text) }
            return .string(text)
        }
    }

    /// Whether the text is a number that is beyond every double: `1e999`.
    private static func isTooLarge(_ text: String) -> Bool {
        guard let digit = text.utf8.first(where: { $0 != UInt8(ascii: "-") }) else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) && Double(text)?.isInfinite == true
    }
}

/// Errors of values, made in one place.
enum ScalarError {
    /// The library's error, with what was probably meant: `01` is no JSON number.
    static func doesNotFit(_ value: Scalar, _ text: String, _ key: KeyDeclaration) -> StemmaError {
        let error = StemmaError.keyTypeMismatch(key, value: value)
        guard key.type != .boolean, let number = Double(text), number.isFinite,
            key.type.accepts(.number(number))
        else {
            return error
        }
        return StemmaError(
            error.code, error.message,
            hint: "a number is written so: \(key.name)=\(Scalar.number(number).canonicalText)",
            fields: error.fields)
    }

    static func notExact(_ text: String, _ key: KeyDeclaration) -> StemmaError {
        StemmaError(
            .integerTooLarge,
            "the key '\(key.name)' is \(key.type.rawValue), and \(Shell.visible(text)) is an integer beyond 2^53, which JSON does not hold exactly",
            hint: "keys of such numbers are declared as strings", fields: ["name": key.name, "value": text])
    }

    static func tooLarge(_ text: String) -> StemmaError {
        StemmaError(
            .numberTooLarge, "\(Shell.visible(text)) is beyond what a JSON number can hold",
            hint: "for the text as it is, quote it twice: '\"\(Shell.visible(text))\"'",
            fields: ["value": text])
    }
}

extension StemmaError.Code {
    /// A number beyond every double.
    static let numberTooLarge = Self("number-too-large")
}
