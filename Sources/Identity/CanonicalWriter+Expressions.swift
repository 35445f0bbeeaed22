import SwiftSyntax

extension CanonicalWriter {
    /// Writes the parts of a node that makes or uses names; `false` for any other.
    mutating func writeScoped(_ node: Syntax) -> Bool {
        switch node.as(SyntaxEnum.self) {
        case .declReferenceExpr(let node): writeReference(node)
        case .identifierType(let node): writeType(node)
        case .identifierPattern(let node): writePatternName(node.identifier)
        case .closureExpr(let node): writeClosure(node)
        case .macroExpansionExpr(let node): writeMacro(Syntax(node), named: node.macroName.text)
        case .macroExpansionDecl(let node): writeMacro(Syntax(node), named: node.macroName.text)
        case .attributeList(let node): writeAttributes(node)
        case .labeledStmt(let node): writeLabeled(node)
        case .breakStmt(let node): writeJump(to: node.label)
        case .continueStmt(let node): writeJump(to: node.label)
        case .expressionPattern(let node):
            mentions.names.insert("~=")
            writeChildren(of: node)
        case .ifConfigClause(let node): writeClause(node)
        default: return writeStatement(node) || writeDeclaration(node)
        }
        return true
    }

    private mutating func writeReference(_ node: DeclReferenceExprSyntax) {
        let isMember =
            node.parent?.is(KeyPathPropertyComponentSyntax.self) == true
            || node.keyPathInParent == \MemberAccessExprSyntax.declName
        if case .identifier(let name) = node.baseName.tokenKind, !isMember {
            let isCalled = node.keyPathInParent == \FunctionCallExprSyntax.calledExpression
            writeUse(name.unquoted, isCalled: isCalled || node.argumentNames != nil)
        } else {
            write(node.baseName)
        }
        write(node.argumentNames)
    }

    private mutating func writeType(_ node: IdentifierTypeSyntax) {
        let name = node.name.text.unquoted
        mentions.add(name)
        if !node.isInherited { mentions.types.insert(name) }
        if ["AnyHashable", "AnyObject", "Sendable"].contains(name), node.isExistential {
            mentions.anything = true
        }
        writeChildren(of: node)
    }

    mutating func writePatternName(_ token: TokenSyntax) {
        // `guard let self` declares what is called `self` anyway.
        guard pattern != nil, case .identifier(let text) = token.tokenKind else {
            return bytes.text(token.text)
        }
        let name = text.unquoted
        let entry = pattern?[name] ?? number(name)
        pattern?[name] = entry
        writeEntry(entry, name)
    }

    /// Writes something with patterns in it. What they declare is in the scope from then on.
    mutating func declarePatterns(in write: (inout Self) -> Void) {
        let outer = pattern
        pattern = [:]
        write(&self)
        for (name, entry) in pattern ?? [:] { scopes.insert(name, entry) }
        pattern = outer
    }

    /// Writes a use of a macro, which may read the names in its arguments.
    private mutating func writeMacro(_ node: Syntax, named name: String) {
        switch name {
        case "line", "column", "fileID": mentions.position = true
        case "file", "filePath": mentions.path = true
        case "function": keepFunctions(around: node)
        case "dsohandle", "selector", "keyPath": break
        default: keepNames(below: node)
        }
        mentions.add(name)
        writeChildren(of: node)
    }

    /// Keeps the names of the functions around a place, which `#function` tells.
    private mutating func keepFunctions(around node: Syntax) {
        var outer = node.parent
        while let place = outer {
            if case .identifier(let name)? = place.as(FunctionDeclSyntax.self)?.name.tokenKind {
                doubtful.insert(name.unquoted)
            }
            outer = place.parent
        }
    }

    private mutating func writeAttributes(_ list: AttributeListSyntax) {
        for element in list {
            // Being a thunk changes nothing of what a function returns.
            if case .attribute(let attribute) = element, attribute.plainName == "Thunk" { continue }
            write(element)
        }
    }

    private mutating func writeClause(_ clause: IfConfigClauseSyntax) {
        write(clause.poundKeyword)
        if let condition = clause.condition { writeCondition(condition.conditionText) }
        write(clause.elements.map(Syntax.init))
    }
}

extension IdentifierTypeSyntax {
    /// Whether it stands where a type says what it is, and not where one is used.
    fileprivate var isInherited: Bool {
        var node = Syntax(self)
        while let parent = node.parent {
            if parent.is(InheritedTypeSyntax.self) || parent.is(AttributeSyntax.self) { return true }
            if !parent.is(CompositionTypeSyntax.self) && !parent.is(CompositionTypeElementSyntax.self)
                && !parent.is(CompositionTypeElementListSyntax.self) && !parent.is(AttributedTypeSyntax.self)
            {
                return false
            }
            node = parent
        }
        return false
    }

    /// Whether values of the type can be of any type that conforms; not so where it constrains a generic parameter.
    fileprivate var isExistential: Bool {
        var node = Syntax(self)
        while let parent = node.parent {
            if let type = parent.as(SomeOrAnyTypeSyntax.self) { return type.someOrAnySpecifier.text == "any" }
            if parent.is(GenericParameterSyntax.self) || parent.is(ConformanceRequirementSyntax.self)
                || parent.is(InheritedTypeSyntax.self) || parent.is(AttributeSyntax.self)
            {
                return false
            }
            if !parent.isProtocol((any TypeSyntaxProtocol).self)
                && !parent.is(CompositionTypeElementSyntax.self)
                && !parent.is(CompositionTypeElementListSyntax.self)
            {
                return true
            }
            node = parent
        }
        return true
    }
}

extension ExprSyntax {
    /// The condition of an `#if` on one line, without comments.
    var conditionText: String {
        var text = ""
        var previous: TokenSyntax?
        for token in tokens(viewMode: .sourceAccurate) {
            if let previous, !previous.trailingTrivia.isEmpty || !token.leadingTrivia.isEmpty { text += " " }
            text += token.text
            previous = token
        }
        return text
    }
}
