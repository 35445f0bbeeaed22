import SwiftSyntax

/// What a declaration and its members are called, and what they say of other types, without a look into bodies.
struct DeclarationContents {
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

    init() {}

    init(of node: Syntax) {
        let reader = ContentsReader(viewMode: .sourceAccurate)
        reader.walk(node)
        self = reader.contents
    }
}

struct DeclaredName: Hashable {
    let name: String
    let isPrivate: Bool
}

private final class ContentsReader: SyntaxVisitor {
    var contents = DeclarationContents()

    /// Members that the compiler or the standard library uses without their name being in the source.
    private static let unnamed: Set<String> = [
        "callAsFunction", "dynamicallyCall", "appendInterpolation", "appendLiteral", "wrappedValue",
        "projectedValue", "makeIterator", "makeAsyncIterator", "next", "~=", "==", "<", "hash", "encode",
        "description", "debugDescription", "deinit",
    ]

    private func declare(_ token: TokenSyntax, _ node: some SyntaxProtocol) {
        let name = token.text.unquoted
        contents.names.append(DeclaredName(name: name, isPrivate: node.isPrivateToFile))
        if Self.unnamed.contains(name) || name.hasPrefix("build") { addUnnamed(node) }
    }

    private func addUnnamed(_ node: some SyntaxProtocol) {
        contents.hasUnnamedMembers = true
        if node.isPrivateToFile { contents.hasPrivateUnnamedMembers = true }
    }

    private func declareType(_ token: TokenSyntax, _ node: some SyntaxProtocol) {
        declare(token, node)
        contents.types.insert(token.text.unquoted)
        let kinds = node.declaredAttributes.map(\.plainName)
        if !Set(["propertyWrapper", "resultBuilder", "globalActor"]).isDisjoint(with: kinds) {
            contents.attributes.insert(token.text.unquoted)
        }
    }

    override func visit(_ node: CodeBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: InitializerClauseSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
        declare(node.name, node)
        return .visitChildren
    }

    override func visit(_ node: InitializerDeclSyntax) -> SyntaxVisitorContinueKind {
        addUnnamed(node)
        return .visitChildren
    }

    override func visit(_ node: SubscriptDeclSyntax) -> SyntaxVisitorContinueKind {
        addUnnamed(node)
        return .visitChildren
    }

    override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
        declare(node.identifier, node)
        return .skipChildren
    }

    override func visit(_ node: EnumCaseElementSyntax) -> SyntaxVisitorContinueKind {
        declare(node.name, node)
        return .skipChildren
    }

    override func visit(_ node: MacroDeclSyntax) -> SyntaxVisitorContinueKind {
        declare(node.name, node)
        return .skipChildren
    }

    override func visit(_ node: OperatorDeclSyntax) -> SyntaxVisitorContinueKind {
        declare(node.name, node)
        return .skipChildren
    }

    override func visit(_ node: PrecedenceGroupDeclSyntax) -> SyntaxVisitorContinueKind {
        declare(node.name, node)
        return .skipChildren
    }

    override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind {
        declareType(node.name, node)
        return .visitChildren
    }

    override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind {
        declareType(node.name, node)
        return .visitChildren
    }

    override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind {
        declareType(node.name, node)
        return .visitChildren
    }

    override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind {
        declareType(node.name, node)
        return .visitChildren
    }

    override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind {
        declareType(node.name, node)
        return .visitChildren
    }

    override func visit(_ node: AssociatedTypeDeclSyntax) -> SyntaxVisitorContinueKind {
        declare(node.name, node)
        return .visitChildren
    }

    override func visit(_ node: TypeAliasDeclSyntax) -> SyntaxVisitorContinueKind {
        declareType(node.name, node)
        contents.inherited.formUnion(node.initializer.identifiers)
        return .skipChildren
    }

    override func visit(_ node: ExtensionDeclSyntax) -> SyntaxVisitorContinueKind {
        let names = node.extendedType.plainNames
        contents.extended += names
        // `extension Array<Sample>` and `extension [Sample]` are about samples as much as a `where` is.
        contents.constrained.formUnion(node.extendedType.identifiers.filter { !names.contains($0) })
        return .visitChildren
    }

    override func visit(_ node: InheritanceClauseSyntax) -> SyntaxVisitorContinueKind {
        contents.inherited.formUnion(node.identifiers)
        return .skipChildren
    }

    override func visit(_ node: GenericWhereClauseSyntax) -> SyntaxVisitorContinueKind {
        contents.constrained.formUnion(node.identifiers)
        return .skipChildren
    }
}

extension TypeSyntax {
    /// The parts of its name, without generic arguments: `Outer` and `Inner` of `Outer.Inner<Int>`.
    fileprivate var plainNames: [String] {
        switch self.as(TypeSyntaxEnum.self) {
        case .identifierType(let type): [type.name.text.unquoted]
        case .memberType(let type): type.baseType.plainNames + [type.name.text.unquoted]
        case .arrayType: ["Array"]
        case .dictionaryType: ["Dictionary"]
        case .optionalType: ["Optional"]
        default: Array(identifiers)
        }
    }
}

extension SyntaxProtocol {
    /// The text of every identifier in here.
    fileprivate var identifiers: [String] {
        tokens(viewMode: .sourceAccurate).compactMap {
            if case .identifier(let name) = $0.tokenKind { name.unquoted } else { nil }
        }
    }

    /// Whether the declaration, or one around it, is `private` or `fileprivate`; `private(set)` can be read by all.
    fileprivate var isPrivateToFile: Bool {
        var node: Syntax? = Syntax(self)
        while let current = node {
            if let modifiers = current.asProtocol((any WithModifiersSyntax).self)?.modifiers,
                modifiers.contains(where: {
                    ["private", "fileprivate"].contains($0.name.text) && $0.detail == nil
                })
            {
                return true
            }
            node = current.parent
        }
        return false
    }
}
