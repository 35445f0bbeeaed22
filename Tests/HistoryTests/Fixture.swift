import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

/// A repository made by git, opened by us, with nothing of the machine's configuration.
struct Fixture {
    let directory: TemporaryDirectory
    let git: Git
    let repository: Repository

    var path: String { git.directory }

    /// libgit2's search paths hold for the process, so they are set once, before the first repository is opened.
    static let isolated: Bool = {
        let levels: [GitLibrary.ConfigurationLevel] = [.system, .global, .xdg]
        return levels.allSatisfy {
            (try? GitLibrary.setConfigurationSearchPath("/nonexistent", for: $0)) != nil
        }
    }()

    init(identity: Bool = true) throws {
        try #require(Self.isolated)
        directory = try TemporaryDirectory()
        git = try Git.initialized(at: directory.file("work"))
        if identity {
            try git("config", "user.name", "U. Ser")
            try git("config", "user.email", "user@example.org")
        }
        repository = try #require(try Repository.find(from: git.directory))
    }

    /// Writes a blob of that text and gives its id.
    func blob(_ text: String) throws -> ObjectID {
        try Array(text.utf8).withUnsafeBytes { try repository.writeBlob($0, compression: .fast) }
    }

    func update(_ path: String, _ text: String?) throws -> TreeUpdate {
        TreeUpdate(path: path, item: try text.map { TreeItem(id: try blob($0), kind: .blob) })
    }

    /// Writes a file to the work tree and to git, and gives its index entry with what `stat` says.
    func file(_ path: String, _ text: String) throws -> IndexEntry {
        try git.write(path, text)
        return IndexEntry(path: path, id: try blob(text), kind: .blob, status: try status(of: path))
    }

    func status(of path: String) throws -> IndexEntry.Status {
        var status = stat()
        try #require(lstat("\(git.directory)/\(path)", &status) == 0)
        return IndexEntry.Status(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modifiedSeconds: Int64(status.st_mtim.tv_sec), modifiedNanoseconds: Int64(status.st_mtim.tv_nsec),
            changedSeconds: Int64(status.st_ctim.tv_sec), changedNanoseconds: Int64(status.st_ctim.tv_nsec),
            user: status.st_uid, group: status.st_gid)
    }

    /// Writes files, commits them through our layer, and brings the index up to date: what a store does.
    @discardableResult
    func commit(_ files: [String: String], _ message: String = "ours") throws -> ObjectID {
        let head = try repository.head()
        let entries = try files.sorted { $0.key < $1.key }.map { try file($0.key, $0.value) }
        let base = try head.commit.flatMap { try repository.tree(of: $0) }
        let tree = try repository.updatedTree(
            base: base,
            changes: entries.map { TreeUpdate(path: $0.path, item: TreeItem(id: $0.id, kind: $0.kind)) })
        let commit = try repository.createCommit(
            tree: tree, parents: head.commit.map { [$0] } ?? [], message: message, onto: head)
        try repository.updateIndex(set: entries)
        return commit
    }

    /// What git itself has to say against the repository.
    func fsck() throws { try git("fsck", "--strict", "--full") }
}

/// The code of the error that `body` throws.
func code(_ body: () throws -> Void) -> StemmaError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? StemmaError)?.code
    }
}

/// The error that `body` throws.
func failure(_ body: () throws -> Void) throws -> StemmaError {
    do {
        try body()
    } catch let error as StemmaError {
        return error
    }
    throw Nothing()
}

struct Nothing: Error, CustomStringConvertible {
    var description: String { "nothing was thrown" }
}
