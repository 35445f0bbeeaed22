import Foundation
import PackagePlugin

@main
struct StemmaThunks: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let module = target as? SwiftSourceModuleTarget else { return [] }
        let output = context.pluginWorkDirectoryURL.appending(path: "Identities.swift")
        return [
            .buildCommand(displayName: "Function identities of \(target.name)", executable: try context.tool(named: "stemma-identities").url, arguments: [output.path], inputFiles: module.sourceFiles.map(\.url), outputFiles: [output])
        ]
    }
}
