import Stemma
import StemmaRecords

/// JSON that was typed.
enum JSONText {
    /// Throws as parsing does, and says which option it was; a bare word gets a hint about quotes.
    static func read(_ text: String, option: String) throws -> JSONValue {
        do {
            return try JSONParser.parse(text, integers: .limited)
        } catch let error as StemmaError {
            throw StemmaError(
                error.code, "--\(option): \(error.message)",
                hint: error.hint ?? "a string needs double quotes inside the shell's: --\(option) '\"text\"'",
                fields: error.fields)
        }
    }
}
