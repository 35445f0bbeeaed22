import SwiftSyntax

/// What a declaration and its members are called, and what they say of other types, without a look into bodies.
struct DeclarationContents {
    /// Names that it declares, its own and those of members, and whether they are private to the file.
    var names: [DeclaredName] = []
    /// Names of the types among them.
    var types: Set<String> = []
    /// The same types, where they stand.
    var declaredTypes: [DeclaredType] = []
    /// Types that have members which stand nowhere in the module: all but enumerations without cases that inherit from
    /// nothing.
    var withForeignMembers: Set<String> = []
    /// What an extension extends: every part of the type's name.
    var extended: [String] = []
    /// Names in inheritance clauses, and on the right of type aliases.
    var inherited: Set<String> = []
    /// Names in `where` clauses.
    var constrained: Set<String> = []
    /// Property wrappers, result builders and global actors.
    var attributes: [DeclaredAttribute] = []
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

    /// Whether the compiler or the standard library uses members of a name without its being in the source.
    static func isUsedWithoutName(_ name: String) -> Bool {
        unnamed.contains(name) || name.hasPrefix("build")
    }

    private static let unnamed: Set<String> = [
        "callAsFunction", "dynamicallyCall", "appendInterpolation", "appendLiteral", "wrappedValue",
        "projectedValue", "makeIterator", "makeAsyncIterator", "next", "~=", "==", "<", "hash", "encode",
        "description", "debugDescription", "deinit",
    ]
}

struct DeclaredName: Hashable {
    let name: String
    let isPrivate: Bool
}

private final class ContentsReader: SyntaxVisitor {
    var contents = DeclarationContents()

    private func declare(_ token: TokenSyntax, _ node: some SyntaxProtocol) {
        let name = token.text.unquoted
        contents.names.append(DeclaredName(name: name, isPrivate: node.isPrivateToFile))
        if DeclarationContents.isUsedWithoutName(name) { addUnnamed(node) }
    }

    private func addUnnamed(_ node: some SyntaxProtocol) {
        contents.hasUnnamedMembers = true
        if node.isPrivateToFile { contents.hasPrivateUnnamedMembers = true }
    }

    private func declareType(_ token: TokenSyntax, _ node: some DeclSyntaxProtocol) {
        declare(token, node)
        let type = DeclaredType(node, name: token.text.unquoted)
        contents.types.insert(token.text.unquoted)
        contents.declaredTypes.append(type)
        let kinds = node.declaredAttributes.map(\.plainName)
        let isWrapper = kinds.contains("propertyWrapper")
        if isWrapper || kinds.contains("resultBuilder") || kinds.contains("globalActor") {
            contents.attributes.append(
                DeclaredAttribute(path: type.path, isPrivate: type.isPrivate, isWrapper: isWrapper))
        }
        if node.as(EnumDeclSyntax.self)?.isNamespace != true {
            contents.withForeignMembers.insert(token.text.unquoted)
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
        if node.inheritanceClause != nil { contents.withForeignMembers.formUnion(names) }
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

extension EnumDeclSyntax {
    /// Whether all of its members stand in the module: it has no cases, which conform to protocols unasked, and
    /// inherits nothing.
    fileprivate var isNamespace: Bool { inheritanceClause == nil && !memberBlock.members.hasCases }
}

extension MemberBlockItemListSyntax {
    fileprivate var hasCases: Bool {
        contains { member in
            guard let block = member.decl.as(IfConfigDeclSyntax.self) else {
                return member.decl.is(EnumCaseDeclSyntax.self)
            }
            return block.clauses.contains { clause in
                if case .decls(let list) = clause.elements { list.hasCases } else { false }
            }
        }
    }
}
