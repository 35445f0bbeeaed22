import SwiftSyntax

/// What is known of attributes by name.
enum KnownAttributes {
    /// The compiler's own: none of them reads the text of a declaration.
    static let builtIn: Set<String> = [
        "Thunk", "abi", "addressableSelf", "attached", "autoclosure", "available", "backDeployed", "c",
        "cdecl",
        "concurrent", "convention", "differentiable", "discardableResult", "dynamicCallable",
        "dynamicMemberLookup", "escaping", "exclusivity", "export", "freestanding", "frozen", "globalActor",
        "implementation", "inlinable", "inline", "isolated", "lifetime", "main", "noescape", "nonexhaustive",
        "nonobjc", "nonsending", "objc", "objcMembers", "preconcurrency", "propertyWrapper",
        "requires_stored",
        "resultBuilder", "retroactive", "rethrows", "safe", "section", "specialize", "specialized",
        "testable",
        "unchecked", "unknown", "unsafe", "usableFromInline", "used", "warn_unqualified_access",
        "Sendable", "MainActor", "UIApplicationMain", "NSApplicationMain",
        // Macros of swift-testing: what they add is called by the test runner alone.
        "Suite", "Test",
    ]

    /// Those with which a declaration is called by others without its name.
    static let callsWithoutName: Set<String> = [
        "_cdecl", "cdecl", "c", "_silgen_name", "_dynamicReplacement", "_implements", "implementation",
        "export",
        "_expose", "objc",
    ]
}

extension AttributeSyntax {
    /// The last part of its name: `Thunk` of `@Stemma.Thunk`.
    package var plainName: String {
        if let name = attributeName.as(IdentifierTypeSyntax.self) { return name.name.text.unquoted }
        if let name = attributeName.as(MemberTypeSyntax.self) { return name.name.text.unquoted }
        return attributeName.trimmedDescription
    }

    /// Whether it may be a macro of another module, which reads the text and adds declarations of any name.
    ///
    /// - Parameter known: names of property wrappers and the like that the module declares.
    func mayBeMacro(besides known: Set<String>) -> Bool {
        let name = plainName
        return !name.hasPrefix("_") && !KnownAttributes.builtIn.contains(name) && !known.contains(name)
    }
}

extension SyntaxProtocol {
    /// The attributes of a declaration, those inside `#if` too.
    var declaredAttributes: [AttributeSyntax] {
        let attributes = asProtocol((any WithAttributesSyntax).self)?.attributes
        return attributes?.flatMap { $0.attributes } ?? []
    }
}

extension AttributeListSyntax.Element {
    /// The attribute, or those of all clauses of an `#if`.
    package var attributes: [AttributeSyntax] {
        switch self {
        case .attribute(let attribute): return [attribute]
        case .ifConfigDecl(let block):
            return block.clauses.flatMap { clause -> [AttributeSyntax] in
                guard case .attributes(let list) = clause.elements else { return [] }
                return list.flatMap(\.attributes)
            }
        @unknown default: return []
        }
    }
}

extension String {
    /// The name without the backticks around it.
    package var unquoted: String {
        count > 2 && hasPrefix("`") && hasSuffix("`") ? String(dropFirst().dropLast()) : self
    }
}
