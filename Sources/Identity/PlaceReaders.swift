import SwiftSyntax

/// What functions of other targets ask of the place that they are called from, by default arguments such as `#line`.
struct PlaceReaders {
    /// By the names that they are called by.
    private var named: [String: Place] = [:]
    /// Of subscripts and the like, which are called without a name.
    private(set) var unnamed: Place = []

    init(of files: [SourceFile]) {
        let reader = DefaultReader(viewMode: .sourceAccurate)
        for file in files { reader.walk(file.tree) }
        (named, unnamed) = (reader.named, reader.unnamed)
        // An initialiser is called by the name of its type, of a type that inherits it, of an alias, or by `init`.
        var rest = Array(reader.initialised)
        while let (name, place) = rest.popLast() {
            if named.updateValue(place.union(named[name] ?? []), forKey: name)?.isSuperset(of: place) == true
            {
                continue
            }
            rest += reader.heirs[name, default: []].map { ($0, place) }
        }
        named["init"] = reader.initialised.values.reduce(into: Place()) { $0.formUnion($1) }
    }

    func place(askedByAnyOf names: Set<String>) -> Place {
        named.reduce(into: []) { if names.contains($1.key) { $0.formUnion($1.value) } }
    }
}

private final class DefaultReader: SyntaxVisitor {
    var named: [String: Place] = [:]
    /// Of initialisers, by the names of their types.
    var initialised: [String: Place] = [:]
    var unnamed: Place = []
    /// Names of types and aliases by what they inherit from or stand for.
    var heirs: [String: [String]] = [:]

    override func visit(_ node: FunctionParameterSyntax) -> SyntaxVisitorContinueKind {
        if let value = node.defaultValue { note(value.place, of: Syntax(node)) }
        return .visitChildren
    }

    override func visit(_ node: EnumCaseParameterSyntax) -> SyntaxVisitorContinueKind {
        if let value = node.defaultValue { note(value.place, of: Syntax(node)) }
        return .visitChildren
    }

    override func visit(_ node: InheritanceClauseSyntax) -> SyntaxVisitorContinueKind {
        let name = node.parent?.as(ExtensionDeclSyntax.self)?.extendedType.plainNames.last
        if let name = name ?? node.parent?.declaredTypeName {
            for parent in node.identifiers { heirs[parent, default: []].append(name) }
        }
        return .skipChildren
    }

    override func visit(_ node: TypeAliasDeclSyntax) -> SyntaxVisitorContinueKind {
        for name in node.initializer.identifiers { heirs[name, default: []].append(node.name.text.unquoted) }
        return .skipChildren
    }

    private func note(_ place: Place, of parameter: Syntax) {
        guard !place.isEmpty else { return }
        for node in parameter.ancestors {
            if let function = node.as(FunctionDeclSyntax.self) { return note(place, named: function.name) }
            if let element = node.as(EnumCaseElementSyntax.self) { return note(place, named: element.name) }
            if node.is(InitializerDeclSyntax.self), let type = node.namesAround.last {
                return initialised[type, default: []].formUnion(place)
            }
        }
        unnamed.formUnion(place)
    }

    private func note(_ place: Place, named token: TokenSyntax) {
        let name = token.text.unquoted
        if DeclarationContents.isUsedWithoutName(name) {
            unnamed.formUnion(place)
        } else {
            named[name, default: []].formUnion(place)
        }
    }
}

extension SyntaxProtocol {
    /// What macros in here ask of their place.
    fileprivate var place: Place {
        if let macro = Syntax(self).as(MacroExpansionExprSyntax.self)?.macroName.text {
            return Place(macro: macro)
                ?? (KnownMacros.builtIn.contains(macro) ? [] : [.position, .path, .function])
        }
        return children(viewMode: .sourceAccurate).reduce(into: []) { $0.formUnion($1.place) }
    }
}
