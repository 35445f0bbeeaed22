import SwiftSyntax

/// Whether `Self` of a static function is always the same type.
extension Module {
    /// Why a function cannot be a thunk, as far as its own declaration does not tell: what kind of type an extension
    /// extends stands elsewhere.
    func problem(of thunk: ThunkDeclaration, at number: Int) -> String? {
        let around = thunk.function.ancestors
        guard let node = around.lazy.compactMap({ $0.as(ExtensionDeclSyntax.self) }).first else { return nil }
        let isInnermost =
            around.first { $0.declaredTypeName != nil || $0.is(ExtensionDeclSyntax.self) }?.id == node.id
        let declaration = declarations[number]
        let parts = node.extendedType.namedParts
        let name = node.extendedType.words
        if parts.isEmpty { return "'\(name)' is no name of a type" }
        if parts.count == 1, let part = parts.first, types(at: [part.name], in: declaration.file).isEmpty {
            return KnownTypes.concrete.contains(part.name)
                && KnownTypes.generic.contains(part.name) == part.isBound
                ? nil
                : "it is not known whether '\(name)', of another module, is one type: write a function of a file, or a static one of a type of this module"
        }
        for (depth, part) in parts.enumerated() {
            let path = parts[...depth].map(\.name)
            let candidates = types(at: path, in: declaration.file).map(\.type)
            guard isKnown(path, in: declaration.file, conditions: declaration.conditions) else {
                return
                    "it is not known whether '\(name)' is one type: move the function into the declaration of the type, or out of it"
            }
            if candidates.contains(where: \.isGeneric), !part.isBound {
                return "'\(name)' is generic, and a thunk needs concrete types: write a function of a file"
            }
            if isInnermost, depth == parts.count - 1, candidates.contains(where: \.isOpen) {
                return
                    "'\(name)' is a protocol or a class that others can inherit from, so that 'Self' is more than one type: mark the class final, or write a function of a file"
            }
        }
        return nil
    }
}
