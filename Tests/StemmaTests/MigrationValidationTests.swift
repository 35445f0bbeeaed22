import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Migrations and what payloads and schemas say")
struct MigrationValidationTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private var store: Store { fixture.store }

    private func setSchemas(_ validation: SchemaValidation) throws {
        var options = SchemaOptions()
        options.validation = validation
        try store.setSchema(
            ["properties": ["onset": ["maximum": 2]]], version: .legacy, of: fixture.name, options: options)
        try store.setSchema(
            ["properties": ["start": ["minimum": 2]]], version: SchemaVersion("0.1.0"), of: fixture.name)
        try fixture.commit("schemas")
    }

    @Test("Where schemas are strict, what they do not allow before or after a step fails")
    func strict() throws {
        try setSchemas(.strict)
        let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        #expect(!report.isApplied && report.failed == 2 && report.warned == 0)
        #expect(report.failures.map { $0.error.fields["schemaVersion"] } == ["0.1.0", "0.0.1"])
    }

    @Test("Where a variable only warns of it, it is told of, and migrated")
    func warning() throws {
        try setSchemas(.warn)
        let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        #expect(report.isApplied && report.migrated == 3 && report.failed == 0 && report.warned == 2)
        #expect(report.warnings.map(\.address.keys) == [fixture.keys(1), fixture.keys(3)])
        #expect(report.warnings.map { $0.error.fields["pointer"] } == ["/start", "/onset"])
    }

    @Test("Where schemas are off, nobody looks")
    func off() throws {
        try setSchemas(.off)
        let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        #expect(report.isApplied && report.migrated == 3 && report.warned == 0)
    }

    @Test("Payloads that name their version have to name the new one; what does not fails with its place")
    func versionField() throws {
        var options = SchemaOptions()
        options.versionField = try JSONPointer("/v")
        try store.setSchema(true, version: SchemaVersion("1"), of: fixture.name, options: options)
        try fixture.commit("versions in payloads")
        let silent = try fixture.migrate(
            #"{"from": "0.0.1", "to": "1", "up": [{"op": "rename", "at": "/onset", "to": "start"}]}"#,
            to: "1"
        ) { $0.isDryRun = true }
        #expect(silent.failed == 3)
        #expect(silent.failures[0].error.fields["pointer"] == "/v")
        #expect(silent.failures[0].error.fields["reason"]?.contains("the migration has to add it") == true)
        let adding = #"{"from": "0.0.1", "to": "1", "up": [{"op": "add", "at": "/v", "value": 1}]}"#
        let mapping = #"{"from": "1", "to": "2", "up": [{"op": "map", "at": "/v", "values": [[1, 2]]}]}"#
        #expect(try fixture.migrate(adding, mapping, to: "2").migrated == 3)
        #expect(try fixture.value(1) == ["onset": 1, "label": "go", "v": 2])
        #expect(try fixture.record(1).schema == "2")
        let wrong = #"{"from": "2", "to": "3", "up": [{"op": "map", "at": "/v", "values": [[2, 4]]}]}"#
        let failed = try fixture.migrate(wrong, to: "3")
        #expect(failed.failed == 3)
        #expect(failed.failures[0].error.message.contains("/v is 4, and is to name the version 3"))
        // The legacy version needs no name.
        try fixture.migrate(to: "0.0.1")
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
    }

    @Test("A mark has the versions that a payload came through, from when it is asked for")
    func mark() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.mark = try? JSONPointer("/meta/came") }
        #expect(try fixture.value(1) == ["start": 1, "label": "go", "meta": ["came": ["0.0.1"]]])
        try fixture.migrate(MigrationFixture.second, to: "0.2.0")
        #expect(try fixture.value(1) == ["start": 1, "cue": "go", "meta": ["came": ["0.0.1", "0.1.0"]]])
        try fixture.migrate(to: "0.0.1")
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        try fixture.migrate(to: "0.1.0") { $0.mark = JSONPointer.root }
        #expect(try fixture.value(1) == ["start": 1, "label": "go"])
    }
}
