import Foundation
import StemmaBlobs

/// The `git` program, run in one directory with a home, an identity and dates of its own.
///
/// Nothing of the machine's configuration reaches it, so that tests do not depend on who runs them.
package struct Git: Sendable {
    package let directory: String
    private let environment: [String: String]

    /// A command that did not exit with 0.
    package struct Failure: Error, CustomStringConvertible {
        package let arguments: [String]
        package let status: Int32
        package let output: String
        package var description: String {
            "git \(arguments.joined(separator: " ")): exit \(status): \(output)"
        }
    }

    package init(in directory: String, environment: [String: String] = [:]) {
        self.directory = directory
        var own = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C",
            "GIT_AUTHOR_NAME": "A. Uthor", "GIT_AUTHOR_EMAIL": "author@example.org",
            "GIT_COMMITTER_NAME": "C. Ommitter", "GIT_COMMITTER_EMAIL": "committer@example.org",
            "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "GIT_ALLOW_PROTOCOL": "file",
        ]
        own.merge(environment) { $1 }
        self.environment = own
    }

    /// Makes a repository whose first branch is `main`, and gives the program run in it.
    package static func initialized(at directory: String, _ arguments: [String] = []) throws -> Git {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let git = Git(in: directory)
        try git(["init", "--quiet", "--initial-branch=main"] + arguments)
        return git
    }

    /// The same program in another directory, or with more variables set.
    package func with(directory: String? = nil, _ more: [String: String] = [:]) -> Git {
        Git(in: directory ?? self.directory, environment: environment.merging(more) { $1 })
    }

    /// Runs git and gives its standard output without the newline at its end; throws `Failure`.
    @discardableResult
    package func callAsFunction(_ arguments: String..., input: String = "") throws -> String {
        try callAsFunction(arguments, input: input)
    }

    /// Runs git and gives its standard output without the newline at its end; throws `Failure`.
    @discardableResult
    package func callAsFunction(_ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = environment
        // Files and not pipes: neither side can wait for the other.
        let scratch = try TemporaryDirectory()
        func handle(_ name: String, _ content: String = "") throws -> FileHandle {
            let path = scratch.file(name)
            try Data(content.utf8).write(to: URL(fileURLWithPath: path))
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
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.file(name))), as: UTF8.self)
        }
        guard process.terminationStatus == 0 else {
            throw Failure(
                arguments: arguments, status: process.terminationStatus, output: try text("err") + text("out")
            )
        }
        var output = try text("out")
        if output.hasSuffix("\n") { output.removeLast() }
        return output
    }

    /// Writes a file below the directory, and the directories that it stands in.
    package func write(_ path: String, _ content: String) throws {
        let url = URL(fileURLWithPath: "\(directory)/\(path)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: url)
    }

    /// Writes files, adds them all and commits; gives the id of the commit.
    @discardableResult
    package func commit(_ files: [String: String] = [:], _ message: String = "a commit") throws -> String {
        for (path, content) in files { try write(path, content) }
        try self("add", "--all")
        try self("commit", "--quiet", "--allow-empty", "--message", message)
        return try self("rev-parse", "HEAD")
    }
}
