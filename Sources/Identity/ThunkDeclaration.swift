import SwiftSyntax

/// A function marked `@Thunk`, as macro and build tool both see it.
package struct ThunkDeclaration {
    package let function: FunctionDeclSyntax
    /// Names of the types around it, the outermost first.
    package let path: [String]
    /// Conditions of the `#if` blocks around it.
    let conditions: [String]

    package init(_ function: FunctionDeclSyntax, path: [String], conditions: [String] = []) {
        self.function = function
        self.path = path
        self.conditions = conditions
    }

    package var baseName: String { function.name.text.unquoted }

    /// What lineage calls it: `Filters.bandpass` for a static function of a type.
    package var name: String { (path + [baseName]).joined(separator: ".") }

    /// What the generated table calls it: an identifier, and another one for every other name.
    package var key: String { "function_" + name.asIdentifier }

    package var attribute: AttributeSyntax? { function.declaredAttributes.first { $0.plainName == "Thunk" } }

    package var parameters: FunctionParameterListSyntax { function.signature.parameterClause.parameters }

    /// The thunks of a file, in order. Those inside functions are left out: the macro refuses them.
    static func all(in tree: SourceFileSyntax) -> [ThunkDeclaration] {
        let finder = ThunkFinder(viewMode: .sourceAccurate)
        finder.walk(tree)
        return finder.found
    }
}

private final class ThunkFinder: SyntaxVisitor {
    var found: [ThunkDeclaration] = []
    private var path: [String] = []
    private var conditions: [String] = []

    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
        let thunk = ThunkDeclaration(node, path: path, conditions: conditions)
        if thunk.attribute != nil { found.append(thunk) }
        return .skipChildren
    }

    override func visit(_ node: CodeBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

    override func visit(_ node: IfConfigClauseSyntax) -> SyntaxVisitorContinueKind {
        guard let block = node.parent?.as(IfConfigClauseListSyntax.self) else { return .visitChildren }
        let outer = conditions
        conditions += block.compactMap { $0.condition?.conditionText }
        conditions.append(
            "#\(block.firstIndex(of: node).map { block.distance(from: block.startIndex, to: $0) } ?? 0)")
        if let elements = node.elements { walk(elements) }
        conditions = outer
        return .skipChildren
    }

    override func visit(_ node: MemberBlockSyntax) -> SyntaxVisitorContinueKind {
        guard let parent = node.parent, let name = parent.enclosingName else { return .visitChildren }
        path.append(name)
        return .visitChildren
    }

    override func visitPost(_ node: MemberBlockSyntax) {
        if node.parent?.enclosingName != nil { path.removeLast() }
    }
}

extension Syntax {
    /// What a type or extension around a declaration is called.
    package var enclosingName: String? {
        if let node = self.as(ExtensionDeclSyntax.self) {
            return node.extendedType.tokens(viewMode: .sourceAccurate).map(\.text.unquoted).joined()
        }
        return declaredTypeName
    }
}

extension ThunkDeclaration {
    /// The identities that `compatibleWith:` lists.
    package var compatibleIdentities: [String] {
        guard case .argumentList(let list) = attribute?.arguments else { return [] }
        var label = ""
        return list.compactMap { argument in
            label = argument.label?.text ?? label
            guard label == "compatibleWith" else { return nil }
            return argument.expression.as(StringLiteralExprSyntax.self)?.representedLiteralValue
        }
    }
}

extension SourceFile {
    /// What stands before `import Stemma`: an access level, or nothing.
    package var accessLevelsOfStemma: [String] {
        tree.statements.compactMap { statement in
            guard let node = statement.item.as(ImportDeclSyntax.self),
                node.path.trimmedDescription == "Stemma"
            else {
                return nil
            }
            return node.modifiers.trimmedDescription
        }
    }
}

extension String {
    /// The name with two underscores for a dot, and the number of every other byte that is no letter or digit of ASCII.
    fileprivate var asIdentifier: String {
        utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if character.isASCII, character.isLetter || character.isNumber { return String(character) }
            return character == "."
                ? "__" : (byte < 16 ? "_0" : "_") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
