import SwiftSyntax

/// What of a module has state that statements elsewhere can change while its text stays as it is.
///
/// Those are variables of files and types, constants of them that may hold an object, and classes with variables. A
/// constant certainly holds no object when it is a number, a string or the like, or when it is a collection, tuple, plain
/// structure or enumeration of such.
struct SharedState {
    private let declared: DeclaredNames

    init(of declarations: [Declaration]) {
        declared = DeclaredNames(viewMode: .sourceAccurate)
        for declaration in declarations { declared.walk(declaration.node) }
    }

    /// Whether a declaration has such state, also inside of functions: what these hand out can be changed outside.
    func isIn(_ declaration: Declaration) -> Bool {
        let finder = StateFinder(self)
        finder.walk(declaration.node)
        return finder.isFound
    }

    /// Whether what a constant of a file or type holds is certainly no object, and leads to none.
    fileprivate func isPlain(constant node: VariableDeclSyntax) -> Bool {
        // A wrapper is stored in place of the value.
        node.attributes.isEmpty
            && node.bindings.allSatisfy { binding in
                if let closure = binding.initializer?.value.as(ClosureExprSyntax.self) {
                    // There are no locals that it could hold.
                    return closure.signature?.capture == nil
                        && binding.typeAnnotation?.type.isOfFunction ?? true
                }
                return isPlain(binding, [])
            }
    }

    private func isPlain(_ binding: PatternBindingSyntax, _ passing: Set<String>) -> Bool {
        if let type = binding.typeAnnotation?.type { return isPlain(type, passing) }
        return binding.initializer.map { isPlain($0.value) } ?? false
    }

    // MARK: - Types

    /// - Parameter passing: the types that are being looked at: they may hold each other.
    private func isPlain(_ type: TypeSyntax, _ passing: Set<String>) -> Bool {
        switch type.as(TypeSyntaxEnum.self) {
        case .arrayType(let type): isPlain(type.element, passing)
        case .dictionaryType(let type): isPlain(type.key, passing) && isPlain(type.value, passing)
        case .optionalType(let type): isPlain(type.wrappedType, passing)
        case .tupleType(let type): type.elements.allSatisfy { isPlain($0.type, passing) }
        case .identifierType(let type) where type.genericArgumentClause == nil:
            isPlain(typeNamed: type.name.text.unquoted, at: type, passing)
        default: false
        }
    }

    private func isPlain(typeNamed name: String, at place: some SyntaxProtocol, _ passing: Set<String>)
        -> Bool
    {
        if declared.otherTypes.contains(name) { return false }
        let values = declared.valueTypes[name] ?? []
        if values.isEmpty, KnownTypes.ofLiterals.contains(name) { return true }
        // What a type around inherits from another module can be meant by any name.
        guard place.namesAround.allSatisfy({ !declared.isForeign($0) }) else { return false }
        if values.isEmpty { return KnownTypes.plain.contains(name) }
        return passing.contains(name)
            || values.allSatisfy { isPlain(declaration: $0, passing.union([name])) }
    }

    private func isPlain(declaration: DeclSyntax, _ passing: Set<String>) -> Bool {
        // What a macro adds is not seen here.
        guard !declaration.declaredAttributes.contains(where: { $0.mayBeMacro(besides: [:]) }),
            declaration.asProtocol((any WithGenericParametersSyntax).self)?.genericParameterClause == nil,
            let members = declaration.asProtocol((any DeclGroupSyntax).self)?.memberBlock.members
        else { return false }
        return isPlain(members, passing)
    }

    private func isPlain(_ members: MemberBlockItemListSyntax, _ passing: Set<String>) -> Bool {
        members.allSatisfy { member in
            switch member.decl.as(DeclSyntaxEnum.self) {
            case .variableDecl(let node):
                node.isOfType || node.bindingSpecifier.text == "var" && !node.isStoredVariable
                    || node.attributes.isEmpty && node.bindings.allSatisfy { isPlain($0, passing) }
            case .enumCaseDecl(let node):
                node.elements.allSatisfy { element in
                    element.parameterClause?.parameters.allSatisfy { isPlain($0.type, passing) } ?? true
                }
            case .ifConfigDecl(let block):
                block.clauses.allSatisfy { clause in
                    if case .decls(let list) = clause.elements { isPlain(list, passing) } else { true }
                }
            case .macroExpansionDecl: false
            default: true
            }
        }
    }

    // MARK: - Expressions

    private func isPlain(_ expression: ExprSyntax) -> Bool {
        // Then a literal can be of a type of the module.
        guard declared.otherTypes.isDisjoint(with: KnownTypes.literalAliases) else { return false }
        return switch expression.as(ExprSyntaxEnum.self) {
        case .integerLiteralExpr, .floatLiteralExpr, .booleanLiteralExpr, .stringLiteralExpr: true
        case .arrayExpr(let node):
            !declared.hasType("Array") && node.elements.allSatisfy { isPlain($0.expression) }
        case .dictionaryExpr(let node):
            if case .elements(let elements) = node.content, !declared.hasType("Dictionary") {
                elements.allSatisfy { isPlain($0.key) && isPlain($0.value) }
            } else {
                false
            }
        case .tupleExpr(let node): node.elements.allSatisfy { isPlain($0.expression) }
        case .forceUnwrapExpr(let node): isPlain(node.expression)
        case .prefixOperatorExpr(let node): isArithmetic(node.operator) && isPlain(node.expression)
        case .sequenceExpr(let node):
            node.elements.allSatisfy { element in
                element.as(BinaryOperatorExprSyntax.self).map { isArithmetic($0.operator) }
                    ?? isPlain(element)
            }
        case .functionCallExpr(let node):
            if let callee = node.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName.text.unquoted {
                !declared.values.contains(callee) && isPlain(typeNamed: callee, at: node, [])
            } else {
                false
            }
        default: false
        }
    }

    private func isArithmetic(_ token: TokenSyntax) -> Bool {
        ["+", "-", "*", "/"].contains(token.text) && !declared.values.contains(token.text)
    }
}

/// Looks for state that can be changed from elsewhere.
private final class StateFinder: SyntaxVisitor {
    private let state: SharedState
    private(set) var isFound = false

    init(_ state: SharedState) {
        self.state = state
        super.init(viewMode: .sourceAccurate)
    }

    override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
        if node.isOfType || node.isGlobal {
            if node.isStoredVariable || node.bindingSpecifier.text == "let" && !state.isPlain(constant: node)
            {
                isFound = true
            }
        } else if node.isStoredVariable, node.isOfObject {
            isFound = true
        }
        return .visitChildren
    }
}

extension VariableDeclSyntax {
    fileprivate var isOfType: Bool { modifiers.contains { ["static", "class"].contains($0.name.text) } }

    fileprivate var isGlobal: Bool { ancestors.allSatisfy { Self.aroundGlobals.contains($0.kind) } }

    private static let aroundGlobals: Set<SyntaxKind> = [
        .codeBlockItem, .codeBlockItemList, .ifConfigClause, .ifConfigClauseList, .ifConfigDecl, .sourceFile,
    ]

    /// Whether it is a property of a class or an actor.
    fileprivate var isOfObject: Bool {
        let around = ancestors.first {
            !$0.kind.isSyntaxCollection
                && ![.memberBlockItem, .memberBlock, .ifConfigClause, .ifConfigDecl].contains($0.kind)
        }
        return around?.is(ClassDeclSyntax.self) == true || around?.is(ActorDeclSyntax.self) == true
    }
}

extension TypeSyntax {
    fileprivate var isOfFunction: Bool {
        self.as(AttributedTypeSyntax.self)?.baseType.isOfFunction ?? self.is(FunctionTypeSyntax.self)
    }
}
