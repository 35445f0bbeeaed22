import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

@Suite("The index")
struct IndexTests {
    /// The names beside the index that begin as it does.
    private func leftovers(_ repository: Repository) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: repository.gitDirectory).filter {
            $0.hasPrefix("index")
        }.sorted()
    }

    @Test("what others have staged stays staged, in every version of the index", arguments: [2, 3, 4])
    func staysStaged(version: Int) throws {
        let fixture = try Fixture()
        try fixture.git("config", "index.version", "\(version)")
        try fixture.git.commit([
            "code/a": "1", "code/b": "1", "store/p": "1", "store/q": "1", "gone": "once", "trusted": "1",
        ])
        try fixture.git("update-index", "--index-version", "\(version)")
        try fixture.git.write("code/a", "2")
        try fixture.git.write("code/new", "1")
        try fixture.git.write("code/intended", "1")
        try fixture.git("add", "code/a", "code/new")
        try fixture.git("add", "--intent-to-add", "code/intended")
        try fixture.git("rm", "--quiet", "gone")
        try fixture.git("update-index", "--skip-worktree", "code/b")
        try fixture.git("update-index", "--assume-unchanged", "trusted")
        let before = try fixture.git("ls-files", "--stage", "-v", "--", ":!store")

        let head = try fixture.repository.head()
        let entries = [try fixture.file("store/p", "2"), try fixture.file("store/r", "3")].map {
            IndexEntry(path: String($0.path.dropFirst(6)), id: $0.id, kind: $0.kind, status: $0.status)
        }
        try FileManager.default.removeItem(atPath: fixture.path + "/store/q")
        let base = try #require(try head.commit.flatMap { try fixture.repository.tree(of: $0) })
        let tree = try fixture.repository.updatedTree(
            base: base, under: "store",
            changes: entries.map { TreeUpdate(path: $0.path, item: TreeItem(id: $0.id, kind: $0.kind)) }
                + [TreeUpdate(path: "q", item: nil)])
        _ = try fixture.repository.createCommit(
            tree: tree, parents: [#require(head.commit)], message: "store", onto: head)
        try fixture.repository.updateIndex(under: "store", set: entries, remove: ["q", "never-there"])

        #expect(try fixture.git("ls-files", "--stage", "-v", "--", ":!store") == before)
        #expect(
            try fixture.git("status", "--porcelain") == "M  code/a\n A code/intended\nA  code/new\nD  gone")
        #expect(try fixture.git("diff", "--cached", "--name-status") == "M\tcode/a\nA\tcode/new\nD\tgone")
        #expect(
            try fixture.git("diff", "HEAD~1", "HEAD", "--name-status") == "M\tstore/p\nD\tstore/q\nA\tstore/r"
        )
        #expect(try fixture.repository.indexEntries(under: "store").map(\.path) == ["p", "r"])
        #expect(try fixture.repository.indexEntries().count == 7)
        #expect(try leftovers(fixture.repository) == ["index"])
        let header = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/.git/index")).prefix(8)
        // Extended flags, which intent-to-add and skip-worktree are, make a 3 of a 2.
        #expect(header.last == UInt8(max(3, version)))
        try fixture.fsck()
        try fixture.git("commit", "--quiet", "-m", "theirs")
        #expect(
            try fixture.git("diff", "HEAD~1", "HEAD", "--name-status") == "M\tcode/a\nA\tcode/new\nD\tgone")
    }

    @Test("git need not read a file again whose status was given")
    func statusIsRight() throws {
        let fixture = try Fixture()
        let entry = try fixture.file("a", "1")
        // Older than the index by more than a second, so that git does not doubt it for being too young.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: fixture.path + "/a"
        )
        let aged = IndexEntry(path: "a", id: entry.id, kind: .blob, status: try fixture.status(of: "a"))
        try fixture.repository.updateIndex(set: [aged])
        // diff-files compares by stat alone and prints what it would have to read.
        #expect(try fixture.git("diff-files", "--raw") == "")
        try fixture.repository.updateIndex(set: [IndexEntry(path: "a", id: entry.id, kind: .blob)])
        #expect(try fixture.git("diff-files", "--raw") != "")
        #expect(try fixture.git("status", "--porcelain") == "A  a")
    }

    @Test("a conflict is resolved where a path is set or removed, and stays elsewhere")
    func conflicts() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1", "b": "1", "c": "1"])
        try fixture.git("checkout", "--quiet", "-b", "other")
        try fixture.git.commit(["a": "2", "b": "2", "c": "2"])
        try fixture.git("checkout", "--quiet", "main")
        try fixture.git.commit(["a": "3", "b": "3", "c": "3"])
        #expect(throws: Git.Failure.self) { try fixture.git("merge", "other") }
        try fixture.repository.updateIndex(set: [fixture.file("a", "4")], remove: ["c"])
        let stages = try fixture.repository.indexEntries().map { "\($0.path)\($0.stage)" }
        #expect(stages == ["a0", "b1", "b2", "b3"])
        #expect(try fixture.git("status", "--porcelain", "--", "a", "b") == "M  a\nUU b")
    }

    @Test("a file that takes a directory's place takes its entries' place, and the other way round")
    func collisions() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a/b": "1", "f": "1"])
        let blob = try fixture.blob("2")
        try fixture.repository.updateIndex(
            set: [
                IndexEntry(path: "a", id: blob, kind: .blob), IndexEntry(path: "f/g", id: blob, kind: .blob),
            ])
        #expect(try fixture.git("ls-files") == "a\nf/g")
        _ = try fixture.git("write-tree")
    }

    @Test("index.lock is waited for, and never made")
    func waits() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        let lock = fixture.path + "/.git/index.lock"
        try Data().write(to: URL(fileURLWithPath: lock))
        let index = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/.git/index"))
        let entry = try fixture.file("b", "1")
        let error = try failure { try fixture.repository.updateIndex(set: [entry], waiting: 0.05) }
        #expect(error.code == .indexLocked)
        #expect(error.message.contains(lock))
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/.git/index")) == index)
        #expect(try leftovers(fixture.repository) == ["index", "index.lock"])
        Thread.detachNewThread {
            usleep(100_000)
            unlink(lock)
        }
        try fixture.repository.updateIndex(set: [entry], waiting: 10)
        #expect(try fixture.git("ls-files") == "a\nb")
    }

    @Test("what git writes between our reading and our writing is kept")
    func race() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        let path = fixture.path + "/.git/index"
        let placement = try IndexPlacement(of: path)
        let index = try Index(reading: placement.ownPath, as: path)
        try index.set(fixture.file("ours", "1"), at: "ours")
        try index.write()
        try fixture.git.write("theirs", "1")
        try fixture.git("add", "theirs")
        #expect(try placement.place() == false)
        #expect(try fixture.git("ls-files") == "a\ntheirs")
    }

    @Test("many updates against many of git's lose nothing")
    func contention() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        let git = fixture.git
        for number in 0..<25 { try git.write("theirs\(number)", "\(number)") }
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            for number in 0..<25 {
                // git does not wait for its own lock, and may find the index missing at no time.
                for _ in 0..<50 where (try? git("add", "theirs\(number)")) == nil { usleep(1000) }
            }
            done.signal()
        }
        for number in 0..<200 {
            try fixture.repository.updateIndex(set: [
                IndexEntry(path: "ours\(number)", id: fixture.blob("x"), kind: .blob)
            ])
        }
        done.wait()
        let names = try fixture.git("ls-files").split(separator: "\n")
        #expect(names.filter { $0.hasPrefix("ours") }.count == 200)
        #expect(names.filter { $0.hasPrefix("theirs") }.count == 25)
        #expect(try leftovers(fixture.repository) == ["index"])
    }

    @Test("a split and a sparse index are refused, unchanged, with the command that helps")
    func refuses() throws {
        let split = try Fixture()
        try split.git.commit(["a": "1"])
        try split.git("update-index", "--split-index")
        let before = try Data(contentsOf: URL(fileURLWithPath: split.path + "/.git/index"))
        let error = try failure { try split.repository.updateIndex(set: [split.file("b", "1")]) }
        #expect(error.code == .unsupportedIndex)
        #expect(error.hint == "git update-index --no-split-index")
        #expect(code { try split.repository.checkCommit() } == .unsupportedIndex)
        #expect(try Data(contentsOf: URL(fileURLWithPath: split.path + "/.git/index")) == before)
        try split.git("update-index", "--no-split-index")
        try split.repository.updateIndex(set: [split.file("b", "1")])

        let sparse = try Fixture()
        try sparse.git.commit(["a/x": "1", "b/y": "1"])
        try sparse.git("sparse-checkout", "set", "--cone", "--sparse-index", "a")
        let other = try failure { try sparse.repository.updateIndex(set: [sparse.file("a/z", "1")]) }
        #expect(other.code == .unsupportedIndex)
        #expect(other.hint == "git sparse-checkout reapply --no-sparse-index")
        try sparse.git("sparse-checkout", "reapply", "--no-sparse-index")
        try sparse.repository.updateIndex(set: [sparse.file("a/z", "1")])
        #expect(try sparse.git("status", "--porcelain") == "A  a/z")
    }

    @Test("optional extensions may go, and the permissions of a shared index stay")
    func extensions() throws {
        let fixture = try Fixture()
        try fixture.git("config", "core.untrackedCache", "true")
        try fixture.git.commit(["a": "1", "d/b": "1"])
        try fixture.git("status", "--porcelain")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o664], ofItemAtPath: fixture.path + "/.git/index")
        try fixture.repository.updateIndex(set: [fixture.file("d/c", "1")])
        let mode =
            try FileManager.default.attributesOfItem(atPath: fixture.path + "/.git/index")[.posixPermissions]
            as? Int
        #expect(mode == 0o664)
        #expect(try fixture.git("status", "--porcelain") == "A  d/c")
    }

    @Test("what a killed process left beside the index is swept when it is old")
    func sweeps() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        for (name, age) in [
            ("index.stemma-1-1", 3600.0), ("index.stemma-1-1.lock", 3600), ("index.stemma-2-1", 0),
        ] {
            try fixture.git.write(".git/\(name)", "")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)],
                ofItemAtPath: fixture.path + "/.git/\(name)")
        }
        try fixture.repository.updateIndex(set: [fixture.file("b", "1")])
        #expect(try leftovers(fixture.repository) == ["index", "index.stemma-2-1"])
    }

    @Test("a damaged index is an error, and left as it is")
    func damaged() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "1"])
        let url = URL(fileURLWithPath: fixture.path + "/.git/index")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)
        #expect(code { try fixture.repository.updateIndex(set: [fixture.file("b", "1")]) } == .corrupt)
        #expect(try Data(contentsOf: url) == bytes)
        #expect(try leftovers(fixture.repository) == ["index"])
    }
}
