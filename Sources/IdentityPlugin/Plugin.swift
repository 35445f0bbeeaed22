import Foundation
import PackagePlugin

/// Computes the identities of a target's `@Thunk` functions before the target is compiled.
///
/// Whatever is in the package of the target counts: its own sources one declaration at a time, the targets that it
/// depends on as a whole. Other packages are listed with their versions and do not count.
@main
struct StemmaThunks: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let module = target as? SwiftSourceModuleTarget else {
            Diagnostics.error("the plugin StemmaThunks is for Swift targets; '\(target.name)' is none")
            return []
        }
        let work = context.pluginWorkDirectoryURL
        let output = work.appending(path: "FunctionIdentities.swift")
        let files =
            module.sourceFiles.map { ($0.url, $0.type) } + module.pluginGeneratedSources.map { ($0, .source) }
        let sources = files.filter { $0.1 == .source && $0.0.pathExtension == "swift" }.map(\.0)
        let resources = files.filter { $0.1 == .resource }.map(\.0).flatMap(\.filesInside)

        var arguments = [
            "--module", module.moduleName, "--output", output.path, "--directory",
            TrackedFiles(of: target).directory.path,
        ]
        var inputs = sources + resources
        arguments += sources.flatMap { ["--source", $0.path] }
        arguments += resources.flatMap { ["--resource", $0.path] }

        let reach = PackageReach(of: target)
        let generated = GeneratedSources(beside: work)
        for other in reach.targets {
            let plugins = generated.plugins(ofTarget: other.name, besides: work.lastPathComponent)
            arguments += plugins.flatMap {
                ["--package", "sources of \(other.name) by the plugin \($0)", "generated"]
            }
            let tracked = TrackedFiles(of: other, hasGeneratedSources: !plugins.isEmpty)
            inputs += tracked.files
            arguments += ["--target", other.name, tracked.directory.path]
            arguments += tracked.definitions.flatMap { ["--define", $0] }
            arguments += tracked.files.flatMap { ["--file", $0.path] }
        }
        for package in context.package.packages(of: reach.products) {
            arguments += ["--package", package.displayName, package.origin.version]
        }
        return [
            .buildCommand(
                displayName: "Function identities of \(target.name)",
                executable: try context.tool(named: "stemma-identities").url, arguments: arguments,
                inputFiles: inputs, outputFiles: [output])
        ]
    }
}
