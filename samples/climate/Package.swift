// swift-tools-version: 6.0
import PackageDescription

// A package of its own, as a user's is.
let package = Package(
    name: "study",
    dependencies: [.package(name: "stemma", path: "../..")],
    targets: [
        .executableTarget(
            name: "climate", dependencies: [.product(name: "Stemma", package: "stemma")], path: "Sources",
            plugins: [.plugin(name: "StemmaThunks", package: "stemma")])
    ],
    swiftLanguageModes: [.v6]
)
