import StemmaRecords

/// The words of a command with placeholders: `{NAME}` and `{key:NAME}`; `{{` and `}}` are braces.
struct CommandTemplate: Sendable {
    enum Placeholder: Hashable, Sendable {
        case name(String)
        case key(String)

        var text: String {
            switch self {
            case .name(let name): "{\(name)}"
            case .key(let name): "{key:\(name)}"
            }
        }
    }

    private enum Piece: Sendable {
        case text(String)
        case placeholder(Placeholder)
    }

    private let words: [[Piece]]

    /// - Parameter known: what may stand in braces. Throws `.unknownPlaceholder` for anything else.
    init(_ words: [String], known: [Placeholder]) throws {
        self.words = try words.map { try Self.pieces(of: $0, known) }
    }

    /// What the command mentions, each once, in the order in which it does first.
    var mentioned: [Placeholder] {
        var seen: Set<Placeholder> = []
        var found: [Placeholder] = []
        for case .placeholder(let placeholder) in words.joined() where seen.insert(placeholder).inserted {
            found.append(placeholder)
        }
        return found
    }

    /// The words as they would be typed, with other names in braces.
    func spelled(_ names: [Placeholder: String]) -> [String] {
        words.map { pieces in
            pieces.map { piece in
                switch piece {
                case .text(let text): text.replacing("{", with: "{{").replacing("}", with: "}}")
                case .placeholder(let placeholder):
                    names[placeholder].map { "{\($0)}" } ?? placeholder.text
                }
            }.joined()
        }
    }

    /// The words with values in the places of placeholders.
    func words(_ values: [Placeholder: String]) -> [String] {
        words.map { pieces in
            pieces.map { piece in
                switch piece {
                case .text(let text): text
                case .placeholder(let placeholder): values[placeholder] ?? placeholder.text
                }
            }.joined()
        }
    }

    private static func pieces(of word: String, _ known: [Placeholder]) throws -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var rest = Substring(word)
        while let character = rest.popFirst() {
            if character == "{" || character == "}", rest.first == character {
                text.append(character)
                rest.removeFirst()
            } else if character == "{" {
                let end = rest.firstIndex(of: "}") ?? rest.endIndex
                let content = rest[..<end]
                guard end < rest.endIndex, let placeholder = known.first(where: { $0.text == "{\(content)}" })
                else {
                    throw StemmaError.unknownPlaceholder(
                        end < rest.endIndex ? "{\(content)}" : "{\(content)", in: word, known.map(\.text))
                }
                pieces += [.text(text), .placeholder(placeholder)]
                text = ""
                rest = rest[rest.index(after: end)...]
            } else {
                text.append(character)
            }
        }
        return pieces + [.text(text)]
    }
}
