import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Commits that conclude a merge of git's")
struct MergeCommitTests {
    private let variable = Variable<Double>("V")

    /// Branches `main` and `b` have changed the same record; what `b` has added besides is merged by git.
    private func conflicted() throws -> StoreFixture {
        let fixture = try StoreFixture()
        func save(_ value: Double, _ subject: Double) throws {
            try fixture.store.save(value, as: variable, at: ["subject": .number(subject), "session": "A"])
        }
        for subject in 1...3 { try save(0, Double(subject)) }
        try fixture.store.save([1, 2, 3], as: filtered, at: ["subject": 1, "session": "A"])
        _ = try fixture.store.commit("base")
        try fixture.git("switch", "-q", "-c", "b")
        try save(2, 1)
        try save(2, 7)
        try fixture.store.save([4, 5, 6], as: filtered, at: ["subject": 2, "session": "A"])
        _ = try fixture.store.commit("theirs")
        try fixture.git("switch", "-q", "main")
        try save(1, 1)
        _ = try fixture.store.commit("ours")
        #expect(throws: (any Error).self) { try fixture.git("merge", "-q", "b") }
        return fixture
    }

    private func values(_ view: any ReadView) throws -> [Double: Double] {
        var values: [Double: Double] = [:]
        try view.forEachRecord(of: "V") { record in
            if case .number(let subject)? = record.keys["subject"], case .number(let value)? = record.value {
                values[subject] = value
            }
            return true
        }
        return values
    }

    @Test("A page that is resolved to our own side is in the commit")
    func resolvedToOurs() throws {
        let fixture = try conflicted()
        try fixture.git("checkout", "--ours", "results/records/V/subject=1/page.jsonl")
        let store = try fixture.reopened()
        _ = try #require(try store.commit("merged"))
        let expected: [Double: Double] = [1: 1, 2: 0, 3: 0, 7: 2]
        #expect(try values(store.snapshot("HEAD")) == expected)
        #expect(try values(store.workTree) == expected)
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try fixture.git("log", "--format=%P", "-1").split(separator: " ").count == 2)
    }

    @Test("A record that only they had and that is removed before the commit stays away")
    func removedAgain() throws {
        let fixture = try conflicted()
        try fixture.git("checkout", "--theirs", "results/records/V/subject=1/page.jsonl")
        let store = try fixture.reopened()
        try store.remove(variable, at: ["subject": 7, "session": "A"])
        _ = try #require(try store.commit("merged"))
        let expected: [Double: Double] = [1: 2, 2: 0, 3: 0]
        #expect(try values(store.snapshot("HEAD")) == expected)
        #expect(try fixture.git("status", "--porcelain") == "")
    }

    @Test("Packs of the other branch are left as they are")
    func packs() throws {
        let fixture = try conflicted()
        try fixture.git("checkout", "--ours", "results/records/V/subject=1/page.jsonl")
        let store = try fixture.reopened()
        try store.save([7, 8, 9], as: filtered, at: ["subject": 3, "session": "A"])
        _ = try #require(try store.commit("merged"))
        for branch in ["HEAD^1", "HEAD^2"] {
            for pack in try fixture.git("ls-tree", "-r", "--name-only", branch, "results/objects").split(
                separator: "\n")
            {
                #expect(FileManager.default.fileExists(atPath: "\(fixture.git.directory)/\(pack)"))
            }
        }
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try store.check(deep: true).findings.isEmpty)
        #expect(try store.commit("nothing more") == nil)
    }

    @Test("A file that is only announced to git is not committed empty")
    func intentToAdd() throws {
        let fixture = try conflicted()
        try fixture.git("checkout", "--ours", "results/records/V/subject=1/page.jsonl")
        try fixture.git.write("new.txt", "not yet")
        try fixture.git("add", "-N", "new.txt")
        _ = try #require(try fixture.reopened().commit("merged"))
        #expect(try fixture.git("ls-tree", "--name-only", "HEAD", "new.txt") == "")
    }
}
