import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Reverting by what a commit changed")
struct RevertKindTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private var store: Store { fixture.store }
    private var git: Git { fixture.fixture.git }

    @Test(
        "A migration is one whatever its message says, and whoever committed it",
        arguments: ["amended", "plain"])
    func migration(how: String) throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        if how == "plain" {
            try git("reset", "-q", "--soft", "HEAD~1")
            try git("add", "-A")
            try git("commit", "-q", "-m", "plain")
        } else {
            try git("commit", "-q", "--amend", "-m", "amended")
        }
        #expect(try !git("log", "-1", "--format=%B").contains("Stemma"))
        try fixture.save(["start": 4, "label": "stop"], 4)
        try fixture.commit("a new record")
        _ = try store.revert("HEAD~1")
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        #expect(try fixture.value(4) == ["onset": 4, "label": "stop"])
        #expect(try fixture.record(4).schema == nil)
    }

    @Test("On a quiet history the revert of a backfill is git's own")
    func backfill() throws {
        _ = try store.backfill("Trial", setting: ["rig": 2])
        let commit = try git("rev-parse", "HEAD")
        _ = try store.revert("HEAD")
        let ours = try fixture.tree()
        try git("reset", "-q", "--hard", commit)
        try git("revert", "--no-edit", "HEAD")
        #expect(try fixture.tree() == ours && fixture.tree("HEAD~2") == ours)
    }

    @Test("Of a merge it is said which side stays")
    func merge() throws {
        try git("switch", "-q", "-c", "side")
        try fixture.save(["onset": 4, "label": "go"], 4)
        try fixture.commit("side")
        try git("switch", "-q", "main")
        try fixture.save(["onset": 5, "label": "go"], 5)
        try fixture.commit("main")
        try git("merge", "-q", "--no-edit", "side")
        let merged = try git("rev-parse", "HEAD")
        func subjects() throws -> [Scalar?] {
            var found: [Scalar?] = []
            try store.workTree.forEachRecord(of: "Trial") { record in
                found.append(record.keys["subject"])
                return true
            }
            return found
        }
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD") }
        #expect(error?.code == .mergeCommit)
        let third = #expect(throws: StemmaError.self) { try store.revert("HEAD", mainline: 3) }
        #expect(third?.code == .mergeCommit && third?.message.contains("has no parent 3") == true)
        #expect(third?.hint?.contains("the parents are 1 to 2") == true)
        #expect(try store.status().isClean)
        _ = try store.revert("HEAD", mainline: 1)
        #expect(try subjects() == [1, 2, 3, 5])
        try git("reset", "-q", "--hard", merged)
        _ = try store.revert("HEAD", mainline: 2)
        #expect(try subjects() == [1, 2, 3, 4])
    }

    @Test("Members are not merged of records that were made in different ways")
    func lineage() throws {
        let relabel = Thunk<JSONValue, JSONValue>("relabel", version: "1", parameters: ["value"]) { _ in
            ["onset": 1, "label": "stop"]
        }
        let old: JSONValue = ["onset": 1, "label": "go"]
        let computed = try store.call(relabel, old)
        try store.save(computed, as: fixture.trial, at: fixture.keys(1))
        try fixture.commit("another label")
        try fixture.save(["onset": 1.5, "label": "stop"], 1)
        try fixture.commit("another onset")
        let conflicts = #expect(throws: RevertConflicts.self) { try store.revert("HEAD~1") }
        #expect(conflicts?.conflicts.count == 1)
        #expect(try fixture.value(1) == ["onset": 1.5, "label": "stop"] && store.status().isClean)
    }

    @Test("Where a place was taken meanwhile the side that is chosen has it", arguments: [true, false])
    func taken(isOurs: Bool) throws {
        _ = try store.backfill("Trial", setting: ["rig": 2])
        try fixture.save(["onset": 9, "label": "other"], 1)
        try fixture.commit("a new one without a rig")
        _ = try store.revert("HEAD~1", side: isOurs ? .ours : .theirs)
        let variants = try store.workTree.variants(of: "Trial", keys: fixture.keys(1))
        #expect(variants.map(\.version) == (isOurs ? [["rig": 2], [:]] : [[:]]))
        let value = try JSONParser.parse(store.workTree.payload(of: #require(variants.last)))
        #expect(value == (isOurs ? ["onset": 9, "label": "other"] : ["onset": 1, "label": "go"]))
        #expect(try fixture.record(2).version == [:] && fixture.record(3).version == [:])
        #expect(try store.check(deep: true).findings.isEmpty)
    }
}
