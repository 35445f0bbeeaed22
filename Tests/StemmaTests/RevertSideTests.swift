import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Reverting a migration of records that changed again")
struct RevertSideTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private var store: Store { fixture.store }
    private var git: Git { fixture.fixture.git }

    @Test("What was saved anew below a step back stays as it is, and waits for its migration again")
    func stepBack() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try fixture.migrate(to: "0.0.1")
        try fixture.save(["onset": 11, "label": "stop"], 1)
        try fixture.commit("saved anew")
        _ = try store.revert("HEAD~1")
        #expect(try fixture.value(1) == ["onset": 11, "label": "stop"])
        #expect(try fixture.value(2) == ["start": 2, "label": "go"])
        let raised = try store.load(fixture.trial, at: fixture.keys(1)).value
        #expect(raised == ["start": 11, "label": "stop"])
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    @Test("The revert of a revert leaves it as well, whichever side counts in conflicts")
    func revertOfRevert() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        _ = try store.revert("HEAD")
        try fixture.save(["onset": 11, "label": "stop"], 1)
        try fixture.commit("saved anew")
        _ = try store.revert("HEAD~1")
        #expect(try fixture.value(1) == ["onset": 11, "label": "stop"])
        _ = try store.revert("HEAD")
        _ = try store.revert("HEAD~3", side: .theirs)
        #expect(try fixture.value(1) == ["onset": 11, "label": "stop"])
        #expect(try fixture.value(2) == ["start": 2, "label": "go"])
    }

    @Test(
        "Theirs takes a migrated record back to what it was, also without a way down; what is new is counted")
    func theirs() throws {
        try fixture.migrate(MigrationFixture.oneWay, to: "0.1.0")
        try fixture.save(["onset": 22, "label": "x"], 2)
        try fixture.commit("saved anew")
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~1") }
        #expect(error?.code == .newerRecords && error?.fields["count"] == "1", "\(String(describing: error))")
        try fixture.save(["onset": 4, "label": "x"], 4)
        try fixture.commit("a new one")
        let counted = #expect(throws: StemmaError.self) { try store.revert("HEAD~2", side: .theirs) }
        #expect(counted?.code == .newerRecords && counted?.fields["count"] == "1")
        _ = try store.revert("HEAD~2", side: .theirs, newer: .kept)
        #expect(try fixture.value(2) == ["onset": 2, "label": "go"])
        #expect(try fixture.record(2).schema == nil && fixture.record(4).schema == "0.1.0")
    }

    @Test("A record that is at the older version with another content has nothing to take back")
    func mergedContent() throws {
        try fixture.save(["onset": 22, "label": "go"], 2)
        try fixture.commit("another content")
        let other = try git("rev-parse", "HEAD")
        try fixture.save(["onset": 2, "label": "go"], 2)
        try fixture.commit("and back")
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        let migration = try git("rev-parse", "HEAD")
        let pages = try git("diff", "--name-only", "\(other)~1", other, "--", "results/records")
        // As a merge can leave it.
        try git("checkout", "-q", other, "--", pages)
        try git("commit", "-qm", "of the older version")
        // What git has just done is seen at once by whoever opens the store, and within a moment by others.
        let address = Address(variable: fixture.name, keys: fixture.keys(2))
        let current = try fixture.fixture.reopened().workTree.record(at: address)
        _ = try store.revert(migration)
        #expect(try fixture.record(2) == current)
        #expect(try fixture.value(2) == ["onset": 22, "label": "go"])
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
    }
}
