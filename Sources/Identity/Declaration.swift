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
    /// Names that it declares, its own and those of members, and whether they are private to the file.
    var names: [DeclaredName] = []
    /// Names of the types among them.
    var types: Set<String> = []
    /// What an extension extends: every part of the type's name.
    var extended: [String] = []
    /// Names in inheritance clauses, and on the right of type aliases.
    var inherited: Set<String> = []
    /// Names in `where` clauses.
    var constrained: Set<String> = []
    /// Names of property wrappers, result builders and global actors.
    var attributes: Set<String> = []
    /// Whether it has members that are used without their name: initialisers, subscripts and the like.
    var hasUnnamedMembers = false
    /// Whether there are such members that only the file sees.
    var hasPrivateUnnamedMembers = false

    init(_ kind: Kind, name: String, node: Syntax, file: Int, conditions: [String]) {
        self.kind = kind
        self.name = name
        self.node = node
        self.file = file
        self.conditions = conditions
        let contents = DeclarationContents(of: node)
        names = contents.names
        types = contents.types
        extended = contents.extended
        inherited = contents.inherited
        constrained = contents.constrained
        attributes = contents.attributes
        hasUnnamedMembers = contents.hasUnnamedMembers
        // An alias can be that of the type of literals.
        hasPrivateUnnamedMembers =
            contents.hasPrivateUnnamedMembers || (kind == .alias && names.contains(where: \.isPrivate))
    }
}

struct DeclaredName: Hashable {
    let name: String
    let isPrivate: Bool
}
