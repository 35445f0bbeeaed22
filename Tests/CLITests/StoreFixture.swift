import Foundation
import StemmaBlobs
import TestSupport

/// A directory with a git repository and a store `results`, and the program run in it.
struct StoreFixture {
    let directory: TemporaryDirectory
    let stemma: Program
    let git: Git

    /// - Parameter keys: as `--key` takes them.
    init(keys: [String] = ["subject:integer", "session"]) throws {
        directory = try TemporaryDirectory()
        git = try Git.initialized(at: directory.path)
        stemma = Program(in: directory.path)
        let made = try stemma.run(["init"] + keys.flatMap { ["--key", $0] }, bytes: [])
        guard made.status == 0 else { throw StemmaError(.system, "init failed: \(made)") }
    }

    func path(_ name: String) -> String { directory.file(name) }

    func write(_ name: String, _ content: String) throws { try git.write(name, content) }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// Runs `stemma` and throws when it does not exit with 0.
    @discardableResult
    func run(_ arguments: String...) throws -> Program.Result {
        let result = try stemma.run(arguments, bytes: [])
        guard result.status == 0 else { throw StemmaError(.system, "stemma \(arguments): \(result)") }
        return result
    }

    /// What is in the store, but for `local/`: every file with its content.
    func content() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let root = path("results")
        for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
            var isDirectory: ObjCBool = false
            guard !name.hasPrefix("local"),
                FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isDirectory),
                !isDirectory.boolValue
            else { continue }
            files[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name)")))
        }
        return files
    }

    /// The files of pages, relative to the store.
    func pages() throws -> [String] { try content().keys.filter { $0.hasPrefix("records/") }.sorted() }
}

/// Output with what differs from run to run made the same: commit ids, times and the directory.
struct Masked: Equatable, CustomStringConvertible {
    let description: String

    init(_ text: String, in fixture: StoreFixture) throws {
        var text = text.replacingOccurrences(of: fixture.directory.path, with: "DIR")
        let commits = try fixture.git("rev-list", "--reverse", "--all").split(separator: "\n").map(
            String.init)
        for (index, id) in commits.enumerated() {
            text = text.replacingOccurrences(of: id, with: "<commit \(index + 1), whole id>")
            text = text.replacingOccurrences(of: id.prefix(12), with: "<commit \(index + 1)>")
        }
        text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, with: "<time>")
        text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/, with: "<time>")
        description = text
    }
}
