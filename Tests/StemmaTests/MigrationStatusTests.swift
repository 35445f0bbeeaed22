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

    @Test("A rename of the variable is not the commit that applied its migrations")
    func renamed() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.message = "the first" }
        try fixture.store.rename(variable: fixture.name, to: "Renamed")
        let status = try fixture.store.migrationStatus(of: "Renamed")
        #expect(status.migrations.map { $0.commit?.subject } == ["the first"])
        _ = try fixture.store.revert("HEAD")
        #expect(try states() == ["0.0.1 0.1.0 applied the first"])
    }

    @Test("What is stale is so because of the last migration that has not kept it", arguments: [false, true])
    func blamed(isLazy: Bool) throws {
        let measure = Thunk<JSONValue, Int>("measure", version: "1", parameters: ["trial"]) { _ in 1 }
        for subject in 1...2 {
            let trial = try fixture.store.load(fixture.trial, at: fixture.keys(subject))
            try fixture.store.save(
                fixture.store.call(measure, trial), as: Variable<Int>("One"), at: fixture.keys(subject))
        }
        try fixture.commit("measured")
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = isLazy }
        try fixture.migrate(MigrationFixture.second, to: "0.2.0") {
            $0.keepsDownstream = true
            $0.isLazy = isLazy
        }
        let stale = try fixture.store.staleRecords()
        #expect(stale.map { "\($0.count) \($0.migration?.from.description ?? "-")" } == ["2 0.0.1"])
        #expect(stale.first?.migration?.to.description == "0.1.0")
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
