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

    /// The compiler's own with an underscore. Any other can be a macro too.
    static let underscored: Set<String> = [
        "_addressable", "_addressableForDependencies", "_addressableSelf", "_alignment",
        "_allowFeatureSuppression",
        "_alwaysEmitConformanceMetadata", "_alwaysEmitIntoClient", "_assemblyVision", "_backDeploy",
        "_borrowed",
        "_cdecl",
        "_compilerInitialized", "_disallowFeatureSuppression", "_disfavoredOverload", "_documentation",
        "_dynamicReplacement", "_eagerMove", "_effects", "_exported", "_expose", "_extern", "_fixed_layout",
        "_frozen",
        "_hasInitialValue", "_hasMissingDesignatedInitializers", "_hasStorage", "_implementationOnly",
        "_implements", "_implicitSelfCapture", "_inheritActorContext", "_inheritsConvenienceInitializers",
        "_lifetime", "_local", "_marker", "_moveOnly", "_noAllocation", "_noEagerMove", "_noExistentials",
        "_noImplicitCopy", "_noLocks", "_noMetadata", "_noObjCBridging", "_noRuntime", "_nonEphemeral",
        "_nonSendable", "_nonescapable", "_nonoverride", "_objcImplementation", "_objcRuntimeName",
        "_opaqueReturnTypeOf", "_optimize", "_originallyDefinedIn", "_preInverseGenerics",
        "_predatesConcurrency",
        "_private", "_projectedValueProperty", "_rawLayout", "_section", "_semantics", "_show_in_interface",
        "_silgen_name", "_specialize", "_specializeExtension", "_spi", "_spiOnly", "_spi_available",
        "_staticExclusiveOnly", "_staticInitializeObjCMetadata", "_transparent", "_typeEraser",
        "_unavailableFromAsync", "_unavailableInEmbedded", "_unsafeInheritExecutor",
        "_unsafeNonescapableResult",
        "_unsafeSelfDependentResult", "_used", "_weakLinked",
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
    /// - Parameter known: property wrappers and the like that the module declares and the file sees.
    func mayBeMacro(besides known: [String: [DeclaredAttribute]]) -> Bool {
        let name = plainName
        if let member = attributeName.as(MemberTypeSyntax.self) {
            return !Self.ownModules.contains(member.baseType.words) || !KnownAttributes.builtIn.contains(name)
        }
        if KnownAttributes.builtIn.contains(name) || KnownAttributes.underscored.contains(name) {
            return false
        }
        guard let candidates = known[name] else { return true }
        // Another module can have a macro of the name of a wrapper that is not seen here or cannot stand here.
        let bearer = bearer
        let around = bearer?.namesAround ?? []
        let isOfVariable = bearer.map { Self.variables.contains($0.kind) } ?? false
        return !candidates.contains { attribute in
            around.starts(with: attribute.path.dropLast()) && (!attribute.isWrapper || isOfVariable)
        }
    }

    private static let ownModules: Set<String> = ["Stemma", "Swift", "Testing", "_Concurrency"]
    private static let variables: Set<SyntaxKind> = [.variableDecl, .functionParameter, .closureParameter]

    /// What it stands at; attributes can be inside of `#if`.
    private var bearer: Syntax? {
        ancestors.first {
            !$0.kind.isSyntaxCollection && !$0.is(IfConfigDeclSyntax.self)
                && !$0.is(IfConfigClauseSyntax.self)
        }
    }
}

extension SyntaxProtocol {
    /// The attributes of a declaration, those inside `#if` too.
    package var declaredAttributes: [AttributeSyntax] {
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
    /// The name without the backticks around it, unless it is another name with them.
    package var unquoted: String {
        guard count > 2, hasPrefix("`"), hasSuffix("`") else { return self }
        let name = String(dropFirst().dropLast())
        return ["self", "Self", "super", "init", "_"].contains(name) ? self : name
    }
}
