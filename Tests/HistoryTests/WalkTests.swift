import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

@Suite("Walking the history")
struct WalkTests {
    /// Makes commits with random parents, dates that never run backwards but are often equal, and gives their ids.
    private func randomHistory(_ fixture: Fixture, _ random: inout SeededGenerator, count: Int) throws
        -> [ObjectID]
    {
        let tree = try fixture.repository.updatedTree(base: nil, changes: [fixture.update("a", "1")])
        var ids: [ObjectID] = []
        var time: Int64 = 1_700_000_000
        for number in 0..<count {
            time += Int64.random(in: 0...2, using: &random)
            let wanted = [0, 1, 1, 1, 2, 2, 3].randomElement(using: &random) ?? 1
            var parents: [ObjectID] = []
            for parent in ids.suffix(8).shuffled(using: &random).prefix(wanted) { parents.append(parent) }
            let text =
                "tree \(tree)\n" + parents.map { "parent \($0)\n" }.joined()
                + "author A <a@b> \(time) +0000\ncommitter A <a@b> \(time) +0000\n\n\(number)\n"
            ids.append(
                try Array(text.utf8).withUnsafeBytes { try fixture.repository.objects.write($0, .commit) })
        }
        return ids
    }

    private func all(_ walk: CommitWalk) throws -> [ObjectID] {
        var ids: [ObjectID] = []
        while let id = try walk.next() { ids.append(id) }
        return ids
    }

    @Test("random histories are walked in git's order, with and without hidden commits", arguments: 1...5)
    func random(seed: UInt64) throws {
        let fixture = try Fixture()
        var random = SeededGenerator(seed: seed)
        let ids = try randomHistory(fixture, &random, count: 40)
        for round in 0..<12 {
            let from = (0..<Int.random(in: 1...2, using: &random)).compactMap { _ in
                ids.randomElement(using: &random)
            }
            let hiding = (0..<Int.random(in: 0...2, using: &random)).compactMap { _ in
                ids.randomElement(using: &random)
            }
            let walked = try all(fixture.repository.walk(from: from, hiding: hiding))
            let judged = try fixture.git(["rev-list"] + from.map(\.hex) + hiding.map { "^\($0)" })
            #expect(
                walked.map(\.hex) == judged.split(separator: "\n").map(String.init),
                "seed \(seed) round \(round)")
        }
        for round in 0..<20 {
            let pair = try (0..<2).map { _ in try #require(ids.randomElement(using: &random)) }
            let base = try fixture.repository.mergeBase(pair[0], pair[1])
            let judged = try? fixture.git("merge-base", "--all", pair[0].hex, pair[1].hex)
            let best = judged?.split(separator: "\n").map(String.init) ?? []
            #expect(
                base.map { best.contains($0.hex) } ?? best.isEmpty, "seed \(seed) round \(round): \(pair)")
        }
    }

    @Test("dates that run backwards hide no commit and give the right merge base", arguments: 1...3)
    func skew(seed: UInt64) throws {
        let fixture = try Fixture()
        var random = SeededGenerator(seed: seed)
        let tree = try fixture.repository.updatedTree(base: nil, changes: [])
        var ids: [ObjectID] = []
        for number in 0..<30 {
            let time = Int64.random(in: 1_700_000_000...1_700_000_020, using: &random)
            let text =
                "tree \(tree)\n"
                + ids.suffix(4).shuffled(using: &random).prefix(2).map { "parent \($0)\n" }.joined()
                + "author A <a@b> \(time) +0000\ncommitter A <a@b> \(time) +0000\n\n\(number)\n"
            ids.append(
                try Array(text.utf8).withUnsafeBytes { try fixture.repository.objects.write($0, .commit) })
        }
        let last = try #require(ids.last)
        let walked = try all(fixture.repository.walk(from: [last])).map(\.hex)
        let judged = try fixture.git("rev-list", last.hex).split(separator: "\n").map(String.init)
        #expect(Set(walked) == Set(judged) && walked.count == judged.count, "seed \(seed)")
        for round in 0..<20 {
            let pair = try (0..<2).map { _ in try #require(ids.randomElement(using: &random)) }
            let base = try fixture.repository.mergeBase(pair[0], pair[1])
            let best = (try? fixture.git("merge-base", "--all", pair[0].hex, pair[1].hex)) ?? ""
            #expect(base.map { best.contains($0.hex) } ?? best.isEmpty, "seed \(seed) round \(round)")
        }
    }

    @Test("histories with nothing in common have no merge base")
    func unrelated() throws {
        let fixture = try Fixture()
        let a = try #require(ObjectID(hex: try fixture.git.commit(["a": "1"])))
        try fixture.git("checkout", "--quiet", "--orphan", "other")
        let b = try #require(ObjectID(hex: try fixture.git.commit(["b": "1"])))
        #expect(try fixture.repository.mergeBase(a, b) == nil)
        #expect(try fixture.repository.mergeBase(a, a) == a)
    }

    @Test("a shallow clone is walked to its edge, committed to, and has merge bases")
    func shallow() throws {
        let fixture = try Fixture()
        for number in 1...5 { try fixture.git.commit(["a": "\(number)"]) }
        let path = fixture.directory.file("shallow")
        try fixture.git("clone", "--quiet", "--depth=2", "file://\(fixture.path)", path)
        let clone = try #require(try Repository.find(from: path))
        let head = try #require(try clone.head().commit)
        let ids = try all(clone.walk(from: [head]))
        #expect(ids.map(\.hex).joined(separator: "\n") == (try Git(in: path)("rev-list", "HEAD")))
        #expect(ids.count == 2)
        #expect(try clone.commit(#require(ids.last)).parents == [])
        #expect(try clone.mergeBase(#require(ids.first), #require(ids.last)) == ids.last)
        let commit = try clone.createCommit(
            tree: #require(try clone.tree(of: head)), parents: [head], message: "more", onto: clone.head(),
            identity: Identity(
                authorName: "A", authorEmail: "a@b", committerName: "C", committerEmail: "c@d"))
        #expect(try Git(in: path)("rev-parse", "HEAD") == commit.hex)
        try Git(in: path)("fsck", "--strict")
    }

    @Test("objects of an alternate are read and not written again")
    func alternates() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "shared"])
        let path = fixture.directory.file("clone")
        try fixture.git("clone", "--quiet", "--shared", fixture.path, path)
        let clone = try #require(try Repository.find(from: path))
        let id = try Array("shared".utf8).withUnsafeBytes { try clone.writeBlob($0, compression: .none) }
        #expect(try clone.readBlob(id, limit: 100) == Array("shared".utf8))
        #expect(try Git(in: path)("count-objects").hasPrefix("0 objects"))
    }
}
