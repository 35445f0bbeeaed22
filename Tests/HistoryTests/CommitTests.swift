import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

@Suite("Commits")
struct CommitTests {
    @Test("what a commit says is read: people, dates, parents, message and trailers")
    func reads() throws {
        let fixture = try Fixture()
        let first = try fixture.git.commit(["a": "1"])
        let message = "subject\n\nbody\n\nStemma-Operation: migrate\nStemma-Records: +12 ~340 -0\n"
        let git = fixture.git.with([
            "GIT_AUTHOR_DATE": "1700000000 -0330", "GIT_COMMITTER_DATE": "1700000001 +0100",
        ])
        try git.commit(["a": "2"], message)
        let info = try fixture.repository.commit(fixture.repository.resolve("HEAD"))
        #expect(info.parents.map(\.hex) == [first])
        #expect(info.tree.hex == (try git("rev-parse", "HEAD^{tree}")))
        #expect(
            info.author
                == Signature(
                    name: "A. Uthor", email: "author@example.org", seconds: 1_700_000_000, offset: -210))
        #expect(
            info.committer
                == Signature(
                    name: "C. Ommitter", email: "committer@example.org", seconds: 1_700_000_001, offset: 60))
        #expect(info.message == message)
        #expect(info.subject == "subject")
        #expect(info.trailers.map(\.key) == ["Stemma-Operation", "Stemma-Records"])
        #expect(info.trailers.map(\.value) == ["migrate", "+12 ~340 -0"])
    }

    @Test("a message in Latin-1 is read as what it says")
    func latin1() throws {
        let fixture = try Fixture()
        let tree = try fixture.repository.updatedTree(base: nil, changes: [])
        let head = "tree \(tree)\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\nencoding ISO-8859-1\n\n"
        let id = try (Array(head.utf8) + [0x68, 0xE9, 0x0A]).withUnsafeBytes {
            try fixture.repository.objects.write($0, .commit)
        }
        #expect(try fixture.repository.commit(id).message == "hé\n")
    }

    @Test("the first commit is made on an unborn branch, the next on it, and git finds nothing wrong")
    func onBranch() throws {
        let fixture = try Fixture()
        let first = try fixture.commit(["d/a": "1", "b": "2"], "first")
        let second = try fixture.commit(["d/a": "3", "d/c": "4"], "second\n\n\nwith body  \n")
        #expect(try fixture.git("rev-list", "main") == "\(second)\n\(first)")
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(
            try fixture.git("log", "-1", "--format=%an %ae %cn %B")
                == "U. Ser user@example.org U. Ser second\n\nwith body\n")
        #expect(
            try fixture.git("reflog", "--format=%gs %gn")
                == "commit: second U. Ser\ncommit (initial): first U. Ser")
        #expect(
            try fixture.git("reflog", "show", "main", "--format=%gs")
                == "commit: second\ncommit (initial): first")
        #expect(try fixture.git("write-tree") == (try fixture.git("rev-parse", "HEAD^{tree}")))
        try fixture.fsck()
    }

    @Test("a detached HEAD moves, and no branch does")
    func detached() throws {
        let fixture = try Fixture()
        let first = try fixture.git.commit(["a": "1"])
        try fixture.git("checkout", "--quiet", "--detach")
        let second = try fixture.commit(["a": "2"])
        #expect(try fixture.git("rev-parse", "main") == first)
        #expect(try fixture.repository.head() == .detached(second))
        #expect(try fixture.git("status", "--porcelain") == "")
        try fixture.fsck()
    }

    @Test("in a linked work tree its own branch moves, and its own index is brought up to date")
    func linked() throws {
        let fixture = try Fixture()
        let first = try fixture.git.commit(["a": "1"])
        let path = fixture.directory.file("linked")
        try fixture.git("worktree", "add", "--quiet", "-b", "other", path)
        let linked = try #require(try Repository.find(from: path))
        let blob = try Array("2".utf8).withUnsafeBytes { try linked.writeBlob($0, compression: .fast) }
        let git = fixture.git.with(directory: path)
        try git.write("a", "2")
        let tree = try linked.updatedTree(
            base: linked.tree(of: #require(try linked.head().commit)),
            changes: [TreeUpdate(path: "a", item: TreeItem(id: blob, kind: .blob))])
        let commit = try linked.createCommit(
            tree: tree, parents: [#require(try linked.head().commit)], message: "there", onto: linked.head())
        try linked.updateIndex(set: [IndexEntry(path: "a", id: blob, kind: .blob)])
        #expect(try git("rev-parse", "HEAD") == commit.hex)
        #expect(try git("status", "--porcelain") == "")
        #expect(try git("reflog", "-1", "--format=%gs") == "commit: there")
        #expect(try fixture.git("rev-parse", "HEAD") == first)
        #expect(try fixture.git("status", "--porcelain") == "")
        try fixture.fsck()
    }

    @Test("a merge has two parents")
    func merge() throws {
        let fixture = try Fixture()
        let a = try fixture.commit(["a": "1"])
        try fixture.git("checkout", "--quiet", "-b", "other")
        let b = try fixture.commit(["b": "1"])
        let tree = try #require(try fixture.repository.tree(of: b))
        let merge = try fixture.repository.createCommit(
            tree: tree, parents: [b, a], message: "merge", onto: fixture.repository.head())
        #expect(try fixture.git("rev-list", "--parents", "-1", "HEAD") == "\(merge) \(b) \(a)")
        #expect(try fixture.git("reflog", "-1", "--format=%gs") == "commit (merge): merge")
    }

    @Test("nothing is committed when the branch has moved meanwhile, in any of the ways")
    func moved() throws {
        let fixture = try Fixture()
        let repository = fixture.repository
        let unborn = try repository.head()
        let tree = try repository.updatedTree(base: nil, changes: [])
        func attempt(_ head: Head) -> StemmaError.Code? {
            code { _ = try repository.createCommit(tree: tree, parents: [], message: "late", onto: head) }
        }
        let first = try fixture.git.commit(["a": "1"])
        #expect(attempt(unborn) == .branchMoved)
        let old = try repository.head()
        let second = try fixture.git.commit(["a": "2"])
        #expect(attempt(old) == .branchMoved)
        let main = try repository.head()
        try fixture.git("checkout", "--quiet", "-b", "other")
        let error = try failure {
            _ = try repository.createCommit(tree: tree, parents: [], message: "late", onto: main)
        }
        #expect(error.code == .branchMoved)
        #expect(error.message.contains("other"))
        try fixture.git("checkout", "--quiet", "--detach", first)
        let detached = try repository.head()
        try fixture.git("checkout", "--quiet", "main")
        #expect(attempt(detached) == .branchMoved)
        #expect(try fixture.git("rev-list", "--all", "--count") == "2")
        #expect(try fixture.git("rev-parse", "main") == second)
    }

    @Test("a reference that another process has locked is an error that says so")
    func locked() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        try fixture.git.write(".git/refs/heads/main.lock", "")
        let head = try fixture.repository.head()
        let tree = try #require(try head.commit.flatMap { try fixture.repository.tree(of: $0) })
        let error = try failure {
            _ = try fixture.repository.createCommit(tree: tree, parents: [], message: "x", onto: head)
        }
        #expect(error.code == .repositoryLocked)
    }

    @Test("without a name nothing is committed, and the hint says how to set one")
    func noIdentity() throws {
        let fixture = try Fixture(identity: false)
        let error = try failure { _ = try fixture.commit(["a": "1"]) }
        #expect(error.code == .noIdentity)
        #expect(error.hint?.contains("git config --global user.name") == true)
        #expect(code { try fixture.repository.checkCommit() } == .noIdentity)
        try fixture.git("config", "user.name", "Some One")
        #expect(try failure { _ = try fixture.commit(["a": "1"]) }.message.contains("user.email"))
        try fixture.git("config", "user.email", " ")
        #expect(code { _ = try fixture.commit(["a": "1"]) } == .noIdentity)
        #expect(try fixture.repository.head() == .unborn(branch: "main"))
        let given = Identity(
            authorEmail: "a@b", authorDate: Identity.Moment("@1700000000 +0200"), committerEmail: "c@d")
        let (author, committer) = try fixture.repository.signatures(given)
        #expect(author == Signature(name: "Some One", email: "a@b", seconds: 1_700_000_000, offset: 120))
        #expect(committer.email == "c@d")
        try fixture.git("config", "author.name", "Au Thor")
        #expect(try fixture.repository.signatures(given).author.name == "Au Thor")
    }

    @Test("dates are read in git's raw form only")
    func moments() {
        #expect(Identity.Moment("1700000000 -0130") == Identity.Moment(seconds: 1_700_000_000, offset: -90))
        #expect(Identity.Moment("1700000000") == Identity.Moment(seconds: 1_700_000_000, offset: 0))
        for text in ["", "yesterday", "1 2 3", "1 0100", "1 +01:00", "-5 +0000", "1 ++100", "1 +-100"] {
            #expect(Identity.Moment(text) == nil, "\(text)")
        }
    }

    @Test("signed commits and empty messages are refused before anything is written")
    func refused() throws {
        let fixture = try Fixture()
        for message in ["", " \n\t\n"] {
            #expect(code { _ = try fixture.commit(["a": "1"], message) } == .emptyMessage)
        }
        try fixture.git("config", "commit.gpgSign", "true")
        #expect(code { try fixture.repository.checkCommit() } == .signingUnsupported)
        let error = try failure { _ = try fixture.commit(["a": "1"]) }
        #expect(error.code == .signingUnsupported)
        #expect(error.hint?.contains("git commit -S") == true)
        #expect(try fixture.repository.head().commit == nil)
        try fixture.git("config", "commit.gpgSign", "false")
        try fixture.repository.checkCommit()
        try fixture.commit(["a": "1"])
    }
}
