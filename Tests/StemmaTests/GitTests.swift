import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Beside git")
struct GitTests {
    private let keys: Keys = ["subject": 1, "session": "A"]
    private let other: Keys = ["subject": 2, "session": "A"]

    @Test("A commit that concludes a merge has what the other branch brought")
    func merge() throws {
        let fixture = try StoreFixture()
        try fixture.git.write("code.py", "one")
        try fixture.store.save(1, as: rate, at: keys)
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "base")
        try fixture.git("switch", "-q", "-c", "side")
        try fixture.git.write("side.py", "new")
        try fixture.git.write("code.py", "two")
        try fixture.git("add", "-A")
        try fixture.store.save(5, as: rate, at: other)
        _ = try fixture.store.commit("side")
        try fixture.git("commit", "-qam", "side's code")
        try fixture.git("switch", "-q", "main")
        try fixture.store.save(7, as: rate, at: ["subject": 3, "session": "A"])
        _ = try fixture.store.commit("main")
        try fixture.git("merge", "-q", "--no-commit", "side")
        let store = try fixture.reopened()
        try store.save(9, as: rate, at: ["subject": 4, "session": "A"])
        _ = try store.commit("merged")
        #expect(try fixture.git("show", "HEAD:side.py") == "new")
        #expect(try fixture.git("show", "HEAD:code.py") == "two")
        #expect(try fixture.git("rev-list", "--parents", "-1", "HEAD").split(separator: " ").count == 3)
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try store.workTree.variables().map(\.records) == [4])
    }

    @Test("A merge with a file in conflict is not concluded")
    func unresolvedMerge() throws {
        let fixture = try StoreFixture()
        try fixture.git.write("code.py", "one")
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "base")
        try fixture.git("switch", "-q", "-c", "side")
        try fixture.git.write("code.py", "two")
        try fixture.git("commit", "-qam", "side")
        try fixture.git("switch", "-q", "main")
        try fixture.git.write("code.py", "three")
        try fixture.git("commit", "-qam", "main")
        #expect(throws: (any Error).self) { try fixture.git("merge", "-q", "side") }
        try fixture.store.save(1, as: rate, at: keys)
        let error = #expect(throws: StemmaError.self) { try fixture.store.commit("no") }
        #expect(error?.code == .conflicts)
        #expect(error?.message.contains("code.py") == true)
        #expect(try fixture.git("status", "--porcelain").contains("UU code.py"))
    }

    @Test("A locked index is waited for before anything is committed")
    func indexLock() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        try fixture.git.write(".git/index.lock", "")
        var options = StoreFixture.options
        options.wait = 0.05
        let store = try Store.open(fixture.store.path, options: options)
        #expect(throws: StemmaError.self) { try store.commit("no") }
        try FileManager.default.removeItem(atPath: fixture.git.directory + "/.git/index.lock")
        #expect(throws: (any Error).self) { try fixture.git("rev-parse", "HEAD") }
        #expect(try store.commit("yes")?.isIndexCurrent == true)
        #expect(try fixture.git("status", "--porcelain") == "")
    }

    @Test("An index that a dead process left behind is brought up to date by the next commit")
    func staleIndex() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        _ = try fixture.store.commit("one")
        let index = try Data(contentsOf: URL(fileURLWithPath: fixture.git.directory + "/.git/index"))
        try fixture.store.save(2, as: rate, at: keys)
        try fixture.store.save([1, 2], as: filtered, at: keys)
        _ = try fixture.store.commit("two")
        try index.write(to: URL(fileURLWithPath: fixture.git.directory + "/.git/index"))
        #expect(try fixture.git("status", "--porcelain") != "")
        #expect(try fixture.store.commit("nothing") == nil)
        #expect(try fixture.git("status", "--porcelain") == "")
    }

    @Test("Packs that were staged and then put together with others leave no entry behind")
    func stagedPacks() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2], as: filtered, at: keys)
        try fixture.git("add", "-A")
        try fixture.store.save([3, 4], as: filtered, at: other)
        _ = try fixture.store.commit("both")
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try fixture.reopened().load(filtered, at: keys).value == [1, 2])
    }

    @Test("Trailers of the message stay trailers")
    func trailers() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        _ = try fixture.store.commit("subject\n\nSigned-off-by: A Tester <tester@example.org>")
        let trailers = try fixture.git("log", "-1", "--format=%(trailers)")
        #expect(trailers.contains("Signed-off-by: A Tester"))
        #expect(trailers.contains("Stemma-Records: +1 ~0 -0"))
    }

    @Test("Pages taken from another branch are committed with their objects at the first try")
    func takenOver() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([0], as: filtered, at: keys)
        _ = try fixture.store.commit("base")
        try fixture.git("switch", "-q", "-c", "side")
        try fixture.store.transaction { transaction in
            for subject in 1..<40 {
                try transaction.save(
                    [Double(subject)], as: filtered, at: ["subject": .integer(subject), "session": "B"])
            }
        }
        _ = try fixture.store.commit("side")
        try fixture.git("switch", "-q", "main")
        try fixture.git("checkout", "-q", "side", "--", "results/records", "results/variables")
        let store = try fixture.reopened()
        #expect(try store.commit("taken over") != nil)
        let clone = fixture.directory.file("clone")
        try fixture.git("clone", "-q", "--single-branch", "file://" + fixture.git.directory, clone)
        #expect(
            try !Store.open(clone + "/results", options: StoreFixture.options).check(deep: true).isDamaged)
    }

    @Test("A commit says of one identity on two pages what the work tree says")
    func duplicateInCommit() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        try fixture.store.save(2, as: rate, at: other)
        _ = try fixture.store.commit("good")
        let records = fixture.store.path + "/records/HeartRate/"
        let line = try String(contentsOfFile: records + "subject=1/page.jsonl", encoding: .utf8)
        let page = try String(contentsOfFile: records + "subject=2/page.jsonl", encoding: .utf8)
        try (page + line).write(toFile: records + "subject=2/page.jsonl", atomically: true, encoding: .utf8)
        try fixture.git("commit", "-qam", "by hand")
        let view = try fixture.reopened().snapshot("HEAD")
        let error = #expect(throws: StemmaError.self) {
            try view.record(at: Address(variable: "HeartRate", keys: keys))
        }
        #expect(error?.code == .duplicateRecord)
        #expect(try view.problems(of: "HeartRate").map(\.code) == [.duplicateRecord])
        #expect(try view.record(at: Address(variable: "HeartRate", keys: other)).value == 2)
        #expect(try fixture.store.snapshot("HEAD~1").problems(of: "HeartRate").isEmpty)
    }

    @Test("A pack that the work tree has lost is put back by the next commit")
    func lostPack() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2], as: filtered, at: keys)
        _ = try fixture.store.commit("one")
        try FileManager.default.removeItem(atPath: fixture.store.path + "/objects/packs")
        let store = try fixture.reopened()
        try store.save(1, as: rate, at: keys)
        _ = try store.commit("two")
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try fixture.reopened().check(deep: true).findings.isEmpty)
    }

    @Test("The commit at which a shallow clone ends is not reverted")
    func shallow() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        _ = try fixture.store.commit("one")
        try fixture.store.save(2, as: rate, at: keys)
        _ = try fixture.store.commit("two")
        let clone = fixture.directory.file("clone")
        try fixture.git("clone", "-q", "--depth", "1", "file://" + fixture.git.directory, clone)
        let store = try Store.open(clone + "/results", options: StoreFixture.options)
        #expect(throws: StemmaError.self) { try store.revert("HEAD") }
        #expect(try store.load(rate, at: keys).value == 2)
    }

    @Test("init adds its lines to files that are there, and changes nothing else of them")
    func companionFiles() throws {
        let directory = try TemporaryDirectory()
        let git = try Git.initialized(at: directory.file("code"))
        try git.write(".gitignore", "*.o\n/build")
        try git.write(".gitattributes", "*.png binary\n")
        let store = try Store.create(
            at: git.directory, keys: StoreFixture.keys, options: StoreFixture.options
        ).store
        let text = try String(contentsOfFile: git.directory + "/.gitignore", encoding: .utf8)
        #expect(text.hasPrefix("*.o\n/build\n# Written by stemma"))
        #expect(text.contains("\n/local/\n"))
        #expect(
            try String(contentsOfFile: git.directory + "/.gitattributes", encoding: .utf8).hasPrefix(
                "*.png binary\n"))
        #expect(try store.check().findings.isEmpty)
        let again = try Store.create(at: git.directory, keys: [], options: StoreFixture.options)
        #expect(again.repaired.isEmpty)
        #expect(try String(contentsOfFile: git.directory + "/.gitignore", encoding: .utf8) == text)
    }

    @Test("A store whose stemma.json is gone is not made anew over its records")
    func lostSettings() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        try FileManager.default.removeItem(atPath: fixture.store.path + "/stemma.json")
        let error = #expect(throws: StemmaError.self) {
            try Store.create(at: fixture.store.path, keys: [], options: StoreFixture.options)
        }
        #expect(error?.hint?.contains("git checkout") == true)
    }
}
