import SwiftSyntax

extension CanonicalWriter {
    /// Writes the parts of a declaration with parameters or members; `false` for any other.
    mutating func writeDeclaration(_ node: Syntax) -> Bool {
        switch node.as(SyntaxEnum.self) {
        case .functionDecl(let node): writeFunction(node)
        case .initializerDecl(let node):
            write(node.attributes)
            write(node.modifiers)
            bytes.text("init")
            write(node.optionalMark)
            inFunction(node.genericParameterClause) { writer in
                writer.writeParameters(node.signature.parameterClause.parameters, labels: .first)
                writer.write(node.signature.effectSpecifiers)
                writer.write(node.genericWhereClause)
                writer.write(node.body)
            }
        case .subscriptDecl(let node):
            write(node.attributes)
            write(node.modifiers)
            inFunction(node.genericParameterClause) { writer in
                writer.writeParameters(node.parameterClause.parameters, labels: .both)
                writer.write(node.returnClause)
                writer.write(node.genericWhereClause)
                writer.write(node.accessorBlock)
            }
        case .accessorDecl(let node): writeAccessor(node)
        case .accessorBlock(let node):
            scopes.push(Scope(isFunction: true))
            writeChildren(of: node)
            scopes.pop()
        case .memberBlock(let node):
            scopes.push(Scope(isType: true))
            let outer = pattern
            pattern = nil
            writeChildren(of: node)
            pattern = outer
            scopes.pop()
        default: return false
        }
        return true
    }

    /// Where a parameter's label comes from.
    private enum Labels {
        /// From its first name, the usual.
        case first
        /// From its first name when it has two, as subscripts have it.
        case both
        /// Operators have none.
        case none
    }

    private mutating func writeFunction(_ node: FunctionDeclSyntax) {
        write(node.attributes)
        write(node.modifiers)
        var labels = Labels.first
        if case .identifier(let text) = node.name.tokenKind {
            // A function inside a function has been given its number already.
            if case .entry(let entry) = scopes.meaning(of: text.unquoted), !node.isMember {
                writeEntry(entry, text)
            } else {
                bytes.text(node.id == unnamed ? "" : text)
            }
        } else {
            labels = .none
            write(node.name)
        }
        inFunction(node.genericParameterClause) { writer in
            writer.writeParameters(node.signature.parameterClause.parameters, labels: labels)
            writer.write(node.signature.effectSpecifiers)
            writer.write(node.signature.returnClause)
            writer.write(node.genericWhereClause)
            writer.write(node.body)
        }
    }

    private mutating func inFunction(
        _ generics: GenericParameterClauseSyntax?, _ write: (inout Self) -> Void
    ) {
        scopes.push(Scope(isFunction: true))
        let outer = pattern
        pattern = nil
        for parameter in generics?.parameters ?? [] {
            scopes.insert(parameter.name.text.unquoted, .asWritten)
        }
        self.write(generics)
        write(&self)
        pattern = outer
        scopes.pop()
    }

    private mutating func writeParameters(_ parameters: FunctionParameterListSyntax, labels: Labels) {
        var entries: [(String, Scope.Entry)] = []
        bytes.open("parameters")
        for parameter in parameters {
            bytes.open("parameter")
            write(parameter.attributes)
            write(parameter.modifiers)
            let label: TokenSyntax? =
                switch labels {
                case .first: parameter.firstName
                case .both: parameter.secondName == nil ? nil : parameter.firstName
                case .none: nil
                }
            bytes.text(label?.text.unquoted ?? "_")
            let internalName = parameter.secondName ?? parameter.firstName
            if case .identifier(let text) = internalName.tokenKind {
                let name = text.unquoted
                // A wrapper makes `_name` and `$name` of the name.
                if !parameter.attributes.isEmpty { doubtful.insert(name) }
                let entry = number(name)
                entries.append((name, entry))
                writeEntry(entry, name)
            } else {
                bytes.text(internalName.text)
            }
            write(parameter.type)
            write(parameter.ellipsis)
            // A default is computed by the caller and sees no parameter.
            write(parameter.defaultValue)
            bytes.close()
        }
        bytes.close()
        for (name, entry) in entries { scopes.insert(name, entry) }
    }

    private mutating func writeAccessor(_ node: AccessorDeclSyntax) {
        write(node.attributes)
        write(node.modifier)
        write(node.accessorSpecifier)
        write(node.effectSpecifiers)
        scopes.push(Scope(isFunction: true))
        if let parameter = node.parameters {
            let name = parameter.name.text.unquoted
            let entry = number(name)
            writeEntry(entry, name)
            scopes.insert(name, entry)
        } else if ["set", "willSet", "init"].contains(node.accessorSpecifier.text) {
            scopes.insert("newValue", .asWritten)
        } else if node.accessorSpecifier.text == "didSet" {
            scopes.insert("oldValue", .asWritten)
        }
        write(node.body)
        scopes.pop()
    }
}

extension FunctionDeclSyntax {
    /// Whether it belongs to a type.
    fileprivate var isMember: Bool { parent?.is(MemberBlockItemSyntax.self) == true }
}

extension Syntax {
    /// The name of the type that this declares.
    var declaredTypeName: String? {
        let name: TokenSyntax? =
            switch self.as(SyntaxEnum.self) {
            case .structDecl(let node): node.name
            case .classDecl(let node): node.name
            case .enumDecl(let node): node.name
            case .actorDecl(let node): node.name
            case .protocolDecl(let node): node.name
            case .typeAliasDecl(let node): node.name
            case .associatedTypeDecl(let node): node.name
            default: nil
            }
        return name?.text.unquoted
    }
}
