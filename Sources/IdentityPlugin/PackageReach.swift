import Foundation
import PackagePlugin

/// What a target depends on, directly or not: targets of its own package, and products of others.
struct PackageReach {
    private(set) var targets: [any Target] = []
    private(set) var products: [any Product] = []

    init(of target: any Target) {
        var seen: Set<Target.ID> = [target.id]
        var waiting = target.dependencies
        while let next = waiting.popLast() {
            switch next {
            case .target(let target):
                guard seen.insert(target.id).inserted else { continue }
                targets.append(target)
                waiting += target.dependencies
            case .product(let product): products.append(product)
            @unknown default: continue
            }
        }
        targets.sort { $0.name < $1.name }
    }
}

extension Package {
    /// The other packages that products come from, with those that they depend on.
    func packages(of products: [any Product]) -> [Package] {
        let wanted = Set(products.map(\.id))
        var found: [Package] = []
        var seen: Set<Package.ID> = [id]
        var waiting = dependencies.map(\.package).filter { package in
            package.products.contains { wanted.contains($0.id) }
        }
        while let next = waiting.popLast() {
            guard seen.insert(next.id).inserted else { continue }
            found.append(next)
            waiting += next.dependencies.map(\.package)
        }
        return found.sorted { $0.displayName < $1.displayName }
    }
}

extension PackageOrigin {
    /// The version that is in use.
    var version: String {
        switch self {
        case .repository(_, let version, let revision):
            version == revision ? version : "\(version) (\(revision))"
        case .registry(_, let version): version
        case .local: "local"
        case .root: "root"
        @unknown default: "unknown"
        }
    }
}

/// The files of a target that can change what it does.
struct TrackedFiles {
    let directory: URL
    let files: [URL]
    /// What the manifest defines for the compiler.
    private(set) var definitions: [String] = []

    init(of target: any Target) {
        let all: [URL]
        switch target {
        case let target as SwiftSourceModuleTarget:
            directory = target.directoryURL
            all = target.sourceFiles.map(\.url).flatMap(\.filesInside) + target.pluginGeneratedSources
            definitions = target.compilationConditions
        case let target as ClangSourceModuleTarget:
            directory = target.directoryURL
            definitions = target.preprocessorDefinitions
            // Headers can be private ones, beside the sources.
            all =
                target.sourceFiles.map(\.url).flatMap(\.filesInside) + target.pluginGeneratedSources
                + (target.publicHeadersDirectoryURL?.filesInside ?? [])
                + target.directoryURL.filesInside.filter {
                    ["h", "hpp", "inc", "modulemap"].contains($0.pathExtension)
                }
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

extension URL {
    /// The file, or all files in the directory.
    var filesInside: [URL] {
        var isDirectory = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return [] }
        guard isDirectory.boolValue else { return [self] }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.sorted().map { appending(path: $0) }.filter { !$0.isDirectory }
    }

    private var isDirectory: Bool {
        (try? resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
    }
}
