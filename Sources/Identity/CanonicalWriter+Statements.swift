import SwiftSyntax

extension CanonicalWriter {
    /// Writes the parts of a statement that opens a scope or declares names; `false` for any other.
    mutating func writeStatement(_ node: Syntax) -> Bool {
        switch node.as(SyntaxEnum.self) {
        case .codeBlockItemList(let list):
            // The statements in a clause of `#if` belong to the block around it.
            if list.parent?.is(IfConfigClauseSyntax.self) == true { return false }
            scopes.push()
            hoist(list, inCondition: false)
            writeChildren(of: list)
            scopes.pop()
        case .variableDecl(let node): return writeLocalVariables(node)
        case .ifExpr(let node):
            scopes.push()
            write(node.conditions)
            write(node.body)
            scopes.pop()
            write(node.elseBody.map { Syntax($0) })
        case .whileStmt(let node):
            scopes.push()
            write(node.conditions)
            write(node.body)
            scopes.pop()
        case .guardStmt(let node): writeGuard(node)
        case .optionalBindingCondition(let node): writeBinding(node)
        case .matchingPatternCondition(let node):
            declarePatterns { writer in
                writer.write(node.pattern)
                writer.write(node.typeAnnotation)
                writer.outsidePattern { $0.write(node.initializer) }
            }
        case .forStmt(let node): writeFor(node)
        case .switchCase(let node):
            scopes.push()
            writeChildren(of: node)
            scopes.pop()
        case .switchCaseLabel(let node):
            writeCases(node.caseItems.map { ($0.pattern, $0.whereClause) })
        case .fallThroughStmt:
            // It hands variables to the case below by their names; each case numbers its own.
            doubtful.formUnion(node.namesOfSwitch)
            return false
        case .catchClause(let node):
            scopes.push()
            if node.catchItems.isEmpty { scopes.insert("error", .asWritten) }
            // Without a pattern of its own an item catches everything, as `error`.
            if node.catchItems.contains(where: { $0.pattern == nil }) { scopes.insert("error", .asWritten) }
            writeCases(node.catchItems.map { ($0.pattern, $0.whereClause) })
            write(node.body)
            scopes.pop()
        default: return false
        }
        return true
    }

    /// Something inside a pattern that is no part of it.
    private mutating func outsidePattern(_ write: (inout Self) -> Void) {
        let outer = pattern
        pattern = nil
        write(&self)
        pattern = outer
    }

    /// Functions and types can be used before their declaration; of variables it is noted that they come.
    private mutating func hoist(_ list: CodeBlockItemListSyntax, inCondition: Bool) {
        for item in list {
            switch Syntax(item.item).as(SyntaxEnum.self) {
            case .functionDecl(let node):
                guard case .identifier(let text) = node.name.tokenKind else { continue }
                let name = text.unquoted
                // Which of two overloads is called cannot be told.
                if scopes.declares(name) || inCondition { doubtful.insert(name) }
                if case .local(let number) = number(name) {
                    scopes.insert(name, .function(number))
                } else {
                    scopes.insert(name, .asWritten)
                }
            case .variableDecl(let node):
                let names = node.bindings.flatMap { $0.pattern.boundNames }
                // Which of the clauses counts cannot be told; two variables of one name are no valid Swift.
                for name in names where scopes.declares(name) || inCondition { doubtful.insert(name) }
                scopes.expect(names)
            case .guardStmt(let node):
                let names = node.conditions.flatMap(\.boundNames)
                if inCondition { doubtful.formUnion(names) }
                scopes.expect(names)
            case .ifConfigDecl(let node):
                for clause in node.clauses {
                    if case .statements(let list) = clause.elements { hoist(list, inCondition: true) }
                }
            default:
                if let type = Syntax(item.item).declaredTypeName { scopes.insert(type, .asWritten) }
            }
        }
    }

    /// Writes `let` and `var` inside a function; `false` for those of a type or a file, whose names count.
    private mutating func writeLocalVariables(_ node: VariableDeclSyntax) -> Bool {
        guard !scopes.isEmpty, node.parent?.is(MemberBlockItemSyntax.self) != true else { return false }
        write(node.attributes)
        write(node.modifiers)
        write(node.bindingSpecifier)
        // A wrapper makes `_name` and `$name` of the name.
        if !node.attributes.isEmpty { node.bindings.forEach { doubtful.formUnion($0.pattern.boundNames) } }
        for binding in node.bindings {
            bytes.open("binding")
            // `let x = x` means an outer `x` on the right: what is declared counts from the next statement on.
            declarePatterns { writer in
                writer.write(binding.pattern)
                writer.outsidePattern {
                    $0.write(binding.typeAnnotation)
                    $0.write(binding.initializer)
                    $0.write(binding.accessorBlock)
                }
            }
            bytes.close()
        }
        return true
    }

    private mutating func writeBinding(_ node: OptionalBindingConditionSyntax) {
        declarePatterns { writer in
            writer.write(node.bindingSpecifier)
            writer.write(node.pattern)
            writer.outsidePattern {
                $0.write(node.typeAnnotation)
                if let initializer = node.initializer {
                    $0.write(initializer)
                } else if let name = node.pattern.as(IdentifierPatternSyntax.self)?.identifier,
                    case .identifier(let text) = name.tokenKind
                {
                    // `if let x` is `if let x = x`.
                    $0.bytes.open("\(SyntaxKind.initializerClause)")
                    $0.bytes.text("=")
                    $0.bytes.open("\(SyntaxKind.declReferenceExpr)")
                    $0.writeUse(text.unquoted)
                    $0.bytes.close()
                    $0.bytes.close()
                }
            }
        }
    }

    private mutating func writeGuard(_ node: GuardStmtSyntax) {
        write(node.conditions)
        // What the conditions declare cannot be used in the body; a name that stands there means something else.
        scopes.push(Scope(doubtful: Set(node.conditions.flatMap(\.boundNames))))
        write(node.body)
        scopes.pop()
    }

    private mutating func writeFor(_ node: ForStmtSyntax) {
        mentions.names.formUnion(["makeIterator", "makeAsyncIterator", "next"])
        write(node.tryKeyword)
        write(node.awaitKeyword)
        write(node.caseKeyword)
        write(node.sequence)
        scopes.push()
        declarePatterns { $0.write(node.pattern) }
        write(node.typeAnnotation)
        write(node.whereClause)
        write(node.body)
        scopes.pop()
    }

    /// Several patterns of one case declare the same variables.
    private mutating func writeCases(_ items: [(PatternSyntax?, WhereClauseSyntax?)]) {
        var entries: [String: Scope.Entry] = [:]
        for (casePattern, condition) in items {
            bytes.open("case")
            let outer = pattern
            pattern = entries
            write(casePattern)
            entries = pattern ?? [:]
            pattern = outer
            if let condition {
                scopes.push()
                for (name, entry) in entries { scopes.insert(name, entry) }
                write(condition)
                scopes.pop()
            }
            bytes.close()
        }
        for (name, entry) in entries { scopes.insert(name, entry) }
    }
}

extension SyntaxProtocol {
    /// The names that the cases of the innermost `switch` around it bind.
    fileprivate var namesOfSwitch: [String] {
        var outer = parent
        while let node = outer {
            if let found = node.as(SwitchExprSyntax.self) { return found.cases.flatMap(\.namesOfLabels) }
            outer = node.parent
        }
        return []
    }

    /// The names that labels of cases in here bind, those in clauses of `#if` too.
    private var namesOfLabels: [String] {
        switch Syntax(self).as(SyntaxEnum.self) {
        case .switchCase(let node): Syntax(node.label).boundNames
        default: children(viewMode: .sourceAccurate).flatMap(\.namesOfLabels)
        }
    }

    /// The names that patterns in here bind, not those of closures inside.
    var boundNames: [String] {
        if let name = Syntax(self).as(IdentifierPatternSyntax.self) { return [name.identifier.text.unquoted] }
        if Syntax(self).is(ClosureExprSyntax.self) || Syntax(self).is(InitializerClauseSyntax.self) {
            return []
        }
        return children(viewMode: .sourceAccurate).flatMap(\.boundNames)
    }
}
