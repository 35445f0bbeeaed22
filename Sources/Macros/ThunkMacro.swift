import StemmaIdentity
import SwiftSyntax
import SwiftSyntaxMacros

package struct ThunkMacro: PeerMacro {
    package static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let f = declaration.as(FunctionDeclSyntax.self) else { return [] }
        return ["var \(f.name): String { enum C { static let x = \(literal: probe("let a = 1")) }; return C.x + identitiesByPluginStemmaThunks.x }"]
    }
}
