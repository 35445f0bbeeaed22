import SwiftSyntax

/// The statements of `main.swift`, which set the globals of the file, in order, and can set any variable, and types marked
/// `@main`, which can do the latter.
struct TopLevelCode {
    /// The declarations that stand for the statements.
    private(set) var all: [Int] = []
    private var byFile: [Int: (code: Int, literals: [VariableDeclSyntax], guarded: [String])] = [:]

    mutating func add(_ code: Int, ofFile file: Int, statements: CodeBlockItemListSyntax) {
        all.append(code)
        byFile[file] = (code, statements.firstLiterals, statements.guardedNames)
    }

    /// Takes in types that the program begins with.
    mutating func addTypes(_ numbers: some Sequence<Int>) { all += numbers }

    /// The names that `guard` declares in a file.
    func guarded(ofFile file: Int) -> [String] { byFile[file]?.guarded ?? [] }

    /// The statements that a constant of a file depends on; of a literal that is set before anything runs it is none.
    func code(setting constant: VariableDeclSyntax, ofFile file: Int, types: Set<String>) -> [Int] {
        guard let (code, literals, _) = byFile[file] else { return [] }
        let settled = literals.prefix { $0.isOfLiteralType(besides: types) }
        return settled.contains { $0.id == constant.id } ? [] : [code]
    }
}

extension CodeBlockItemListSyntax {
    /// What the statements say, and the globals that are set with them; not what functions and types do that stand among
    /// them.
    var wordsOfStatements: Set<String> {
        reduce(into: []) { words, statement in
            let item = Syntax(statement.item)
            guard
                item.is(VariableDeclSyntax.self) || !item.isProtocol((any DeclSyntaxProtocol).self)
                    || item.is(IfConfigDeclSyntax.self) || item.is(MacroExpansionDeclSyntax.self)
            else { return }
            words.formUnion(item.identifierWords)
        }
    }
}

extension Syntax {
    /// All names and operators that stand in here.
    var identifierWords: Set<String> {
        Set(
            tokens(viewMode: .sourceAccurate).compactMap { token in
                switch token.tokenKind {
                case .identifier(let name), .binaryOperator(let name), .prefixOperator(let name),
                    .postfixOperator(let name):
                    name.unquoted
                default: nil
                }
            })
    }

    /// Whether it is a type that the program begins with, or one that has such a type inside.
    var isMain: Bool {
        !self.is(FunctionDeclSyntax.self) && !self.is(VariableDeclSyntax.self)
            && allAttributes.contains { Self.ofMain.contains($0.plainName) }
    }

    private static let ofMain: Set<String> = ["main", "UIApplicationMain", "NSApplicationMain"]
}

extension CodeBlockItemListSyntax {
    /// The literal constants at the top, with nothing but declarations above.
    fileprivate var firstLiterals: [VariableDeclSyntax] {
        var found: [VariableDeclSyntax] = []
        for statement in self {
            let item = Syntax(statement.item)
            if let variable = item.as(VariableDeclSyntax.self) {
                guard variable.isLiteral else { break }
                found.append(variable)
            } else if !item.isProtocol((any DeclSyntaxProtocol).self) || item.is(IfConfigDeclSyntax.self)
                || item.is(MacroExpansionDeclSyntax.self)
            {
                break
            }
        }
        return found
    }

    /// What `guard` declares here, also inside of `#if`.
    fileprivate var guardedNames: [String] {
        var names: [String] = []
        for statement in self {
            if let node = Syntax(statement.item).as(GuardStmtSyntax.self) {
                names += node.conditions.flatMap(\.boundNames)
            }
            for clause in Syntax(statement.item).as(IfConfigDeclSyntax.self)?.clauses ?? [] {
                if case .statements(let list) = clause.elements { names += list.guardedNames }
            }
        }
        return names
    }
}

extension VariableDeclSyntax {
    fileprivate var isLiteral: Bool {
        bindingSpecifier.text == "let" && attributes.isEmpty
            && bindings.allSatisfy {
                $0.pattern.is(IdentifierPatternSyntax.self) && $0.initializer?.value.isLiteral == true
            }
    }

    /// Whether what it holds is made of a literal by the standard library.
    fileprivate func isOfLiteralType(besides types: Set<String>) -> Bool {
        types.isDisjoint(with: KnownTypes.literalAliases)
            && bindings.allSatisfy { binding in
                guard let type = binding.typeAnnotation?.type.words else { return true }
                return KnownTypes.ofLiterals.contains(type) && !types.contains(type)
            }
    }
}

extension ExprSyntax {
    fileprivate var isLiteral: Bool {
        switch self.as(ExprSyntaxEnum.self) {
        case .integerLiteralExpr, .floatLiteralExpr, .booleanLiteralExpr: true
        case .stringLiteralExpr(let node): node.segments.allSatisfy { $0.is(StringSegmentSyntax.self) }
        case .prefixOperatorExpr(let node):
            node.operator.text == "-"
                && (node.expression.is(IntegerLiteralExprSyntax.self)
                    || node.expression.is(FloatLiteralExprSyntax.self))
        default: false
        }
    }
}
