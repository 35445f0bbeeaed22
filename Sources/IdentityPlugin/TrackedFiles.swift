import Foundation
import PackagePlugin

/// The files of a target that can change what it does.
struct TrackedFiles {
    let directory: URL
    let files: [URL]
    /// What the manifest defines for the compiler.
    private(set) var definitions: [String] = []

    /// - Parameter hasGeneratedSources: whether a plugin makes sources of the target, of whatever is in its directory.
    init(of target: any Target, hasGeneratedSources: Bool = false) {
        var all: [URL]
        switch target {
        case let target as SwiftSourceModuleTarget:
            directory = target.directoryURL
            all = target.sourceFiles.map(\.url).flatMap(\.filesInside) + target.pluginGeneratedSources
            if hasGeneratedSources { all += directory.visibleFilesInside }
            definitions = target.compilationConditions
        case let target as ClangSourceModuleTarget:
            let own = target.directoryURL
            directory = own
            definitions = target.preprocessorDefinitions
            // What is included can have any name, and need not be among the sources.
            all =
                target.sourceFiles.map(\.url).flatMap(\.filesInside) + target.pluginGeneratedSources
                + (target.publicHeadersDirectoryURL?.filesInside ?? []) + own.visibleFilesInside
                + target.headerSearchPaths.flatMap { own.appending(path: $0).visibleFilesInside }
                .filter { Self.included.contains($0.pathExtension) || $0.path.hasPrefix(own.path) }
        case let target as SystemLibraryTarget:
            directory = target.directoryURL
            all = directory.filesInside
        case let target as BinaryArtifactTarget:
            directory = target.artifactURL
            all = directory.filesInside
        default: (directory, all) = (URL(fileURLWithPath: "/"), [])
        }
        files = Set(all).sorted { $0.path < $1.path }
    }
}

extension TrackedFiles {
    /// How the names of files end that C includes from directories of others.
    private static let included: Set<String> = [
        "c", "cc", "cpp", "cxx", "def", "h", "hh", "hpp", "hxx", "inc", "inl", "ipp", "modulemap", "tpp",
    ]
}

extension URL {
    /// The file, or all files in the directory, also those that links lead to.
    var filesInside: [URL] { filesInside(below: [], withHidden: true) }

    /// The same without hidden files and without stores: a target's directory can be that of the package.
    var visibleFilesInside: [URL] { filesInside(below: [], withHidden: false) }

    private func filesInside(below ancestors: Set<String>, withHidden: Bool) -> [URL] {
        let target = resolvingSymlinksInPath()
        let values = try? target.resourceValues(forKeys: [.isDirectoryKey, .isRegularFileKey])
        if values?.isRegularFile == true { return [self] }
        // A link can lead back to where it stands.
        guard values?.isDirectory == true, !ancestors.contains(target.path) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: target.path)) ?? []
        if !withHidden, names.contains("stemma.json") { return [] }
        return names.sorted().filter { withHidden || !$0.hasPrefix(".") }.flatMap {
            appending(path: $0).filesInside(below: ancestors.union([target.path]), withHidden: withHidden)
        }
    }
}
