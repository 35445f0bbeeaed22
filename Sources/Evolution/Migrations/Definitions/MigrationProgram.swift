import StemmaBlobs
import StemmaRecords

/// The command of a program that migrates values. No shell is between.
package struct MigrationProgram: Hashable, Sendable {
    /// The program and its arguments; at least one.
    package let words: [String]
    /// The command as it was written, a text or a list of words.
    package let json: JSONValue

    /// The command as somebody would type it.
    package var text: String {
        if case .string(let text) = json { text } else { words.joined(separator: " ") }
    }

    /// Reads a command: a list of words, or a text in which words are separated by blanks and may stand in quotes.
    ///
    /// Throws `invalidMigration`, also where a text has something that only a shell understands.
    init(_ json: JSONValue, at place: JSONPointer = .root) throws {
        self.json = json
        switch json {
        case .string(let text): words = try Self.words(of: text, at: place)
        case .array(let elements):
            words = try elements.enumerated().map { index, element in
                guard case .string(let word) = element else {
                    throw StemmaError.invalidMigration(
                        "expected a word of a command, found \(element.kind)", at: place.appending(index))
                }
                return word
            }
        default: throw StemmaError.invalidMigration("expected a command, found \(json.kind)", at: place)
        }
        guard let name = words.first, !name.isEmpty else {
            throw StemmaError.invalidMigration("the command names no program", at: place)
        }
        if words.contains(where: { $0.utf8.contains(0) }) {
            throw StemmaError.invalidMigration("the command has a NUL character in it", at: place)
        }
    }

    /// A command as somebody types it after `--program`. Throws `invalidMigration`.
    package init(command: String) throws { try self.init(.string(command)) }

    private static func words(of text: String, at place: JSONPointer) throws -> [String] {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var quote: Unicode.Scalar?
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                word = (word ?? .init()) + [scalar]
                isEscaped = false
            } else if scalar == "\\", quote != "'" {
                isEscaped = true
            } else if scalar == quote {
                quote = nil
            } else if quote != nil {
                word = (word ?? .init()) + [scalar]
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
                word = word ?? .init()
            } else if scalar == " " || scalar == "\t" || scalar == "\n" {
                if let word { words.append(String(word)) }
                word = nil
            } else if "|&;<>()$`".unicodeScalars.contains(scalar) {
                throw StemmaError.invalidMigration(
                    "'\(scalar)' means something to a shell only, and there is none between", at: place,
                    hint: "put it in single quotes, or begin the command with sh -c")
            } else {
                word = (word ?? .init()) + [scalar]
            }
        }
        if quote != nil || isEscaped {
            throw StemmaError.invalidMigration("a quote or backslash in the command has no end", at: place)
        }
        if let word { words.append(String(word)) }
        return words
    }
}
