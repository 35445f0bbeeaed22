import SwiftSyntax

/// What is used without being named.
extension Module {
    /// Whether a declaration counts for every function.
    func isImplicit(_ number: Int) -> Bool {
        let declaration = declarations[number]
        guard declaration.kind != .code else { return false }
        let known = attributes(in: declaration.file)
        for attribute in declaration.node.allAttributes
        where KnownAttributes.callsWithoutName.contains(attribute.plainName)
            || attribute.mayBeMacro(besides: known)
        {
            return true
        }
        // A macro's declarations can have any name.
        if declaration.node.expandsDeclarations { return true }
        switch declaration.kind {
        // An operator is what a conformance needs, wherever it stands: `max()` calls a `<` that nobody names.
        case .function where declaration.node.as(FunctionDeclSyntax.self)?.name.tokenKind.isOperator == true:
            return true
        case .alias: return !declaration.contents.types.isDisjoint(with: KnownTypes.literalAliases)
        case .extension: return isImplicitExtension(declaration)
        default: return false
        }
    }

    private func isImplicitExtension(_ declaration: Declaration) -> Bool {
        // An extension of a type of this module counts when the type does. What an alias stands for, and whether
        // another module's name is a protocol, is not known here.
        let path = declaration.contents.extended
        if isKnown(path, in: declaration.file, conditions: declaration.conditions) { return false }
        guard path.count == 1, let type = path.first, KnownTypes.concrete.contains(type),
            !types.contains(type)
        else { return true }
        return conformsUnasked(type) || declaration.contents.hasUnnamedMembers
    }

    /// Whether an extension makes a type of another module conform to something, by whatever name it calls the type.
    private func conformsUnasked(_ type: String) -> Bool {
        declarations.contains { other in
            guard other.kind == .extension, !other.contents.inherited.isEmpty else { return false }
            let path = other.contents.extended
            return path == [type]
                || !isKnown(path, in: other.file, conditions: other.conditions)
                    && path.last.map { !KnownTypes.concrete.contains($0) || types.contains($0) } ?? true
        }
    }
}

extension Syntax {
    /// The attributes of a declaration and of everything in it.
    var allAttributes: [AttributeSyntax] {
        if let attribute = self.as(AttributeSyntax.self) { return [attribute] }
        return children(viewMode: .sourceAccurate).flatMap(\.allAttributes)
    }

    /// Whether macros of another module make declarations in here.
    fileprivate var expandsDeclarations: Bool {
        if let macro = self.as(MacroExpansionDeclSyntax.self) { return !macro.macroName.isOfCompiler }
        if let macro = self.as(MacroExpansionExprSyntax.self), parent?.is(CodeBlockItemSyntax.self) == true {
            return !macro.macroName.isOfCompiler
        }
        // What a macro makes in a body is seen in the body alone.
        if self.is(CodeBlockSyntax.self) || self.is(AccessorBlockSyntax.self)
            || self.is(ClosureExprSyntax.self)
        {
            return false
        }
        return children(viewMode: .sourceAccurate).contains(where: \.expandsDeclarations)
    }
}

extension TokenSyntax {
    fileprivate var isOfCompiler: Bool { Place(macro: text) != nil || KnownMacros.builtIn.contains(text) }
}

extension TokenKind {
    /// Whether it is the name of an operator.
    fileprivate var isOperator: Bool {
        switch self {
        case .binaryOperator, .prefixOperator, .postfixOperator: true
        default: false
        }
    }
}
