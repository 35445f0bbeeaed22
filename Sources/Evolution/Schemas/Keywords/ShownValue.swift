import StemmaBlobs
import StemmaRecords

extension JSONValue {
    /// The value as messages show it: short, in one line, and of arrays and objects only what they are.
    var shown: String {
        switch self {
        case .array(let elements): "an array of \(elements.count)"
        case .object(let object): "an object of \(object.count)"
        case .string(let text): Self.shown(text)
        default: description
        }
    }

    /// A string in quotes, cut when long.
    static func shown(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > 60 else { return StemmaError.printable(JSONValue.string(text).description) }
        return shown(String(String.UnicodeScalarView(scalars.prefix(60)))) + "..."
    }

    /// Numbers as JSON prints them.
    static func shown(_ number: Double) -> String { JSONValue.number(number).description }
}

/// A count with what is counted: `1 element`, `2 elements`.
func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

/// Words joined as people do: `a`, `a or b`, `a, b or c`.
func alternatives(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
}
