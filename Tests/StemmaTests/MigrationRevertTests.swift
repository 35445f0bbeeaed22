import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Reverting a migration")
struct MigrationRevertTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private var store: Store { fixture.store }

    private func all() throws -> [Record] {
        var records: [Record] = []
        try store.workTree.forEachRecord(of: "Trial") {
            records.append($0)
            return true
        }
        return records
    }

    @Test(
        "On a quiet history the tree is what it was, as git's own revert makes it; and that can be reverted",
        arguments: [false, true])
    func quiet(isLazy: Bool) throws {
        let old = try fixture.tree()
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = isLazy }
        let new = try fixture.tree()
        #expect(new != old)
        _ = try store.revert("HEAD")
        #expect(try fixture.tree() == old)
        #expect(try fixture.fixture.git("status", "--porcelain") == "")
        #expect(try store.check(deep: true).findings.isEmpty)
        _ = try store.revert("HEAD")
        #expect(try fixture.tree() == new)
        #expect(try fixture.fixture.git("status", "--porcelain") == "")
        #expect(try store.check(deep: true).findings.isEmpty)
        // Git comes to the same.
        try fixture.fixture.git("revert", "--no-edit", "HEAD~2")
        #expect(try fixture.tree() == old)
    }

    @Test(
        "Records that were saved under the new version are taken down, and the revert of that brings every byte back",
        arguments: [false, true])
    func newer(isLazy: Bool) throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = isLazy }
        try fixture.save(["start": 4, "label": "stop"], 4)
        // One that was migrated is saved anew.
        try fixture.save(["start": 22, "label": "go"], 2)
        try fixture.commit("a week of new records")
        let later = try all()
        _ = try store.revert("HEAD~1")
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        #expect(try fixture.value(2) == ["onset": 22, "label": "go"])
        #expect(try fixture.value(4) == ["onset": 4, "label": "stop"])
        for subject in 1...4 {
            let record = try fixture.record(subject)
            // What was never of the old version says where it comes from.
            let isNew = subject == 2 || subject == 4
            #expect(record.schema == nil && record.migratedFrom == (isNew ? ["0.1.0"] : []), "\(record)")
        }
        #expect(try store.check(deep: true).findings.isEmpty)
        _ = try store.revert("HEAD")
        #expect(try all() == later)
    }

    @Test("Without a way down it is refused with a count, and nothing is changed, unless they are to stay")
    func noWayDown() throws {
        try fixture.migrate(MigrationFixture.oneWay, to: "0.1.0")
        try fixture.save(["onset": 4, "label": "x"], 4)
        try fixture.commit("later")
        let before = try fixture.tree()
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~1") }
        #expect(error?.code == .newerRecords && error?.fields["count"] == "1", "\(String(describing: error))")
        #expect(try fixture.tree() == before && store.status().isClean)
        _ = try store.revert("HEAD~1", newer: .kept)
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        #expect(try fixture.record(1).schema == nil)
        #expect(try fixture.value(4) == ["onset": 4, "label": "x"])
        #expect(try fixture.record(4).schema == "0.1.0")
    }

    @Test("A later migration stands in the way, and is named")
    func laterMigration() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try fixture.migrate(MigrationFixture.second, to: "0.2.0")
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~1") }
        #expect(error?.code == .laterMigration && error?.message.contains("0.1.0 to 0.2.0") == true)
        _ = try store.revert("HEAD")
        _ = try store.revert("HEAD~2")
        #expect(try fixture.value(3) == ["onset": 3, "label": "go"])
        #expect(try fixture.tree() == fixture.tree("HEAD~4"))
    }

    @Test("A backfill since keeps its versions, and the payloads go back")
    func backfilled() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        _ = try store.backfill("Trial", setting: ["rig": 2])
        _ = try store.revert("HEAD~1")
        let record = try fixture.record(2, version: ["rig": 2])
        #expect(record.version == ["rig": 2] && record.schema == nil && record.migratedFrom.isEmpty)
        #expect(try fixture.value(2) == ["onset": 2, "label": "go"])
        // And the other way round: the backfill goes back under the migration.
        _ = try store.revert("HEAD")
        _ = try store.revert("HEAD~2")
        let migrated = try fixture.record(2)
        #expect(migrated.version.isEmpty && migrated.schema == "0.1.0")
        #expect(try fixture.value(2) == ["start": 2, "label": "go"])
    }

    @Test("A record that was removed since is a conflict, and a side decides")
    func removed() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try store.transaction { try $0.remove(fixture.record(3).address) }
        try fixture.commit("removed one")
        #expect(throws: RevertConflicts.self) { try store.revert("HEAD~1") }
        #expect(try store.status().isClean)
        _ = try store.revert("HEAD~1", side: .ours)
        #expect(try all().count == 2)
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
    }

    @Test("A place that was taken meanwhile is a conflict")
    func taken() throws {
        _ = try store.backfill("Trial", setting: ["rig": 2])
        try fixture.save(["onset": 9, "label": "other"], 1)
        try fixture.commit("a new one without a rig")
        let conflicts = #expect(throws: RevertConflicts.self) { try store.revert("HEAD~1") }
        #expect(conflicts?.conflicts.map(\.address.keys) == [fixture.keys(1)])
    }

    @Test("What both have changed of a payload is merged by member")
    func members() throws {
        try fixture.save(["onset": 1, "label": "stop"], 1)
        try fixture.commit("another label")
        try fixture.save(["onset": 1.5, "label": "stop"], 1)
        try fixture.commit("another onset")
        _ = try store.revert("HEAD~1")
        #expect(try fixture.value(1) == ["onset": 1.5, "label": "go"])
        try fixture.save(["onset": 2.5, "label": "go"], 1)
        try fixture.commit("again")
        #expect(throws: RevertConflicts.self) { try store.revert("HEAD~2") }
    }
}
