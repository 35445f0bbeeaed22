import Stemma
import StemmaRecords
import TestSupport
import Testing

/// Plain `git merge`: pages that only one side has, or only one side has changed.
@Suite("Two branches, one of which migrates and the other adds records", .serialized)
struct MigrationMergeTests {
    enum Direction: CaseIterable { case addedIntoMigrated, migratedIntoAdded }

    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    /// Subjects 1 to 3 migrated on `main`, and 6 saved there in the new form; 4 and 5 saved on `side` in the old one.
    private func merge(_ direction: Direction) throws {
        let git = fixture.fixture.git
        try git("switch", "-q", "-c", "side")
        for subject in 4...5 {
            try fixture.save(["onset": .number(Double(subject)), "label": "go"], subject)
        }
        try fixture.commit("added")
        try git("switch", "-q", "main")
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.message = "migrated" }
        try fixture.save(["start": 6, "label": "go"], 6)
        try fixture.commit("in the new form")
        if direction == .migratedIntoAdded { try git("switch", "-q", "side") }
        try git("merge", "-q", "--no-edit", direction == .addedIntoMigrated ? "side" : "main")
    }

    private func loaded() throws -> [JSONValue] {
        try (1...6).map { try fixture.store.load(fixture.trial, at: fixture.keys($0)).value }
    }

    private let expected: [JSONValue] = (1...6).map { ["start": .number(Double($0)), "label": "go"] }

    @Test("Every record is read in the new form, and the rest can be migrated", arguments: Direction.allCases)
    func migrates(_ direction: Direction) throws {
        try merge(direction)
        #expect(try fixture.store.check().findings.isEmpty)
        #expect(try fixture.store.status().isClean)
        #expect(try loaded() == expected)
        #expect(
            try fixture.store.migrationStatus(of: fixture.name).versions.map { "\($0.version) \($0.records)" }
                == ["0.0.1 2", "0.1.0 4"])
        let report = try fixture.migrate(to: "0.1.0") { $0.message = "the rest" }
        #expect(report.migrated == 2 && report.commit?.changed == 2)
        #expect(try loaded() == expected && (1...6).allSatisfy { try fixture.record($0).schema == "0.1.0" })
        #expect(try fixture.store.check().findings.isEmpty)
    }

    @Test("The migration is undone with everything that came with the merge", arguments: Direction.allCases)
    func reverts(_ direction: Direction) throws {
        try merge(direction)
        let migration = try fixture.fixture.git("log", "--format=%H", "--grep=^migrated$")
        _ = try #require(try fixture.store.revert(migration))
        let old: [JSONValue] = (1...6).map { ["onset": .number(Double($0)), "label": "go"] }
        #expect(try loaded() == old && (1...6).allSatisfy { try fixture.record($0).schema == nil })
        #expect(try fixture.store.check().findings.isEmpty)
        let reverted = try #require(try fixture.store.revert("HEAD"))
        #expect(try fixture.tree(reverted.id) == fixture.tree("HEAD~2"))
        #expect(try loaded() == expected)
    }

    @Test(
        "The migration of the rest is undone first, and then the migration itself",
        arguments: Direction.allCases)
    func revertsTheRest(_ direction: Direction) throws {
        try merge(direction)
        let merged = try fixture.tree()
        try fixture.migrate(to: "0.1.0") { $0.message = "the rest" }
        let migration = try fixture.fixture.git("log", "--format=%H", "--grep=^migrated$")
        _ = try fixture.store.revert("HEAD")
        #expect(try fixture.tree() == merged)
        _ = try fixture.store.revert(migration)
        #expect(try loaded() == (1...6).map { ["onset": .number(Double($0)), "label": "go"] })
        #expect(try fixture.store.check().findings.isEmpty)
    }

    @Test("Both directions give the same store")
    func alike() throws {
        try merge(.addedIntoMigrated)
        let other = try MigrationMergeTests()
        try other.merge(.migratedIntoAdded)
        #expect(try fixture.tree() == other.fixture.tree())
    }
}
