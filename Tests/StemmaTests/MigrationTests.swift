import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
    private let fixture: StoreFixture
    private let name = "Trial"

    private var trial: Variable<JSONValue> { Variable(name) }

    init() throws {
        fixture = try StoreFixture()
        for subject in 1...3 {
            try fixture.store.save(
                ["onset": .number(Double(subject)), "label": "go"], as: trial, at: keys(subject))
        }
        _ = try fixture.store.commit("old form")
    }

    private func keys(_ subject: Int) -> Keys { ["subject": .number(Double(subject)), "session": "A"] }

    private func record(_ subject: Int) throws -> Record {
        try fixture.store.workTree.record(at: Address(variable: name, keys: keys(subject)))
    }

    private func value(_ subject: Int) throws -> JSONValue {
        try JSONParser.parse(fixture.store.workTree.payload(of: record(subject)))
    }

    /// From a number of seconds to an object with a unit.
    private static let first = """
        {"from": "0.0.1", "to": "0.1.0", "up": [{"op": "rename", "at": "/onset", "to": "start"}]}
        """

    private func definition(_ text: String) throws -> MigrationDefinition {
        try MigrationDefinition(JSONParser.parse(text))
    }

    private func options(_ definitions: String...) throws -> MigrationOptions {
        var options = MigrationOptions()
        options.definitions = try definitions.map(definition)
        return options
    }

    @Test("Every record gets its new form in one commit, and says what it was")
    func rewrites() throws {
        let before = try record(2)
        let report = try fixture.store.migrate(name, to: SchemaVersion("0.1.0"), options: options(Self.first))
        #expect(report.isApplied && report.migrated == 3 && report.failed == 0)
        #expect(report.routes.map(\.path.description) == ["0.0.1 -> 0.1.0"])
        #expect(report.commit?.changed == 3)
        let after = try record(2)
        #expect(after.schema == "0.1.0" && after.migratedFrom == ["0.0.1"])
        #expect(after.content != before.content && after.lineage == before.lineage)
        #expect(try value(2) == ["start": 2, "label": "go"])
        #expect(try fixture.store.status().isClean)
        let message = try fixture.git("log", "-1", "--format=%B")
        #expect(
            message.contains("Stemma-Operation: migrate\nStemma-Variable: Trial\nStemma-Records: +0 ~3 -0"))
        #expect(message.contains("Stemma-Migration: 0.0.1 0.1.0 \(try definition(Self.first).digest)"))
        let again = try fixture.store.migrate(name, to: SchemaVersion("0.1.0"), options: options(Self.first))
        #expect(again.migrated == 0 && again.upToDate == 3 && again.commit == nil)
    }
}
