import SwiftSyntax

/// Takes from a declaration what it and its members are called, without looking into bodies.
final class DeclarationContents: SyntaxVisitor {
    var names: [DeclaredName] = []
    var types: Set<String> = []
    var extended: [String] = []
    var inherited: Set<String> = []
    var constrained: Set<String> = []
    var attributes: Set<String> = []
    var hasUnnamedMembers = false
    var hasPrivateUnnamedMembers = false

    /// Members that the compiler or the standard library uses without their name being in the source.
    private static let unnamed: Set<String> = [
        "callAsFunction", "dynamicallyCall", "appendInterpolation", "appendLiteral", "wrappedValue",
        "projectedValue", "makeIterator", "makeAsyncIterator", "next", "~=", "==", "<", "hash", "encode",
        "description", "debugDescription", "deinit",
    ]

    init(of node: Syntax) {
        super.init(viewMode: .sourceAccurate)
        walk(node)
    }

    private func declare(_ token: TokenSyntax, _ node: some SyntaxProtocol) {
        let name = token.text.unquoted
        names.append(DeclaredName(name: name, isPrivate: node.isPrivateToFile))
        if Self.unnamed.contains(name) || name.hasPrefix("build") { addUnnamed(node) }
    }

    private func addUnnamed(_ node: some SyntaxProtocol) {
        hasUnnamedMembers = true
        if node.isPrivateToFile { hasPrivateUnnamedMembers = true }
    }

    private func declareType(_ token: TokenSyntax, _ node: some SyntaxProtocol) {
        declare(token, node)
        types.insert(token.text.unquoted)
        let kinds = node.declaredAttributes.map(\.plainName)
        if !Set(["propertyWrapper", "resultBuilder", "globalActor"]).isDisjoint(with: kinds) {
            attributes.insert(token.text.unquoted)
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
        inherited.formUnion(node.initializer.identifiers)
        return .skipChildren
    }

    override func visit(_ node: ExtensionDeclSyntax) -> SyntaxVisitorContinueKind {
        let names = node.extendedType.plainNames
        extended += names
        // `extension Array<Sample>` and `extension [Sample]` are about samples as much as a `where` is.
        constrained.formUnion(node.extendedType.identifiers.filter { !names.contains($0) })
        return .visitChildren
    }

    override func visit(_ node: InheritanceClauseSyntax) -> SyntaxVisitorContinueKind {
        inherited.formUnion(node.identifiers)
        return .skipChildren
    }

    override func visit(_ node: GenericWhereClauseSyntax) -> SyntaxVisitorContinueKind {
        constrained.formUnion(node.identifiers)
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
