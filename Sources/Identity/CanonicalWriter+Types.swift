import SwiftSyntax

extension CanonicalWriter {
    mutating func writeType(_ node: IdentifierTypeSyntax) {
        mentions.add(node.name.text.unquoted)
        noteType(node.name.text.unquoted, Syntax(node))
        writeChildren(of: node)
    }

    mutating func writeType(_ node: MemberTypeSyntax) {
        noteType(node.name.text.unquoted, Syntax(node))
        writeChildren(of: node)
    }

    /// Takes note of types that a value of another type can stand behind.
    private mutating func noteType(_ name: String, _ node: Syntax) {
        guard !node.isInherited else { return }
        mentions.types.insert(name)
        guard node.isExistential else { return }
        if ["AnyHashable", "AnyObject", "Sendable"].contains(name) { mentions.anything = true }
        if node.isBehindAny || Self.protocols.contains(name) { mentions.protocols.insert(name) }
    }

    /// Protocols of the standard library that are also written without `any`.
    private static let protocols: Set<String> = [
        "Codable", "CustomDebugStringConvertible", "CustomStringConvertible", "Decodable", "Encodable",
        "Error",
    ]
}

extension Syntax {
    /// Whether the type stands where a type says what it is, and not where one is used.
    fileprivate var isInherited: Bool {
        var node = self
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
        for parent in ancestors {
            if let type = parent.as(SomeOrAnyTypeSyntax.self) { return type.someOrAnySpecifier.text == "any" }
            if parent.is(GenericParameterSyntax.self) || parent.is(ConformanceRequirementSyntax.self)
                || parent.is(InheritedTypeSyntax.self) || parent.is(AttributeSyntax.self)
            {
                return false
            }
            if !parent.isType { return true }
        }
        return true
    }

    /// Whether an `any` stands before it.
    fileprivate var isBehindAny: Bool {
        ancestors.prefix { $0.isType }.contains {
            $0.as(SomeOrAnyTypeSyntax.self)?.someOrAnySpecifier.text == "any"
        }
    }

    private var isType: Bool {
        isProtocol((any TypeSyntaxProtocol).self) || self.is(CompositionTypeElementSyntax.self)
            || self.is(CompositionTypeElementListSyntax.self)
    }
}
