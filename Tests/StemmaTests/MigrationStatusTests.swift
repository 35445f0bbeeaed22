import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("The status of migrations")
struct MigrationStatusTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private func status() throws -> MigrationStatus {
        try fixture.store.migrationStatus(of: fixture.name)
    }

    private func states() throws -> [String] {
        try status().migrations.map { "\($0.from) \($0.to) \($0.state) \($0.commit?.subject ?? "-")" }
    }

    @Test("A migration that is stored is pending until it is applied, and then names its commit")
    func story() throws {
        #expect(try status().current == .legacy && status().migrations.isEmpty)
        let first = try MigrationDefinition(JSONParser.parse(MigrationFixture.first))
        #expect(try fixture.store.add(first, of: fixture.name))
        #expect(try !fixture.store.add(first, of: fixture.name))
        #expect(try states() == ["0.0.1 0.1.0 pending -"])
        try fixture.commit("a definition")
        try fixture.migrate(to: "0.1.0") { $0.message = "the first" }
        try fixture.save(["start": 9, "label": "go"], 9)
        try fixture.commit("after it")
        try fixture.migrate(MigrationFixture.second, to: "0.2.0") { $0.message = "the second" }
        #expect(try states() == ["0.0.1 0.1.0 applied the first", "0.1.0 0.2.0 applied the second"])
        let commit = try #require(try status().migrations.first?.commit)
        #expect(try fixture.fixture.git("rev-parse", "HEAD~2") == commit.id)
        #expect(
            try status().versions.map { "\($0.version) \($0.records)" } == ["0.0.1 0", "0.1.0 0", "0.2.0 4"])
        try fixture.migrate(to: "0.1.0") { $0.message = "back" }
        #expect(try states() == ["0.0.1 0.1.0 applied the first", "0.1.0 0.2.0 pending -"])
        try fixture.migrate(to: "0.2.0") { $0.message = "again" }
        #expect(try states() == ["0.0.1 0.1.0 applied the first", "0.1.0 0.2.0 applied again"])
    }

    @Test("A merge that brought a migration along is not the commit that applied it")
    func merged() throws {
        try fixture.fixture.git("switch", "-q", "-c", "side")
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.message = "on the side" }
        try fixture.fixture.git("switch", "-q", "-")
        try fixture.fixture.git("commit", "-q", "--allow-empty", "-m", "meanwhile")
        try fixture.fixture.git("merge", "-q", "--no-edit", "side")
        #expect(try states() == ["0.0.1 0.1.0 applied on the side"])
    }
}
