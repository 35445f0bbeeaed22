import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Commits, snapshots, differences, reverts")
struct CommitTests {
    private func save(_ store: Store, _ subjects: Range<Int>, _ value: Double) throws {
        try store.transaction { transaction in
            for subject in subjects {
                let keys: Keys = ["subject": Scalar.number(Double(subject)), "session": "A"]
                try transaction.save(value + Double(subject), as: rate, at: keys)
                try transaction.save([value, Double(subject)], as: filtered, at: keys, version: ["low": 20])
            }
        }
    }

    @Test("A commit leaves git's status clean and takes nothing else along")
    func commitOnlyTheStore() throws {
        let fixture = try StoreFixture()
        try "code".write(toFile: fixture.git.directory + "/main.py", atomically: true, encoding: .utf8)
        try fixture.git("add", "main.py")
        try save(fixture.store, 0..<5, 60)
        let result = try #require(try fixture.store.commit("five subjects"))
        #expect(result.added == 10)
        #expect(result.branch == "main")
        #expect(try fixture.git("status", "--porcelain") == "A  main.py")
        #expect(
            try fixture.git("ls-tree", "-r", "--name-only", "HEAD").contains(
                "results/records/HeartRate/subject=1/page.jsonl"))
        #expect(try !fixture.git("ls-tree", "-r", "--name-only", "HEAD").contains("main.py"))
        #expect(
            try fixture.git("log", "-1", "--format=%(trailers:key=Stemma-Records,valueonly)").hasPrefix(
                "+10 ~0 -0"))
        try fixture.git("fsck", "--strict")
        #expect(try fixture.store.commit("again") == nil)
        #expect(try fixture.store.status().isClean)
    }

    @Test("A snapshot reads a commit without checking it out")
    func snapshot() throws {
        let fixture = try StoreFixture()
        try save(fixture.store, 0..<3, 60)
        _ = try fixture.store.commit("one")
        try fixture.store.save(99, as: rate, at: ["subject": 1, "session": "A"])
        try fixture.store.remove(filtered, at: ["subject": 2, "session": "A"], version: ["low": 20])
        _ = try fixture.store.commit("two")
        let old = try fixture.store.snapshot("HEAD~1")
        #expect(try fixture.store.load(rate, at: ["subject": 1, "session": "A"], in: old).value == 61)
        #expect(
            try fixture.store.load(filtered, at: ["subject": 2, "session": "A"], in: old).value == [60, 2])
        #expect(try fixture.store.load(rate, at: ["subject": 1, "session": "A"]).value == 99)
        #expect(try old.variables().map(\.records) == [3, 3])
        #expect(try fixture.store.workTree.variables().map(\.records) == [2, 3])
    }

    @Test("A difference names records, fields and counts")
    func difference() throws {
        let fixture = try StoreFixture()
        try save(fixture.store, 0..<3, 60)
        _ = try fixture.store.commit("one")
        try fixture.store.save(99, as: rate, at: ["subject": 1, "session": "A"])
        try fixture.store.save(98, as: rate, at: ["subject": 7, "session": "A"])
        try fixture.store.remove(rate, at: ["subject": 2, "session": "A"])
        let difference = try fixture.store.difference(from: fixture.store.head(), to: fixture.store.workTree)
        #expect(
            (difference.added, difference.changed, difference.removed, difference.unchanged) == (1, 1, 1, 4))
        #expect(difference.changes.map(\.status) == [.changed, .removed, .added])
        #expect(difference.changes[0].fields == ["content", "value"])
        #expect(difference.changes[0].before?.value == .number(61))
    }

    @Test("A commit of many pages puts them into one pack of git's, and a difference reads them again")
    func manyPages() throws {
        let fixture = try StoreFixture()
        func save(_ offset: Double) throws {
            try fixture.store.transaction { transaction in
                for subject in 0..<40 {
                    for session in ["A", "B"] {
                        // Some pages are the same but for their keys, none is another's.
                        try transaction.save(
                            Double(subject % 3) + offset, as: rate,
                            at: ["subject": .number(Double(subject)), "session": .string(session)])
                    }
                }
            }
        }
        try save(0)
        _ = try #require(try fixture.store.commit("first"))
        let packs = try FileManager.default.contentsOfDirectory(
            atPath: fixture.git.directory + "/.git/objects/pack")
        #expect(packs.filter { $0.hasSuffix(".pack") }.count == 1)
        #expect(try fixture.git("status", "--porcelain") == "")
        try fixture.git("fsck", "--strict", "--full")
        try save(0.5)
        _ = try #require(try fixture.store.commit("second"))
        let difference = try fixture.store.difference(
            from: fixture.store.snapshot("HEAD~1"), to: fixture.store.snapshot("HEAD"))
        #expect(difference.changed == 80 && difference.unchanged == 0)
        for change in difference.changes {
            #expect(change.before?.value != change.after?.value)
        }
        // Nothing is written twice: a second commit of the same records has nothing to do.
        #expect(try fixture.store.commit("third") == nil)
    }

    @Test("A record whose version alone changed is one changed record")
    func versionChange() throws {
        let fixture = try StoreFixture()
        let keys: Keys = ["subject": 1, "session": "A"]
        try fixture.store.save([1, 2], as: filtered, at: keys)
        _ = try fixture.store.commit("one")
        try fixture.store.transaction { transaction in
            try transaction.remove(Address(variable: "FilteredSignal", keys: keys))
            try transaction.save([1, 2], as: filtered, at: keys, version: ["low": 20])
        }
        let difference = try fixture.store.difference(from: fixture.store.head(), to: fixture.store.workTree)
        #expect(difference.changes.map(\.fields) == [["version"]])
    }

    @Test("A revert undoes one commit and keeps what came after")
    func revert() throws {
        let fixture = try StoreFixture()
        try save(fixture.store, 0..<3, 60)
        _ = try fixture.store.commit("good")
        try save(fixture.store, 0..<3, 1000)
        let bad = try #require(try fixture.store.commit("bad"))
        try save(fixture.store, 3..<6, 60)
        _ = try fixture.store.commit("later")
        let result = try #require(try fixture.store.revert(bad.id))
        #expect(result.changed == 6)
        #expect(try fixture.store.load(rate, at: ["subject": 1, "session": "A"]).value == 61)
        #expect(try fixture.store.load(rate, at: ["subject": 4, "session": "A"]).value == 64)
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try fixture.store.revert(bad.id) == nil)
    }

    @Test("A record that changed again is a conflict, and nothing is changed unless a side is chosen")
    func revertConflict() throws {
        let fixture = try StoreFixture()
        let keys: Keys = ["subject": 1, "session": "A"]
        try fixture.store.save(1, as: rate, at: keys)
        _ = try fixture.store.commit("one")
        try fixture.store.save(2, as: rate, at: keys)
        try fixture.store.save(5, as: rate, at: ["subject": 2, "session": "A"])
        let bad = try #require(try fixture.store.commit("two"))
        try fixture.store.save(3, as: rate, at: keys)
        _ = try fixture.store.commit("three")
        let before = try fixture.files()
        let conflicts = #expect(throws: RevertConflicts.self) { try fixture.store.revert(bad.id) }
        #expect(
            conflicts?.conflicts.map { fixture.store.settings.keys.text(of: $0.address) } == [
                "HeartRate subject=1 session=A"
            ])
        #expect(try fixture.files() == before)
        _ = try fixture.store.revert(bad.id, side: .ours)
        #expect(try fixture.store.load(rate, at: keys).value == 3)
        #expect(try fixture.store.workTree.variables().map(\.records) == [1])
    }

    @Test("A revert refuses uncommitted changes")
    func revertDirty() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: ["subject": 1, "session": "A"])
        _ = try fixture.store.commit("one")
        try fixture.store.save(2, as: rate, at: ["subject": 1, "session": "A"])
        let error = #expect(throws: StemmaError.self) { try fixture.store.revert("HEAD") }
        #expect(error?.code == .uncommittedChanges)
    }

    @Test("What git switch brings is seen, and only what changed is read again")
    func gitSwitch() throws {
        let fixture = try StoreFixture()
        try save(fixture.store, 0..<3, 60)
        _ = try fixture.store.commit("one")
        try fixture.git("switch", "-q", "-c", "tuning")
        try fixture.store.save(99, as: rate, at: ["subject": 1, "session": "A"])
        _ = try fixture.store.commit("two")
        try fixture.git("switch", "-q", "main")
        Thread.sleep(forTimeInterval: 0.06)
        #expect(try fixture.store.load(rate, at: ["subject": 1, "session": "A"]).value == 61)
        #expect(try fixture.reopened().load(rate, at: ["subject": 1, "session": "A"]).value == 61)
        try fixture.git("switch", "-q", "tuning")
        #expect(try fixture.reopened().load(rate, at: ["subject": 1, "session": "A"]).value == 99)
    }

    @Test("The log lists the commits that changed the store, with counts")
    func log() throws {
        let fixture = try StoreFixture()
        try save(fixture.store, 0..<3, 60)
        _ = try fixture.store.commit("one")
        try fixture.git("commit", "-q", "--allow-empty", "-m", "nothing of ours")
        try fixture.store.save(99, as: rate, at: ["subject": 1, "session": "A"])
        _ = try fixture.store.commit("two")
        var entries: [LogEntry] = []
        try fixture.store.log {
            entries.append($0); return true
        }
        #expect(entries.map(\.subject) == ["two", "one"])
        #expect(entries.map(\.added) == [0, 6])
        #expect(entries.map(\.changed) == [1, 0])
        var filtered: [String] = []
        try fixture.store.log(variable: "HeartRate", matching: Filter(keys: ["subject": 2])) {
            filtered.append($0.subject)
            return true
        }
        #expect(filtered == ["one"])
    }

    @Test("A payload that only another branch has is found, and the next commit brings it along")
    func closedCommits() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2, 3], as: filtered, at: ["subject": 1, "session": "A"])
        _ = try fixture.store.commit("base")
        try fixture.git("switch", "-q", "-c", "other")
        try fixture.store.save([4, 5, 6], as: filtered, at: ["subject": 2, "session": "A"])
        _ = try fixture.store.commit("other")
        let line = try String(
            contentsOfFile: fixture.store.path + "/records/FilteredSignal/subject=2/page.jsonl",
            encoding: .utf8)
        try fixture.git("switch", "-q", "main")
        // As after taking over a page by hand.
        try FileManager.default.createDirectory(
            atPath: fixture.store.path + "/records/FilteredSignal/subject=2",
            withIntermediateDirectories: true)
        try line.write(
            toFile: fixture.store.path + "/records/FilteredSignal/subject=2/page.jsonl", atomically: true,
            encoding: .utf8)
        let store = try fixture.reopened()
        #expect(try store.load(filtered, at: ["subject": 2, "session": "A"]).value == [4, 5, 6])
        _ = try store.commit("taken over")
        let clone = fixture.directory.file("clone")
        try fixture.git(
            "clone", "-q", "--single-branch", "--branch", "main", "file://" + fixture.git.directory, clone)
        let cloned = try Store.open(clone + "/results", options: StoreFixture.options)
        #expect(try cloned.load(filtered, at: ["subject": 2, "session": "A"]).value == [4, 5, 6])
        #expect(try !cloned.check(deep: true).isDamaged)
    }
}
