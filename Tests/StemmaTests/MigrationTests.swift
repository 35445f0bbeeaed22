import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private var store: Store { fixture.store }

    @Test("Every record gets its new form in one commit, and says what it was")
    func rewrites() throws {
        let before = try fixture.record(2)
        let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        #expect(report.isApplied && report.migrated == 3 && report.failed == 0)
        #expect(report.routes.map(\.path.description) == ["0.0.1 -> 0.1.0"])
        #expect(report.commit?.changed == 3)
        let after = try fixture.record(2)
        #expect(after.schema == "0.1.0" && after.migratedFrom == ["0.0.1"])
        #expect(after.content != before.content && after.lineage == before.lineage)
        #expect(try fixture.value(2) == ["start": 2, "label": "go"])
        #expect(try store.status().isClean)
        let message = try fixture.fixture.git("log", "-1", "--format=%B")
        #expect(
            message.contains("Stemma-Operation: migrate\nStemma-Variable: Trial\nStemma-Records: +0 ~3 -0"))
        let digest = try MigrationDefinition(JSONParser.parse(MigrationFixture.first)).digest
        #expect(message.contains("Stemma-Migration: 0.0.1 0.1.0 \(digest)"))
        let again = try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        #expect(again.migrated == 0 && again.upToDate == 3 && again.commit == nil)
    }
}
