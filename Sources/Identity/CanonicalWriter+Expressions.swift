import SwiftSyntax

extension CanonicalWriter {
    /// Writes the parts of a node that makes or uses names; `false` for any other.
    mutating func writeScoped(_ node: Syntax) -> Bool {
        switch node.as(SyntaxEnum.self) {
        case .declReferenceExpr(let node): writeReference(node)
        case .identifierType(let node): writeType(node)
        case .memberType(let node): writeType(node)
        case .identifierPattern(let node): writePatternName(node.identifier)
        case .closureExpr(let node): writeClosure(node)
        case .macroExpansionExpr(let node): writeMacro(Syntax(node), named: node.macroName.text)
        case .macroExpansionDecl(let node): writeMacro(Syntax(node), named: node.macroName.text)
        case .regexLiteralExpr(let node): writeRegex(node)
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
        if let place = Place(macro: name) {
            mentions.place.insert(place)
        } else if !KnownMacros.builtIn.contains(name) {
            keepNames(below: node)
            expandUnknownMacro()
            mentions.place = [.position, .path, .function]
        }
        mentions.add(name)
        writeChildren(of: node)
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

extension ExprSyntax {
    /// The condition of an `#if` on one line, as it is written usually: without comments, and with white space where
    /// Swift wants it.
    var conditionText: String {
        tokens(viewMode: .sourceAccurate).map { token in
            if case .binaryOperator(let name) = token.tokenKind { " \(name) " } else { token.text }
        }.joined()
    }
}
