// swift-tools-version: 6.0
import CompilerPluginSupport
import Foundation
import PackageDescription

// The graph of targets is the architecture: an arrow goes down only (Docs/Architecture.md).
// Folders bear the short names; module names carry the prefix, because they are global in a build.

func layer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: "Stemma\(name)", dependencies: dependencies, path: "Sources/\(name)")
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)Tests")
}

/// Where the toolchain that builds this keeps its own SwiftSyntax, which macros and build tools are made with.
///
/// The manifest runs with the toolchain's PackageDescription library, which stands in `usr/lib/swift/pm/ManifestAPI`;
/// the libraries of SwiftSyntax stand in `usr/lib/swift/host`.
let hostLibraries: String = {
    // The kernel's list of what is loaded changes with every allocation: the buffer comes before the first byte.
    let loaded = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
        let file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        while count < buffer.count {
            let read = read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            if read <= 0 { break }
            count += read
        }
        close(file)
    }
    let manifestLibrary = String(decoding: loaded, as: UTF8.self).split(separator: "\n").lazy
        .filter { $0.hasSuffix("/libPackageDescription.so") }
        .compactMap { line in line.firstIndex(of: "/").map { String(line[$0...]) } }.first
    let host = URL(fileURLWithPath: manifestLibrary ?? "/").deletingLastPathComponent()
        .appendingPathComponent("../../host").standardizedFileURL.path
    guard FileManager.default.fileExists(atPath: host + "/libSwiftSyntax.so") else {
        let place = manifestLibrary ?? "no libPackageDescription.so"
        FileHandle.standardError.write(
            Data(
                "there is no SwiftSyntax in \(host), found by \(place): use a toolchain from swift.org\n".utf8
            ))
        exit(1)
    }
    return host
}()

let seesSwiftSyntax: [SwiftSetting] = [.unsafeFlags(["-I", hostLibraries])]
let linksSwiftSyntax: [LinkerSetting] = [
    .unsafeFlags(["-L", hostLibraries, "-Xlinker", "-rpath", "-Xlinker", hostLibraries])
]

let package = Package(
    name: "stemma",
    products: [
        .library(name: "Stemma", targets: ["Stemma"]),
        .executable(name: "stemma", targets: ["StemmaCLI"]),
        .plugin(name: "StemmaThunks", targets: ["StemmaThunks"]),
    ],
    targets: [
        .systemLibrary(name: "CSystem", path: "Sources/CSystem"),
        .systemLibrary(
            name: "CCrypto", path: "Sources/CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CZstd", path: "Sources/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CGit2", path: "Sources/CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(
            name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CPCRE2", path: "Sources/CPCRE2", pkgConfig: "libpcre2-8",
            providers: [.apt(["libpcre2-dev"])]),

        layer("Blobs", ["CCrypto", "CSystem", "CZstd"]),
        layer("Records", ["StemmaBlobs"]),
        layer("Lineage", ["StemmaRecords", "StemmaBlobs"]),
        layer("Evolution", ["StemmaRecords", "StemmaBlobs", "CPCRE2"]),
        layer("History", ["StemmaRecords", "StemmaBlobs", "CGit2", "CCrypto"]),
        layer("Catalog", ["StemmaRecords", "StemmaBlobs", "CSQLite"]),
        .target(
            name: "Stemma",
            dependencies: [
                "StemmaLineage", "StemmaEvolution", "StemmaHistory", "StemmaCatalog", "StemmaRecords",
                "StemmaBlobs", "StemmaMacros",
            ],
            path: "Sources/Stemma"),
        .executableTarget(
            name: "StemmaCLI",
            dependencies: [
                "Stemma", "StemmaLineage", "StemmaRecords", "StemmaBlobs", "CNoCertificates",
            ],
            path: "Sources/StemmaCLI"),
        // What libgit2 does when it starts, and our programs do not need.
        .target(name: "CNoCertificates", path: "Sources/CNoCertificates"),

        // What @Thunk is made of, at build time.
        .target(
            name: "StemmaIdentity", dependencies: ["StemmaBlobs"], path: "Sources/Identity",
            swiftSettings: seesSwiftSyntax, linkerSettings: linksSwiftSyntax),
        .macro(
            name: "StemmaMacros", dependencies: ["StemmaIdentity"], path: "Sources/Macros",
            swiftSettings: seesSwiftSyntax, linkerSettings: linksSwiftSyntax),
        .executableTarget(
            name: "stemma-identities", dependencies: ["StemmaIdentity", "StemmaBlobs"],
            path: "Sources/IdentityTool", swiftSettings: seesSwiftSyntax, linkerSettings: linksSwiftSyntax),
        .plugin(
            name: "StemmaThunks", capability: .buildTool(), dependencies: ["stemma-identities"],
            path: "Sources/IdentityPlugin"),

        .executableTarget(
            name: "benchmarks", dependencies: ["Stemma", "CNoCertificates"], path: "Sources/Benchmarks"),

        .target(name: "TestSupport", dependencies: ["StemmaBlobs"], path: "Tests/TestSupport"),
        tests("Blobs", ["StemmaBlobs"]),
        tests("Records", ["StemmaRecords"]),
        tests("Lineage", ["StemmaLineage"]),
        tests("Evolution", ["StemmaEvolution"]),
        tests("History", ["StemmaHistory"]),
        tests("Catalog", ["StemmaCatalog"]),
        tests("Stemma", ["Stemma"]),
        tests("CLI", ["StemmaCLI"]),
        .testTarget(
            name: "ThunkTests", dependencies: ["Stemma", "TestSupport", "StemmaLineage"],
            path: "Tests/ThunkTests",
            plugins: [.plugin(name: "StemmaThunks")]),
        .testTarget(
            name: "IdentityTests", dependencies: ["StemmaIdentity", "StemmaMacros", "TestSupport"],
            path: "Tests/IdentityTests", swiftSettings: seesSwiftSyntax, linkerSettings: linksSwiftSyntax),
    ],
    swiftLanguageModes: [.v6]
)
