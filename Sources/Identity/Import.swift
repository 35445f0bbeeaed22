import SwiftSyntax

/// A line that imports a module.
struct Import: Hashable {
    let module: String
    /// All of the line, with attributes and access level, and the conditions around it.
    let text: String

    init(_ node: ImportDeclSyntax, conditions: [String]) {
        module = node.path.tokens(viewMode: .sourceAccurate).map(\.text).joined()
        let words = node.tokens(viewMode: .sourceAccurate).map(\.text)
        text = (conditions + [words.joined(separator: " ")]).joined(separator: "\n")
    }
}
