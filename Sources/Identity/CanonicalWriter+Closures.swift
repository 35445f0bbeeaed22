import SwiftSyntax

extension CanonicalWriter {
    /// Writes a closure with what it captures and its parameters.
    mutating func writeClosure(_ node: ClosureExprSyntax) {
        scopes.push(Scope(isFunction: true))
        let outer = pattern
        pattern = nil
        if let signature = node.signature {
            var entries: [(String, Scope.Entry)] = []
            write(signature.attributes)
            for capture in signature.capture?.items ?? [] {
                bytes.open("capture")
                write(capture.specifier)
                if case .identifier(let name) = capture.name.tokenKind {
                    let entry = number(name.unquoted)
                    entries.append((name.unquoted, entry))
                    writeEntry(entry, name)
                    // `[x]` is `[x = x]`.
                    if capture.initializer == nil { writeUse(name.unquoted) }
                } else {
                    write(capture.name)
                }
                write(capture.initializer)
                bytes.close()
            }
            writeClosureParameters(signature.parameterClause, &entries)
            write(signature.effectSpecifiers)
            write(signature.returnClause)
            bytes.text("in")
            for (name, entry) in entries { scopes.insert(name, entry) }
        }
        write(node.statements)
        pattern = outer
        scopes.pop()
    }

    private mutating func writeClosureParameters(
        _ clause: ClosureSignatureSyntax.ParameterClause?, _ entries: inout [(String, Scope.Entry)]
    ) {
        func declare(_ token: TokenSyntax, _ self: inout Self, keeping: Bool = false) {
            guard case .identifier(let name) = token.tokenKind else { return self.write(token) }
            let entry: Scope.Entry = keeping ? .asWritten : self.number(name.unquoted)
            entries.append((name.unquoted, entry))
            self.writeEntry(entry, name)
        }
        switch clause {
        case .simpleInput(let list):
            for parameter in list { declare(parameter.name, &self) }
        case .parameterClause(let clause):
            bytes.open("parameters")
            for parameter in clause.parameters {
                bytes.open("parameter")
                write(parameter.attributes)
                write(parameter.modifiers)
                // A closure's parameters have no labels.
                declare(
                    parameter.secondName ?? parameter.firstName, &self, keeping: !parameter.attributes.isEmpty
                )
                write(parameter.type)
                write(parameter.ellipsis)
                bytes.close()
            }
            bytes.close()
        case nil: break
        @unknown default: break
        }
    }
}
