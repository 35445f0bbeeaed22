import SwiftSyntaxMacros

@_spi(PluginMessage) import SwiftCompilerPluginMessageHandling

/// The program that the compiler runs to expand `@Thunk`.
@main
struct Plugin: PluginProvider {
    var features: [PluginFeature] { [] }

    func resolveMacro(moduleName: String, typeName: String) throws -> any Macro.Type {
        guard typeName == "ThunkMacro" else { throw UnknownMacro(name: typeName) }
        return ThunkMacro.self
    }

    func loadPluginLibrary(libraryPath: String, moduleName: String) throws {
        throw UnknownMacro(name: moduleName)
    }

    static func main() throws {
        try CompilerPluginMessageListener(connection: CompilerConnection(), provider: Plugin()).main()
    }
}

private struct UnknownMacro: Error, CustomStringConvertible {
    let name: String
    var description: String { "this plugin has no macro '\(name)'" }
}
