import SwiftSyntax

/// What other targets of the package have of state that the program can change, and by which of their names one comes to
/// it.
///
/// Their sources count as a whole; but what the program does with them does not stand there.
struct ForeignState {
    /// Names of functions, variables, types and operators from which one comes to such state.
    private(set) var names: Set<String> = []
    /// All names that these targets declare, at the top of files or in types.
    private(set) var declared: Set<String> = []

    /// - Parameter seesInternals: whether the module can name what is not public.
    init(of files: [SourceFile], seesInternals: Bool) {
        let declarations = Module(files: files).declarations
        let state = SharedState(of: declarations)
        let entries = declarations.map { Entry($0, seesInternals: seesInternals) }
        declared = Set(declarations.flatMap { $0.contents.names.map(\.name) })
        var leading = declarations.indices.filter { state.isIn(declarations[$0]) }
        guard !leading.isEmpty else { return }
        // Whoever says a name that leads there leads there too.
        var sayers: [String: [Int]] = [:]
        for (number, entry) in entries.enumerated() {
            for name in entry.words { sayers[name, default: []].append(number) }
        }
        var found = Set(leading)
        while let next = leading.popLast() {
            if entries[next].isVisible { names.formUnion(entries[next].names) }
            for name in entries[next].names {
                for number in sayers[name] ?? [] where found.insert(number).inserted {
                    leading.append(number)
                }
            }
        }
    }

    private struct Entry {
        /// What it is called by from elsewhere.
        let names: Set<String>
        /// All that it says.
        let words: Set<String>
        let isVisible: Bool

        init(_ declaration: Declaration, seesInternals: Bool) {
            let node = declaration.node
            switch declaration.kind {
            // Members are called through the type, also one of another module.
            case .extension:
                names = Set(declaration.contents.extended + declaration.contents.names.map(\.name))
            case .variable: names = Set(declaration.contents.names.map(\.name))
            default: names = [declaration.name]
            }
            words = node.identifierWords
            let modifiers = Set(
                node.tokens(viewMode: .sourceAccurate).compactMap { token in
                    if case .keyword(let word) = token.tokenKind { word } else { nil }
                })
            isVisible = seesInternals || !modifiers.isDisjoint(with: [.public, .open, .package])
        }
    }
}
