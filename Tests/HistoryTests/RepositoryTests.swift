import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

@Suite("Finding and making repositories")
struct RepositoryTests {
    @Test("a repository is found from a directory in it, and from one that is not there yet")
    func findsUpward() throws {
        let fixture = try Fixture()
        try fixture.git.write("a/b/file", "")
        for start in ["", "/a/b", "/a/b/file", "/a/not/yet"] {
            let found = try #require(try Repository.find(from: fixture.path + start))
            #expect(found.workTree == fixture.path)
            #expect(found.gitDirectory == fixture.path + "/.git")
            #expect(found.commonDirectory == found.gitDirectory)
        }
    }

    @Test("outside of any repository none is found")
    func findsNone() throws {
        try #require(Fixture.isolated)
        let directory = try TemporaryDirectory()
        #expect(try Repository.find(from: directory.path) == nil)
    }

    @Test("a linked work tree has its own HEAD and index, and the objects of all")
    func linkedWorkTree() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        let path = fixture.directory.file("linked")
        try fixture.git("worktree", "add", "--quiet", "-b", "other", path)
        let linked = try #require(try Repository.find(from: path))
        #expect(linked.workTree == path)
        #expect(linked.commonDirectory == fixture.path + "/.git")
        #expect(linked.gitDirectory == fixture.path + "/.git/worktrees/linked")
        #expect(try linked.head().description == "other")
        let all = [
            WorkTree(path: fixture.path, gitDirectory: fixture.path + "/.git"),
            WorkTree(path: path, gitDirectory: linked.gitDirectory),
        ]
        #expect(try linked.workTrees() == all)
        #expect(try fixture.repository.workTrees() == all)
    }

    @Test("a submodule is a repository of its own")
    func submodule() throws {
        let fixture = try Fixture()
        let other = try Git.initialized(at: fixture.directory.file("other"))
        try other.commit(["a": "1"])
        try fixture.git("submodule", "--quiet", "add", other.directory, "sub")
        let sub = try #require(try Repository.find(from: fixture.path + "/sub"))
        #expect(sub.workTree == fixture.path + "/sub")
        #expect(sub.gitDirectory == fixture.path + "/.git/modules/sub")
        #expect(try sub.workTrees().map(\.path) == [fixture.path + "/sub"])
    }

    @Test("a new repository starts on main, or on the branch that the user's configuration says")
    func creates() throws {
        try #require(Fixture.isolated)
        let directory = try TemporaryDirectory()
        let made = try Repository.create(at: directory.file("new/deep"))
        #expect(made.workTree == directory.file("new/deep"))
        #expect(try made.head() == .unborn(branch: "main"))
        #expect(
            try Git(in: made.workTree)("status", "--porcelain", "--branch") == "## No commits yet on main")
        #expect(code { _ = try Repository.create(at: made.workTree) } == .repositoryExists)
        // The search path is the process's; no other test makes a repository of ours.
        let settings = "[init]\n\tdefaultBranch = trunk\n"
        try Data(settings.utf8).write(to: URL(fileURLWithPath: directory.file("config")))
        try GitLibrary.setConfigurationSearchPath(directory.path, for: .xdg)
        defer { try? GitLibrary.setConfigurationSearchPath("/nonexistent", for: .xdg) }
        #expect(try Repository.create(at: directory.file("other")).head() == .unborn(branch: "trunk"))
    }

    @Test("paths are given relative to the work tree, through symbolic links too")
    func relativePaths() throws {
        let fixture = try Fixture()
        try fixture.git.write("a/b/file", "")
        try FileManager.default.createSymbolicLink(
            atPath: fixture.directory.file("link"), withDestinationPath: fixture.path + "/a")
        let repository = fixture.repository
        #expect(repository.relativePath(of: fixture.path) == "")
        #expect(repository.relativePath(of: fixture.path + "/a/b") == "a/b")
        #expect(repository.relativePath(of: fixture.path + "/a/not/yet/") == "a/not/yet")
        #expect(repository.relativePath(of: fixture.directory.file("link/b/file")) == "a/b/file")
        #expect(repository.relativePath(of: fixture.path + "er") == nil)
        #expect(repository.relativePath(of: fixture.directory.path) == nil)
    }

    @Test("a bare repository is refused")
    func bare() throws {
        try #require(Fixture.isolated)
        let directory = try TemporaryDirectory()
        let git = try Git.initialized(at: directory.file("bare"), ["--bare"])
        let error = try failure { _ = try Repository.find(from: git.directory) }
        #expect(error.code == .bareRepository)
        #expect(error.message.contains(git.directory))
    }

    @Test("a SHA-256 repository is refused, and the error says that it is one")
    func sha256() throws {
        try #require(Fixture.isolated)
        let directory = try TemporaryDirectory()
        let git = try Git.initialized(at: directory.file("work"), ["--object-format=sha256"])
        let error = try failure { _ = try Repository.find(from: git.directory) }
        #expect(error.code == .unsupportedRepository)
        #expect(error.message.contains("extensions.objectFormat = sha256"))
    }

    @Test("a reftable repository is refused, and the error says that it is one")
    func reftable() throws {
        let fixture = try Fixture()
        try fixture.git("config", "core.repositoryFormatVersion", "1")
        try fixture.git("config", "extensions.refStorage", "reftable")
        let error = try failure { _ = try Repository.find(from: fixture.path) }
        #expect(error.code == .unsupportedRepository)
        #expect(error.message.contains("extensions.refStorage = reftable"))
    }

    @Test("an extension that nobody knows yet is refused by its name")
    func unknownExtension() throws {
        let fixture = try Fixture()
        try fixture.git("config", "core.repositoryFormatVersion", "1")
        try fixture.git("config", "extensions.tomorrow", "true")
        let error = try failure { _ = try Repository.find(from: fixture.path) }
        #expect(error.code == .unsupportedRepository)
        #expect(error.message.contains("extensions.tomorrow"))
    }

    @Test(
        "a repository of another user is refused, with the command that trusts it",
        .enabled(if: geteuid() == 0))
    func owner() throws {
        let fixture = try Fixture()
        for path in [fixture.path, fixture.path + "/.git"] { try #require(chown(path, 12345, 12345) == 0) }
        let error = try failure { _ = try Repository.find(from: fixture.path) }
        #expect(error.code == .repositoryOwner)
        #expect(error.hint?.contains("git config --global --add safe.directory \(fixture.path)") == true)
    }

    @Test("a sparse checkout, which turns on extensions.worktreeConfig, works and its settings are read")
    func worktreeConfiguration() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a/x": "1", "b/y": "2"])
        try fixture.git("sparse-checkout", "set", "a")
        try fixture.git("config", "--worktree", "stemma.test", "here")
        let repository = try #require(try Repository.find(from: fixture.path))
        #expect(try repository.configuration(string: "stemma.test") == "here")
        #expect(try repository.configuration(bool: "core.sparseCheckout") == true)
    }

    @Test("settings are read as git reads them")
    func settings() throws {
        let fixture = try Fixture()
        #expect(try fixture.repository.configuration(string: "stemma.absent") == nil)
        #expect(try fixture.repository.configuration(bool: "stemma.absent") == nil)
        try fixture.git("config", "stemma.flag", "on")
        #expect(try fixture.repository.configuration(bool: "stemma.flag") == true)
        #expect(try fixture.repository.configuration(string: "stemma.flag") == "on")
        try fixture.git("config", "stemma.flag", "perhaps")
        #expect(
            code { _ = try fixture.repository.configuration(bool: "stemma.flag") } == .invalidConfiguration)
    }

    @Test("an unfinished merge is seen, and can be concluded")
    func state() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        #expect(fixture.repository.state == .none)
        try fixture.git("checkout", "--quiet", "-b", "other")
        let theirs = try fixture.git.commit(["a": "2"])
        try fixture.git("checkout", "--quiet", "main")
        try fixture.git.commit(["a": "3"])
        #expect(throws: Git.Failure.self) { try fixture.git("merge", "other") }
        #expect(fixture.repository.state == .merge)
        #expect(try fixture.repository.mergeHeads().map(\.hex) == [theirs])
        #expect(try Set(fixture.repository.indexEntries().map(\.stage)) == [1, 2, 3])
        try fixture.repository.clearState()
        #expect(fixture.repository.state == .none)
        #expect(try fixture.repository.mergeHeads() == [])
    }
}
