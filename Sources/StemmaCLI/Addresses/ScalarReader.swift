import Stemma
import StemmaRecords

/// Reads a VALUE: a JSON scalar when it parses as one, otherwise a string.
enum ScalarReader {
    /// For a key declared `string` it is always the text as typed.
    ///
    /// Throws for a number that JSON cannot hold exactly: as a string it would be another value than was meant.
    static func read(_ text: String, for key: KeyDeclaration?) throws -> Scalar {
        if key?.type == .string { return .string(text) }
        return try read(text)
    }

    static func read(_ text: String) throws -> Scalar {
        do {
            return Scalar(try JSONParser.parse(text)) ?? .string(text)
        } catch let error as StemmaError where error.code == .malformedJSON {
            return .string(text)
        }
    }
}
