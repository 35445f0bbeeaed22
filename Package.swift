// swift-tools-version: 6.0
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

let package = Package(
    name: "stemma",
    products: [
        .library(name: "Stemma", targets: ["Stemma"]),
        .executable(name: "stemma", targets: ["StemmaCLI"]),
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

        layer("Blobs", ["CCrypto", "CSystem", "CZstd"]),
        layer("Records", ["StemmaBlobs"]),
        layer("Lineage", ["StemmaRecords", "StemmaBlobs"]),
        layer("History", ["StemmaRecords", "StemmaBlobs", "CGit2", "CCrypto"]),
        layer("Catalog", ["StemmaRecords", "StemmaBlobs", "CSQLite"]),
        .target(
            name: "Stemma",
            dependencies: [
                "StemmaLineage", "StemmaHistory", "StemmaCatalog", "StemmaRecords", "StemmaBlobs",
            ],
            path: "Sources/Stemma"),
        .executableTarget(
            name: "StemmaCLI", dependencies: ["Stemma", "StemmaLineage", "StemmaRecords", "StemmaBlobs"],
            path: "Sources/StemmaCLI"),

        .executableTarget(name: "benchmarks", dependencies: ["Stemma"], path: "Sources/Benchmarks"),
        .executableTarget(name: "climate", dependencies: ["Stemma"], path: "samples/climate/Sources"),

        .target(name: "TestSupport", dependencies: ["StemmaBlobs"], path: "Tests/TestSupport"),
        tests("Blobs", ["StemmaBlobs"]),
        tests("Records", ["StemmaRecords"]),
        tests("Lineage", ["StemmaLineage"]),
        tests("History", ["StemmaHistory"]),
        tests("Catalog", ["StemmaCatalog"]),
        tests("Stemma", ["Stemma"]),
        tests("CLI", ["StemmaCLI"]),
    ],
    swiftLanguageModes: [.v6]
)
