import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

@Suite("Trees")
struct TreeTests {
    @Test("a tree is read with all kinds of entries, in git's order")
    func entries() throws {
        let fixture = try Fixture()
        try fixture.git.write("run", "#!")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fixture.path + "/run")
        try FileManager.default.createSymbolicLink(atPath: fixture.path + "/link", withDestinationPath: "run")
        let sub = try Git.initialized(at: fixture.path + "/sub")
        try sub.commit(["x": "1"])
        try fixture.git("-c", "advice.addEmbeddedRepo=false", "add", "sub")
        let commit = try #require(ObjectID(hex: try fixture.git.commit(["a/b": "1", "a.txt": "2"])))
        let tree = try #require(try fixture.repository.tree(of: commit))
        let entries = try fixture.repository.entries(of: tree)
        #expect(entries.map(\.name) == ["a.txt", "a", "link", "run", "sub"])
        #expect(entries.map(\.kind) == [.blob, .tree, .symlink, .executable, .submodule])
        let listed = try fixture.git("ls-tree", "--format=%(objectname)", "HEAD")
        #expect(entries.map(\.id.hex).joined(separator: "\n") == listed)
        #expect(try fixture.repository.tree(of: commit, at: "a")?.hex == fixture.git("rev-parse", "HEAD:a"))
        #expect(try fixture.repository.tree(of: commit, at: "a/b") == nil)
        #expect(try fixture.repository.tree(of: commit, at: "a/b/c") == nil)
        #expect(try fixture.repository.tree(of: commit, at: "none") == nil)
        #expect(try fixture.repository.item(of: commit, at: "a/b")?.kind == .blob)
    }

    @Test("only what is named changes, and directories without files vanish")
    func updates() throws {
        let fixture = try Fixture()
        let repository = fixture.repository
        let base = try repository.updatedTree(
            base: nil, changes: ["a/b/c", "a/d", "e"].map { try fixture.update($0, $0) })
        let names = { (tree: ObjectID) in
            try fixture.git("ls-tree", "-r", "--name-only", tree.hex).split(separator: "\n").map(String.init)
        }
        #expect(try names(base) == ["a/b/c", "a/d", "e"])
        let removed = try repository.updatedTree(base: base, changes: [TreeUpdate(path: "a/b/c", item: nil)])
        #expect(
            try repository.entries(of: #require(try repository.item(in: removed, at: "a")).id).map(\.name)
                == ["d"])
        let folder = try repository.updatedTree(base: base, changes: [TreeUpdate(path: "a", item: nil)])
        #expect(try names(folder) == ["e"])
        let inside = try repository.updatedTree(
            base: base, under: "a/b", changes: [fixture.update("x/y", "1")])
        #expect(try names(inside) == ["a/b/c", "a/b/x/y", "a/d", "e"])
        let nothing = try repository.updatedTree(
            base: base, changes: ["a", "e"].map { TreeUpdate(path: $0, item: nil) })
        #expect(nothing.hex == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
        #expect(try repository.updatedTree(base: base, changes: []) == base)
        #expect(
            try repository.updatedTree(base: base, changes: [TreeUpdate(path: "zz/y", item: nil)]) == base)
        #expect(try repository.updatedTree(base: base, changes: [TreeUpdate(path: "e/y", item: nil)]) == base)
        #expect(try names(repository.updatedTree(base: nil, changes: [])) == [])
        try fixture.fsck()
    }

    @Test("a file takes the place of a directory and the other way round, but not both at once")
    func conflicts() throws {
        let fixture = try Fixture()
        let repository = fixture.repository
        let base = try repository.updatedTree(
            base: nil, changes: ["a/b", "f"].map { try fixture.update($0, $0) })
        let names = { try fixture.git("ls-tree", "-r", "--name-only", ($0 as ObjectID).hex) }
        #expect(
            try names(repository.updatedTree(base: base, changes: [fixture.update("a", "file")])) == "a\nf")
        #expect(
            try names(repository.updatedTree(base: base, changes: [fixture.update("f/g", "1")])) == "a/b\nf/g"
        )
        let both = [
            try fixture.update("f", nil), try fixture.update("f/g", "1"), try fixture.update("a/b", nil),
            try fixture.update("a", "1"),
        ]
        #expect(try names(repository.updatedTree(base: base, changes: both)) == "a\nf/g")
        #expect(
            code {
                _ = try repository.updatedTree(
                    base: base, changes: [fixture.update("x", "1"), fixture.update("x/y", "1")])
            } == .pathConflict)
        let twice = [try fixture.update("f", "first"), try fixture.update("f", "second")]
        let tree = try repository.updatedTree(base: base, changes: twice)
        #expect(try fixture.git("cat-file", "blob", "\(tree):f") == "second")
    }

    @Test(
        "names that git does not allow are refused",
        arguments: ["", "/a", "a/", "a//b", ".", "a/..", ".git/x", "a/.GIT", "a\0b"])
    func names(path: String) throws {
        let fixture = try Fixture()
        #expect(
            code { _ = try fixture.repository.updatedTree(base: nil, changes: [fixture.update(path, "1")]) }
                == .invalidTreePath)
    }

    @Test("entries of other tools are written back byte for byte: old modes, names that are not UTF-8")
    func foreignEntries() throws {
        let fixture = try Fixture()
        let blob = try fixture.blob("1")
        var bytes: [UInt8] = []
        TreeBytes.append(mode: 0o100664, name: Array("old".utf8), id: blob, to: &bytes)
        TreeBytes.append(mode: 0o100644, name: [0xFF, 0xFE], id: blob, to: &bytes)
        let base = try bytes.withUnsafeBytes { try fixture.repository.objects.write($0, .tree) }
        let updated = try fixture.repository.updatedTree(base: base, changes: [fixture.update("new", "2")])
        let restored = try fixture.repository.updatedTree(
            base: updated, changes: [TreeUpdate(path: "new", item: nil)])
        #expect(restored == base)
        #expect(updated != base)
    }

    @Test("a damaged tree is said to be damaged")
    func damagedTree() throws {
        let fixture = try Fixture()
        for bytes in [Array("100644 name".utf8), Array("100644 name\0short".utf8), Array("999 x\0".utf8)] {
            let tree = try bytes.withUnsafeBytes { try fixture.repository.objects.write($0, .tree) }
            #expect(code { _ = try fixture.repository.entries(of: tree) } == .corrupt)
        }
    }

    @Test("random updates give the tree that git gives, and random differences are git's", arguments: 1...6)
    func random(seed: UInt64) throws {
        let fixture = try Fixture()
        let repository = fixture.repository
        var random = SeededGenerator(seed: seed)
        // Names that sort differently as a file and as a directory, few enough to collide.
        let names = ["a", "a-", "a.b", "a0", "b", "é"]
        var tree: ObjectID?
        for round in 0..<8 {
            var changes: [TreeUpdate] = []
            var script = ""
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let path = (0..<Int.random(in: 1...3, using: &random))
                    .compactMap { _ in names.randomElement(using: &random) }.joined(separator: "/")
                // git applies a list one after another, we at once: what collides within it is left out.
                if changes.contains(where: {
                    $0.path == path || $0.path.hasPrefix(path + "/") || path.hasPrefix($0.path + "/")
                }) {
                    continue
                }
                let item: TreeItem? =
                    Int.random(in: 0..<3, using: &random) == 0
                    ? nil
                    : TreeItem(
                        id: try fixture.blob("\(Int.random(in: 0..<4, using: &random))"),
                        kind: Bool.random(using: &random) ? .blob : .executable)
                changes.append(TreeUpdate(path: path, item: item))
                if let item {
                    script += "\(item.kind == .blob ? "100644" : "100755") \(item.id)\t\(path)\0"
                } else {
                    script += "0 \(ObjectID.zero)\t\(path)\0"
                }
            }
            let before = tree
            let after = try repository.updatedTree(base: before, changes: changes)
            tree = after

            try fixture.git(["read-tree"] + (before.map { [$0.hex] } ?? ["--empty"]))
            // Removing a directory is ours; git removes files.
            for change in changes where change.item == nil {
                try fixture.git(
                    "rm", "-r", "--cached", "--quiet", "--force", "--ignore-unmatch", "--", change.path)
            }
            try fixture.git("update-index", "--replace", "--add", "-z", "--index-info", input: script)
            #expect(try fixture.git("write-tree") == after.hex, "seed \(seed) round \(round)")

            let empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
            let judged = try fixture.git(
                "-c", "core.quotePath=false", "diff-tree", "-r", "--no-renames", before?.hex ?? empty,
                after.hex)
            let ours = try repository.treeDifference(before, after).map { change in
                func mode(_ item: TreeItem?) -> String {
                    item.map { String($0.kind.mode, radix: 8) } ?? "000000"
                }
                let letter = change.before == nil ? "A" : change.after == nil ? "D" : "M"
                return ":\(mode(change.before)) \(mode(change.after)) \(change.before?.id ?? .zero) "
                    + "\(change.after?.id ?? .zero) \(letter)\t\(change.path)"
            }
            #expect(ours.joined(separator: "\n") == judged, "seed \(seed) round \(round)")
            #expect(ours.count == Set(ours).count)
        }
        try fixture.fsck()
    }

    @Test("a difference is in the order of paths, and can be of one directory")
    func differenceBelow() throws {
        let fixture = try Fixture()
        let repository = fixture.repository
        let a = try repository.updatedTree(
            base: nil, changes: ["d/a", "d/a.b", "x"].map { try fixture.update($0, "1") })
        let b = try repository.updatedTree(
            base: a, changes: ["d/a/b", "d/c", "x"].map { try fixture.update($0, "2") })
        #expect(try repository.treeDifference(a, b).map(\.path) == ["d/a", "d/a/b", "d/c", "x"])
        #expect(try repository.treeDifference(a, b, under: "d").map(\.path) == ["a", "a/b", "c"])
        #expect(try repository.treeDifference(a, b, under: "none") == [])
        #expect(try repository.treeDifference(nil, a).count == 3)
        #expect(try repository.treeDifference(a, nil).allSatisfy { $0.after == nil })
        #expect(try repository.treeDifference(a, a) == [])
    }
}
