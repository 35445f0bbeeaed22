import SwiftSyntax

extension Syntax {
    /// Names in here that look the same and are not: Swift tells names apart by their bytes, and `String` does not.
    var namesOfOneLook: Set<String> {
        var spellings: [String: Set<[UInt8]>] = [:]
        for token in tokens(viewMode: .sourceAccurate) where !token.text.utf8.allSatisfy({ $0 < 0x80 }) {
            guard case .identifier(let name) = token.tokenKind else { continue }
            spellings[name.unquoted, default: []].insert(Array(name.unquoted.utf8))
        }
        return Set(spellings.filter { $0.value.count > 1 }.keys)
    }

    /// Names of functions and variables in here that `#function` can tell.
    var namesThatFunctionTells: Set<String> {
        var names = children(viewMode: .sourceAccurate).reduce(into: Set<String>()) {
            $0.formUnion($1.namesThatFunctionTells)
        }
        if let function = self.as(FunctionDeclSyntax.self) {
            names.insert(function.name.text.unquoted)
        } else if let variable = self.as(VariableDeclSyntax.self) {
            let isLazy = variable.modifiers.contains { $0.name.text == "lazy" }
            for binding in variable.bindings where isLazy || binding.accessorBlock != nil {
                names.formUnion(binding.pattern.boundNames)
            }
        }
        return names
    }
}

extension String {
    /// The text with every line break as `\n`.
    var withPlainLineBreaks: String {
        utf8.contains(0x0D) ? replacing("\r\n", with: "\n").replacing("\r", with: "\n") : self
    }
}
