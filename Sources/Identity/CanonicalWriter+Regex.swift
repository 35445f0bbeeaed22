import SwiftSyntax

extension CanonicalWriter {
    /// Writes a regular expression. Between bare slashes it may be none: whether `/` is an operator depends on the
    /// language mode, so that every name in there may be used and everything else in there may count.
    mutating func writeRegex(_ node: RegexLiteralExprSyntax) {
        if node.openingPounds == nil { writeBareRegex(node.words) }
        writeChildren(of: node)
    }

    private mutating func writeBareRegex(_ text: String) {
        let words = text.runs { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        doubtful.formUnion(words)
        mentions.types.formUnion(words)
        for name in words + text.runs({ Self.operators.contains($0) }) { mentions.add(name) }
        if words.contains(where: { ["self", "Self", "super"].contains($0) }) {
            mentions.names.formUnion(enclosing)
        }
        if words.contains("Any") { mentions.anything = true }
        if text.contains("#") {
            expandUnknownMacro()
            mentions.place = [.position, .path, .function]
        }
    }

    private static let operators: Set<Character> = Set("/=-+!*%<>&|^~?")
}

extension String {
    /// The longest parts of nothing but such characters.
    fileprivate func runs(_ isPart: (Character) -> Bool) -> [String] {
        split { !isPart($0) }.map(String.init)
    }
}
