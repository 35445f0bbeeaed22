import Stemma
import StemmaRecords
import TestSupport
import Testing

/// Schemas are set before the migration, so that the variable is at the new version before it and after it.
@Suite("Reverting a migration to a version that the variable was at before")
struct RevertFormTests {
    private let fixture: MigrationFixture

    init() throws {
        fixture = try MigrationFixture()
        for version in ["0.0.1", "0.1.0"] {
            try store.setSchema(["type": "object"], version: SchemaVersion(version), of: "Trial")
        }
        try fixture.save(["start": 9, "label": "early"], 9)
        try fixture.commit("schemas, and a record of the new form")
    }

    private var store: Store { fixture.store }

    private static let redone = """
        {"from": "0.0.1", "to": "0.1.0",
         "up": [{"op": "rename", "at": "/onset", "to": "begin"}, {"op": "add", "at": "/unit", "value": "s"}]}
        """

    @Test("Records that were saved since are taken down too, and others stay", arguments: [false, true])
    func newer(isLazy: Bool) throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = isLazy }
        try fixture.save(["start": 4, "label": "stop"], 4)
        try fixture.save(["start": 22, "label": "go"], 2)
        try fixture.commit("a week of new records")
        let later = try fixture.tree()
        _ = try store.revert("HEAD~1")
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        #expect(try fixture.value(2) == ["onset": 22, "label": "go"])
        #expect(try fixture.value(4) == ["onset": 4, "label": "stop"])
        #expect(try fixture.record(4).schema == nil)
        // It had this form before the migration.
        #expect(try fixture.value(9) == ["start": 9, "label": "early"])
        #expect(try fixture.record(9).schema == "0.1.0")
        _ = try store.revert("HEAD")
        #expect(try fixture.tree() == later)
        _ = try store.revert("HEAD")
        try fixture.migrate(Self.redone, to: "0.1.0")
        #expect(try fixture.value(1) == ["begin": 1, "label": "go", "unit": "s"])
        #expect(try fixture.value(4) == ["begin": 4, "label": "stop", "unit": "s"])
    }

    @Test("Where nothing came since it is git's own revert")
    func quiet() throws {
        let old = try fixture.tree()
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        _ = try store.revert("HEAD")
        #expect(try fixture.tree() == old)
    }

    @Test("Without a way down they are counted, and stay if that is said")
    func noWayDown() throws {
        try fixture.migrate(MigrationFixture.oneWay, to: "0.1.0")
        try fixture.save(["onset": 4, "label": "x"], 4)
        try fixture.commit("later")
        let before = try fixture.tree()
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~1") }
        #expect(error?.code == .newerRecords && error?.fields["count"] == "1", "\(String(describing: error))")
        #expect(try fixture.tree() == before && store.status().isClean)
        _ = try store.revert("HEAD~1", newer: .kept)
        #expect(try fixture.record(1).schema == nil && fixture.record(4).schema == "0.1.0")
    }

    @Test("What is of a version above by way of it goes down as well")
    func above() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try store.add(MigrationDefinition(JSONParser.parse(MigrationFixture.second)), of: "Trial")
        try store.setSchema(["type": "object"], version: SchemaVersion("0.2.0"), of: "Trial")
        try fixture.save(["start": 4, "cue": "stop"], 4)
        try fixture.commit("already of the next form")
        _ = try store.revert("HEAD~1")
        #expect(try fixture.value(4) == ["onset": 4, "label": "stop"])
        #expect(try fixture.record(4).schema == nil)
    }

    @Test("What it stands on is not undone below it: schemas, versions and definitions")
    func below() throws {
        let other = MigrationFixture.first.replacing("0.1.0", with: "0.2.0")
        for definition in [MigrationFixture.first, other] {
            try store.add(MigrationDefinition(JSONParser.parse(definition)), of: "Trial")
        }
        try fixture.commit("definitions")
        try fixture.migrate(to: "0.1.0")
        let files = try fixture.fixture.files()
        for revision in ["HEAD~2", "HEAD~1"] {
            let error = #expect(throws: StemmaError.self) { try store.revert(revision) }
            #expect(error?.code == .laterMigration, "\(String(describing: error))")
            #expect(error?.message.contains("0.0.1 to 0.1.0") == true)
            #expect(try fixture.fixture.files() == files)
        }
        // What came after it can go.
        try store.setSchema(["type": ["object", "null"]], version: SchemaVersion("0.1.0"), of: "Trial")
        try fixture.commit("another schema")
        _ = try store.revert("HEAD")
        #expect(try fixture.tree() == fixture.tree("HEAD~2"))
    }

    @Test("A backfill since is no change of the form")
    func backfilled() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        _ = try store.backfill("Trial", setting: ["rig": 2])
        _ = try store.revert("HEAD~1")
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        #expect(try fixture.value(9) == ["start": 9, "label": "early"])
        #expect(try fixture.record(9, version: ["rig": 2]).schema == "0.1.0")
    }
}

@Suite("Records that stay at their version when a migration is reverted")
struct RevertKeptTests {
    private let fixture: MigrationFixture

    init() throws {
        fixture = try MigrationFixture()
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try fixture.save(["start": 4, "label": "stop"], 4)
        try fixture.commit("a new record")
        _ = try store.revert("HEAD~1", newer: .kept)
    }

    private var store: Store { fixture.store }

    @Test("Another migration of the same step is refused with both digests, and the same one goes on")
    func anotherDefinition() throws {
        #expect(try store.migrationStatus(of: "Trial").migrations.map(\.state) == [.pending])
        let other = try MigrationDefinition(
            JSONParser.parse(MigrationFixture.first.replacing("start", with: "begin")))
        let error = #expect(throws: StemmaError.self) { try store.add(other, of: "Trial") }
        #expect(error?.code == .migrationConflict && error?.fields["digest"] == other.digest.hex)
        #expect(error?.fields["known"] != nil && error?.hint?.contains("Store.revert") == true)
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        #expect(try fixture.value(1) == ["start": 1, "label": "go"])
        #expect(try fixture.value(4) == ["start": 4, "label": "stop"])
    }

    @Test("They go down when that commit is reverted once more, and then another migration can be made")
    func takenDownLater() throws {
        _ = try store.revert("HEAD~2")
        #expect(try fixture.value(4) == ["onset": 4, "label": "stop"])
        #expect(try fixture.record(4).schema == nil)
        #expect(try store.migrationStatus(of: "Trial").migrations.isEmpty)
        try fixture.migrate(MigrationFixture.first.replacing("start", with: "begin"), to: "0.1.0")
        #expect(try fixture.value(4) == ["begin": 4, "label": "stop"])
    }

    @Test("Or by a migration to the older version")
    func migratedDown() throws {
        try fixture.migrate(to: "0.0.1")
        #expect(try fixture.value(4) == ["onset": 4, "label": "stop"])
    }
}
