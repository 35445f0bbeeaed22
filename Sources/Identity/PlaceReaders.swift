import SwiftSyntax

/// What functions of other targets ask of the place that they are called from, by default arguments such as `#line`.
struct PlaceReaders {
    /// By the names that they are called by.
    private var named: [String: Place] = [:]
    /// Of initialisers, subscripts and the like, which are called without their name.
    private(set) var unnamed: Place = []

    init(of files: [SourceFile]) {
        let reader = DefaultReader(viewMode: .sourceAccurate)
        for file in files { reader.walk(file.tree) }
        (named, unnamed) = (reader.named, reader.unnamed)
    }

    func place(askedByAnyOf names: Set<String>) -> Place {
        named.reduce(into: []) { if names.contains($1.key) { $0.formUnion($1.value) } }
    }
}

private final class DefaultReader: SyntaxVisitor {
    var named: [String: Place] = [:]
    var unnamed: Place = []

    override func visit(_ node: FunctionParameterSyntax) -> SyntaxVisitorContinueKind {
        if let value = node.defaultValue { note(value.place, at: Syntax(node)) }
        return .visitChildren
    }

    override func visit(_ node: EnumCaseParameterSyntax) -> SyntaxVisitorContinueKind {
        if let value = node.defaultValue { note(value.place, at: Syntax(node)) }
        return .visitChildren
    }

    private func note(_ place: Place, at parameter: Syntax) {
        guard !place.isEmpty else { return }
        let name = parameter.ancestors.lazy.compactMap { node -> String? in
            node.as(FunctionDeclSyntax.self)?.name.text.unquoted
                ?? node.as(EnumCaseElementSyntax.self)?.name.text.unquoted
                ?? (node.is(InitializerDeclSyntax.self) || node.is(SubscriptDeclSyntax.self) ? "init" : nil)
        }.first
        if let name, !DeclarationContents.isUsedWithoutName(name), name != "init" {
            named[name, default: []].formUnion(place)
        } else {
            unnamed.formUnion(place)
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
