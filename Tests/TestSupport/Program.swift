import Foundation
import StemmaBlobs

/// The built `stemma`, run in one directory as a user would run it, with a home and an identity of its own.
package struct Program: Sendable {
    /// How a run ended, and what it wrote.
    package struct Result: Sendable, CustomStringConvertible {
        package let status: Int32
        package let bytes: [UInt8]
        package let errors: String

        package var output: String { String(decoding: bytes, as: UTF8.self) }
        package var lines: [String] { output.split(separator: "\n").map(String.init) }
        package var description: String { "exit \(status)\n\(output)\(errors)" }
    }

    package let directory: String
    private let environment: [String: String]

    package init(in directory: String, environment: [String: String] = [:]) {
        self.directory = directory
        let inherited = ProcessInfo.processInfo.environment
        var own = [
            "PATH": "\(Self.folder):\(inherited["PATH"] ?? "/usr/bin:/bin")",
            "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C",
            "GIT_AUTHOR_NAME": "A. Uthor", "GIT_AUTHOR_EMAIL": "author@example.org",
            "GIT_COMMITTER_NAME": "A. Uthor", "GIT_COMMITTER_EMAIL": "author@example.org",
        ]
        // Where the libraries of the toolchain are found, on machines that need it.
        own["LD_LIBRARY_PATH"] = inherited["LD_LIBRARY_PATH"]
        own.merge(environment) { $1 }
        self.environment = own
    }

    /// The folder of the built products: the test runner stands in it, too.
    package static let folder =
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path

    /// The same program in another directory, or with more variables set.
    package func with(directory: String? = nil, _ more: [String: String] = [:]) -> Program {
        Program(in: directory ?? self.directory, environment: environment.merging(more) { $1 })
    }

    /// Runs `stemma`.
    @discardableResult
    package func callAsFunction(_ arguments: String..., input: String = "") throws -> Result {
        try run(["\(Self.folder)/stemma"] + arguments, input: Array(input.utf8))
    }

    /// Runs `stemma` with bytes on standard input.
    @discardableResult
    package func run(_ arguments: [String], bytes: [UInt8]) throws -> Result {
        try run(["\(Self.folder)/stemma"] + arguments, input: bytes)
    }

    /// Runs a script in bash, which finds `stemma` in its path.
    @discardableResult
    package func shell(_ script: String) throws -> Result { try run(["/bin/bash", "-c", script], input: []) }

    private func run(_ words: [String], input: [UInt8]) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = environment
        // Files and not pipes: neither side can wait for the other.
        let scratch = try TemporaryDirectory()
        func handle(_ name: String, _ content: [UInt8] = []) throws -> FileHandle {
            let path = scratch.file(name)
            try Data(content).write(to: URL(fileURLWithPath: path))
            guard let handle = FileHandle(forUpdatingAtPath: path) else {
                throw StemmaError(.system, "cannot open '\(path)'")
            }
            return handle
        }
        process.standardInput = try handle("in", input)
        process.standardOutput = try handle("out")
        process.standardError = try handle("err")
        try process.run()
        process.waitUntilExit()
        func content(_ name: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.file(name))))
        }
        return Result(
            status: process.terminationStatus, bytes: try content("out"),
            errors: String(decoding: try content("err"), as: UTF8.self))
    }
}
