import SwiftSyntax

/// A type or an alias that a module declares.
struct DeclaredType {
    /// Its name, after those of the types around it.
    let path: [String]
    let isPrivate: Bool
    /// Whether it stands inside of a clause of `#if` in the type around it.
    let isConditional: Bool
    let isAlias: Bool
    let isGeneric: Bool
    /// Whether `Self` can be another type in what it declares: of a protocol, and of a class that is not final.
    let isOpen: Bool

    init(_ node: some DeclSyntaxProtocol, name: String) {
        path = node.namesAround + [name]
        isPrivate = node.isPrivateToFile
        isConditional = node.ancestors.contains {
            $0.is(IfConfigDeclSyntax.self) && $0.parent?.is(MemberBlockItemSyntax.self) == true
        }
        isAlias = node.is(TypeAliasDeclSyntax.self)
        isGeneric = node.asProtocol((any WithGenericParametersSyntax).self)?.genericParameterClause != nil
        let isClass = node.as(ClassDeclSyntax.self).map { !$0.isFinal } ?? false
        isOpen = isClass || node.is(ProtocolDeclSyntax.self)
    }
}

/// A property wrapper, result builder or global actor that a module declares.
struct DeclaredAttribute {
    let path: [String]
    let isPrivate: Bool
    /// Whether it can stand at variables and parameters alone.
    let isWrapper: Bool
}

extension ClassDeclSyntax {
    /// Whether no class can inherit from it.
    package var isFinal: Bool { modifiers.contains { $0.name.text == "final" } }
}

extension VariableDeclSyntax {
    /// Whether it can be set, and is not computed.
    var isStoredVariable: Bool {
        bindingSpecifier.text == "var" && bindings.contains { $0.accessorBlock?.isOfComputed != true }
    }
}

extension AccessorBlockSyntax {
    /// Whether it computes a value, and does not only observe one.
    fileprivate var isOfComputed: Bool {
        guard case .accessors(let list) = accessors else { return true }
        return !list.contains { ["willSet", "didSet"].contains($0.accessorSpecifier.text) }
    }
}

extension SyntaxProtocol {
    /// Everything that it stands in, from the inside out.
    var ancestors: some Sequence<Syntax> { sequence(first: Syntax(self)) { $0.parent }.dropFirst() }

    /// The names of the types and extensions around it, the outermost first.
    var namesAround: [String] {
        ancestors.compactMap { node in
            node.as(ExtensionDeclSyntax.self)?.extendedType.plainNames ?? node.declaredTypeName.map { [$0] }
        }.reversed().flatMap { $0 }
    }

    /// Whether the declaration, or one around it, is `private` or `fileprivate`; `private(set)` can be read by all.
    var isPrivateToFile: Bool {
        ([Syntax(self)] + ancestors).contains { node in
            let modifiers = node.asProtocol((any WithModifiersSyntax).self)?.modifiers
            return modifiers?.contains {
                ["private", "fileprivate"].contains($0.name.text) && $0.detail == nil
            } ?? false
        }
    }

    /// The text of every identifier in here.
    var identifiers: [String] {
        tokens(viewMode: .sourceAccurate).compactMap {
            if case .identifier(let name) = $0.tokenKind { name.unquoted } else { nil }
        }
    }

    /// The tokens as they stand, without white space and comments.
    var words: String { tokens(viewMode: .sourceAccurate).map(\.text).joined() }
}

extension TypeSyntax {
    /// The parts of its name, without generic arguments: `Outer` and `Inner` of `Outer.Inner<Int>`.
    var plainNames: [String] { namedParts.isEmpty ? identifiers : namedParts.map(\.name) }

    /// Whether generic arguments are written out, or a short form that has some.
    package var isBound: Bool { namedParts.contains(where: \.isBound) }

    /// The same, with whether there are generic arguments at each; empty for what is no name.
    var namedParts: [(name: String, isBound: Bool)] {
        switch self.as(TypeSyntaxEnum.self) {
        case .identifierType(let type): [(type.name.text.unquoted, type.genericArgumentClause != nil)]
        case .memberType(let type):
            type.baseType.namedParts + [(type.name.text.unquoted, type.genericArgumentClause != nil)]
        case .arrayType: [("Array", true)]
        case .dictionaryType: [("Dictionary", true)]
        case .optionalType: [("Optional", true)]
        default: []
        }
    }
}
