import SwiftSyntax

/// Something that a module declares at the top of a file, as a whole: what identities are put together from.
struct Declaration {
    enum Kind: String {
        case function, type, `extension`, variable, alias, `operator`, macro, code
    }

    let kind: Kind
    let name: String
    let node: Syntax
    /// The number of the file that it stands in.
    let file: Int
    /// Conditions of the `#if` blocks around it.
    let conditions: [String]
    /// Names of the types around it; only of a thunk that stands in a type.
    var enclosing: [String] = []
    var contents: DeclarationContents

    init(_ kind: Kind, name: String, node: Syntax, file: Int, conditions: [String]) {
        self.kind = kind
        self.name = name
        self.node = node
        self.file = file
        self.conditions = conditions
        contents = DeclarationContents(of: node)
        // An alias can be that of the type of literals.
        if kind == .alias, contents.names.contains(where: \.isPrivate) {
            contents.hasPrivateUnnamedMembers = true
        }
    }
}
