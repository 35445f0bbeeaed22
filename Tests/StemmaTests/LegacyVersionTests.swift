import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Migrations from a legacy version of the variable's own")
struct LegacyVersionTests {
    private let fixture: MigrationFixture
    private var store: Store { fixture.store }
    private static let up =
        #"{"from": "0.4", "to": "0.5.0", "up": [{"op": "rename", "at": "/onset", "to": "start"}]}"#

    /// Records that say no version are of 0.4, which has a schema.
    init() throws {
        fixture = try MigrationFixture()
        var options = SchemaOptions()
        options.legacy = try SchemaVersion("0.4")
        try store.setSchema(
            ["required": ["onset"]], version: SchemaVersion("0.4"), of: fixture.name, options: options)
        try fixture.commit("legacy 0.4")
    }

    @Test("Records that say no version are of it: migrated, and taken back with every byte")
    func migrates() throws {
        let before = try fixture.tree()
        let report = try fixture.migrate(Self.up, to: "0.5.0")
        #expect(report.routes.map { "\($0.path) \($0.records)" } == ["0.4 -> 0.5.0 3"])
        #expect(
            try fixture.record(1).migratedFrom == ["0.4"] && fixture.value(1) == ["start": 1, "label": "go"])
        _ = try store.revert(#require(report.commit?.id))
        #expect(try fixture.tree() == before)
        // What was saved since is taken down.
        let again = try fixture.migrate(Self.up, to: "0.5.0")
        try fixture.save(["start": 9, "label": "go"], 3)
        try fixture.commit("later")
        _ = try store.revert(#require(again.commit?.id))
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"] && fixture.record(1).schema == nil)
        #expect(try fixture.value(3) == ["onset": 9, "label": "go"])
        #expect(try store.migrationStatus(of: fixture.name).current == SchemaVersion("0.4"))
        #expect(try store.workTree.checkSchema(of: fixture.name) { _, _, _ in }.holds)
    }

    @Test("They are raised from it when they are read")
    func raises() throws {
        try fixture.migrate(Self.up, to: "0.5.0") { $0.isLazy = true }
        let form = try store.workTree.form(of: fixture.record(2))
        #expect(
            try form.path?.description == "0.4 -> 0.5.0"
                && form.payload() == Array(#"{"label":"go","start":2}"#.utf8) + [10])
        // What says that it is of the usual one is of another.
        var record = try fixture.record(2)
        record.schema = "0.0.1"
        let error = #expect(throws: StemmaError.self) { try store.workTree.form(of: record) }
        #expect(error?.code == .unknownSchemaVersion && error?.fields["versions"] == "0.4, 0.5.0")
    }

    @Test(
        "Records of three versions stand side by side, each held against its own schema, and are read in one form"
    )
    func sideBySide() throws {
        let next = #"{"from": "0.5.0", "to": "0.6.0", "up": [{"op": "rename", "at": "/label", "to": "cue"}]}"#
        try store.setSchema(
            ["required": ["start", "label"]], version: SchemaVersion("0.5.0"), of: fixture.name)
        try fixture.save(["start": 2, "label": "stop"], 2)
        try store.setSchema(
            ["required": ["start", "cue"], "properties": ["cue": ["type": "string"]]],
            version: SchemaVersion("0.6.0"), of: fixture.name)
        try fixture.save(["start": 3, "cue": "no"], 3)
        try fixture.commit("three versions")
        let status = try store.migrationStatus(of: fixture.name)
        #expect(status.versions.map { "\($0.version) \($0.records)" } == ["0.4 1", "0.5.0 1", "0.6.0 1"])
        #expect(try store.workTree.checkSchema(of: fixture.name) { _, _, _ in }.holds)
        // A record of 0.4 is not what 0.5.0 allows.
        #expect(
            try store.workTree.checkSchema(of: fixture.name, version: SchemaVersion("0.5.0")) { _, _, _ in }
                .invalid == 2)
        try fixture.migrate(Self.up, next, to: "0.6.0") { $0.isLazy = true }
        func values() throws -> [JSONValue] {
            try (1...3).map { try store.load(fixture.trial, at: fixture.keys($0)).value }
        }
        let raised: [JSONValue] = [
            ["start": 1, "cue": "go"], ["start": 2, "cue": "stop"], ["start": 3, "cue": "no"],
        ]
        #expect(try values() == raised)
        let report = try store.rewrite(fixture.name)
        #expect(
            report.routes.map { "\($0.path) \($0.records)" } == [
                "0.4 -> 0.5.0 -> 0.6.0 1", "0.5.0 -> 0.6.0 1", "0.6.0 1",
            ])
        #expect(try values() == raised && store.workTree.checkSchema(of: fixture.name) { _, _, _ in }.holds)
        #expect(
            try (1...3).map { try fixture.record($0).migratedFrom } == [["0.4", "0.5.0"], ["0.5.0"], []])
    }
}
