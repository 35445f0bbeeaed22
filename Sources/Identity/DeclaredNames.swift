import SwiftSyntax

/// What the names of a module can stand for, wherever they are declared: also those of locals.
final class DeclaredNames: SyntaxVisitor {
    /// Structures and enumerations.
    private(set) var valueTypes: [String: [DeclSyntax]] = [:]
    /// Classes, aliases, generic parameters and all other types.
    private(set) var otherTypes: Set<String> = []
    /// Functions, operators, variables and cases.
    private(set) var values: Set<String> = []
    /// What each type, by its last name, inherits from.
    private var inherited: [String: Set<String>] = [:]

    func hasType(_ name: String) -> Bool { valueTypes[name] != nil || otherTypes.contains(name) }

    /// Whether a type may have types among its members that stand nowhere in the module: those of a protocol or class
    /// of another one.
    func isForeign(_ type: String) -> Bool {
        var seen: Set<String> = [type]
        var rest = [type]
        while let next = rest.popLast() {
            for name in inherited[next] ?? [] where !Self.withoutTypes.contains(name) {
                guard hasType(name) else { return true }
                if seen.insert(name).inserted { rest.append(name) }
            }
        }
        return false
    }

    /// Protocols, and raw types of enumerations, that bring no types.
    private static let withoutTypes = KnownTypes.ofLiterals.union([
        "BitwiseCopyable", "Codable", "Comparable", "Copyable", "CustomDebugStringConvertible",
        "CustomStringConvertible", "Decodable", "Encodable", "Equatable", "Error", "Hashable",
        "LocalizedError",
        "Sendable", "Storable",
    ])

    override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind {
        valueTypes[node.name.text.unquoted, default: []].append(DeclSyntax(node))
        return .visitChildren
    }

    override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind {
        valueTypes[node.name.text.unquoted, default: []].append(DeclSyntax(node))
        return .visitChildren
    }

    override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { addOther(node.name) }
    override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind { addOther(node.name) }
    override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind { addOther(node.name) }
    override func visit(_ node: TypeAliasDeclSyntax) -> SyntaxVisitorContinueKind { addOther(node.name) }
    override func visit(_ node: AssociatedTypeDeclSyntax) -> SyntaxVisitorContinueKind { addOther(node.name) }
    override func visit(_ node: GenericParameterSyntax) -> SyntaxVisitorContinueKind { addOther(node.name) }

    private func addOther(_ name: TokenSyntax) -> SyntaxVisitorContinueKind {
        otherTypes.insert(name.text.unquoted)
        return .visitChildren
    }

    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { addValue(node.name) }
    override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
        addValue(node.identifier)
    }
    override func visit(_ node: EnumCaseElementSyntax) -> SyntaxVisitorContinueKind { addValue(node.name) }

    private func addValue(_ name: TokenSyntax) -> SyntaxVisitorContinueKind {
        values.insert(name.text.unquoted)
        return .visitChildren
    }

    override func visit(_ node: InheritanceClauseSyntax) -> SyntaxVisitorContinueKind {
        let bearer = node.parent
        let extended = bearer?.as(ExtensionDeclSyntax.self)?.extendedType.plainNames.last
        if let name = extended ?? bearer?.declaredTypeName {
            inherited[name, default: []].formUnion(node.identifiers)
        }
        return .visitChildren
    }
}
