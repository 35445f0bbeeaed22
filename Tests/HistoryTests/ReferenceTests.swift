import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

@Suite("Everything that git can still reach")
struct ReferenceTests {
    @Test("all references are there, tags peeled: branches, remotes, stash, tags of trees")
    func references() throws {
        let fixture = try Fixture()
        let origin = try Git.initialized(at: fixture.directory.file("origin"))
        let remote = try origin.commit(["a": "1"])
        try fixture.git("remote", "add", "origin", origin.directory)
        try fixture.git("fetch", "--quiet", "origin")
        let first = try fixture.git.commit(["a": "1"])
        try fixture.git("tag", "-a", "-m", "x", "heavy")
        try fixture.git("tag", "-a", "-m", "x", "heavier", "heavy")
        try fixture.git("tag", "tree", "HEAD^{tree}")
        try fixture.git.write("a", "2")
        try fixture.git("stash", "--quiet")
        let stash = try fixture.git("rev-parse", "stash")
        let tree = try fixture.git("rev-parse", "HEAD^{tree}")
        for packed in [false, true] {
            if packed { try fixture.git("pack-refs", "--all") }
            let found = try fixture.repository.references()
            #expect(
                found.map { "\($0.name) \($0.target) \($0.isCommit)" } == [
                    "refs/heads/main \(first) true", "refs/remotes/origin/main \(remote) true",
                    "refs/stash \(stash) true",
                    "refs/tags/heavier \(first) true", "refs/tags/heavy \(first) true",
                    "refs/tags/tree \(tree) false",
                ])
        }
    }

    @Test("a reference to an object that is gone is an error, for nothing may be removed by such a list")
    func broken() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        try fixture.git.write(".git/refs/heads/broken", "0123456789abcdef0123456789abcdef01234567\n")
        #expect(code { _ = try fixture.repository.references() } == .objectMissing)
    }

    @Test("reflogs of all work trees, and of branches that were moved, keep what they name")
    func reflogs() throws {
        let fixture = try Fixture()
        let first = try fixture.git.commit(["a": "1"])
        let lost = try fixture.git.commit(["a": "2"])
        try fixture.git("reset", "--quiet", "--hard", first)
        let path = fixture.directory.file("linked")
        try fixture.git("worktree", "add", "--quiet", "--detach", path)
        let linked = fixture.git.with(directory: path)
        let elsewhere = try linked.commit(["a": "3"])
        try linked("checkout", "--quiet", "--detach", first)
        try fixture.git.write("a", "5")
        try fixture.git("stash", "--quiet")
        let stash = try fixture.git("rev-parse", "stash")
        for repository in [fixture.repository, try #require(try Repository.find(from: path))] {
            let ids = Set(try repository.reflogs().map(\.hex))
            #expect(ids.isSuperset(of: [first, lost, elsewhere, stash]))
            #expect(!ids.contains(ObjectID.zero.hex))
        }
        // A reflog that cannot be read: a loop of links, which stops root as well.
        try FileManager.default.removeItem(atPath: fixture.path + "/.git/logs/HEAD")
        try FileManager.default.createSymbolicLink(
            atPath: fixture.path + "/.git/logs/HEAD", withDestinationPath: "HEAD")
        #expect(code { _ = try fixture.repository.reflogs() } == .system)
    }

    @Test("an unfinished merge, rebase, pick, bisection and fetch keep what they are about, in any work tree")
    func specialHeads() throws {
        let fixture = try Fixture()
        let base = try fixture.git.commit(["a": "0"])
        try fixture.git("checkout", "--quiet", "-b", "other")
        let theirs = try fixture.git.commit(["a": "1"])
        try fixture.git("checkout", "--quiet", "main")
        let ours = try fixture.git.commit(["a": "2"])
        func heads() throws -> Set<String> { Set(try fixture.repository.specialHeads().map(\.hex)) }

        #expect(throws: Git.Failure.self) { try fixture.git("merge", "other") }
        #expect(try heads().contains(theirs))
        #expect(fixture.repository.state == .merge)
        try fixture.git("merge", "--abort")

        #expect(throws: Git.Failure.self) { try fixture.git("rebase", "other") }
        #expect(fixture.repository.state == .rebase)
        #expect(try heads().isSuperset(of: [ours, theirs]))
        try fixture.git("rebase", "--abort")

        #expect(throws: Git.Failure.self) { try fixture.git("cherry-pick", "other") }
        #expect(fixture.repository.state == .cherryPick)
        try fixture.git("cherry-pick", "--abort")

        let path = fixture.directory.file("linked")
        try fixture.git("worktree", "add", "--quiet", "--detach", path, base)
        let linked = fixture.git.with(directory: path)
        try linked("bisect", "start")
        try linked("bisect", "bad", theirs)
        #expect(try heads().isSuperset(of: [base, theirs]))
        try linked("bisect", "reset")

        let origin = try Git.initialized(at: fixture.directory.file("origin"))
        let fetched = try origin.commit(["b": "1"])
        try fixture.git("fetch", "--quiet", origin.directory, "main")
        #expect(try heads().contains(fetched))
    }

    @Test("the index of another work tree can be read")
    func otherIndex() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        let path = fixture.directory.file("linked")
        try fixture.git("worktree", "add", "--quiet", path)
        let linked = fixture.git.with(directory: path)
        try linked.write("staged", "only there")
        try linked("add", "staged")
        let other = try #require(try fixture.repository.workTrees().last)
        let entries = try fixture.repository.indexEntries(gitDirectory: other.gitDirectory)
        #expect(entries.map(\.path) == ["a", "staged"])
        #expect(try fixture.repository.indexEntries().map(\.path) == ["a"])
    }
}
