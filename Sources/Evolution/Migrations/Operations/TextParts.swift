import StemmaRecords

/// A text and the parts of it that a separator makes, each exactly from the other.
struct TextParts: Sendable {
    /// Not empty.
    let separator: String

    /// The parts of a text; one more than there are separators.
    func split(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        let separator = Array(separator.utf8)
        var parts: [String] = []
        var start = 0
        var index = 0
        while index + separator.count <= bytes.count {
            if bytes[index] == separator[0], bytes[index..<(index + separator.count)] == separator[...] {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// The text of some parts; `nil` if they are not the parts of that text.
    func join(_ parts: [String]) -> String? {
        let text = parts.joined(separator: separator)
        let again = split(text)
        return again.count == parts.count && zip(again, parts).allSatisfy { $0.hasSameBytes(as: $1) }
            ? text : nil
    }
}
