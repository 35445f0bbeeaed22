import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Reverting what came before a version entry became a key")
struct RevertPromotionTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    /// The store with the key 'w', committed.
    private func promoted() throws -> Store {
        let keys = StoreFixture.keys + [KeyDeclaration("w", .integer)]
        let store = try Store.create(
            at: fixture.store.path, keys: keys, promoting: true, options: StoreFixture.options
        ).store
        _ = try store.commit("a new key")
        return store
    }

    private func save(_ value: JSONValue, w: Double) throws {
        try fixture.store.save(value, as: fixture.trial, at: fixture.keys(1), version: ["w": .number(w)])
    }

    private func keys(_ subject: Int, w: Double? = nil) -> Keys {
        var keys = fixture.keys(subject)
        keys["w"] = w.map { .number($0) }
        return keys
    }

    private func all(_ store: Store) throws -> [Keys: Record] {
        var records: [Keys: Record] = [:]
        try store.workTree.forEachRecord(of: "Trial") {
            #expect(records.updateValue($0, forKey: $0.keys) == nil)
            return true
        }
        return records
    }

    @Test("A migration is undone, and newer records go down, at the keys that they have now")
    func migration() throws {
        try save(["onset": 7, "label": "go"], w: 2)
        try fixture.commit("a version")
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        let store = try promoted()
        try store.save(["start": 8, "label": "go"], as: fixture.trial, at: keys(1, w: 3))
        _ = try store.commit("a new record")
        _ = try store.revert("HEAD~2")
        for (keys, onset) in [(keys(1), 1), (keys(1, w: 2), 7), (keys(1, w: 3), 8), (keys(2), 2)] {
            let value = try JSONParser.parse(
                store.workTree.payload(of: #require(try all(store)[keys])))
            #expect(value == ["onset": .number(Double(onset)), "label": "go"])
        }
        #expect(try all(store).values.allSatisfy { $0.schema == nil && $0.version.isEmpty })
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    @Test("A backfill of another entry is undone")
    func otherEntry() throws {
        try save(["onset": 7, "label": "go"], w: 2)
        try fixture.commit("a version")
        _ = try fixture.store.backfill("Trial", setting: ["rig": 5])
        let store = try promoted()
        _ = try store.revert("HEAD~1")
        #expect(try Set(all(store).keys) == [keys(1), keys(1, w: 2), keys(2), keys(3)])
        #expect(try all(store).values.allSatisfy(\.version.isEmpty))
    }

    @Test("A backfill of the entry itself is undone; a place that was taken meanwhile is a conflict")
    func sameEntry() throws {
        let before = try all(fixture.store)
        _ = try fixture.store.backfill("Trial", setting: ["w": 5])
        let store = try promoted()
        #expect(try Set(all(store).keys) == [keys(1, w: 5), keys(2, w: 5), keys(3, w: 5)])
        try store.save(["onset": 22, "label": "go"], as: fixture.trial, at: keys(2, w: 5))
        try store.save(["onset": 9, "label": "go"], as: fixture.trial, at: keys(3))
        _ = try store.commit("later")
        let conflicts = #expect(throws: RevertConflicts.self) { try store.revert("HEAD~2") }
        #expect(conflicts?.conflicts.map(\.address.keys) == [keys(3, w: 5)])
        let later = try all(store)
        _ = try store.revert("HEAD~2", side: .ours)
        let now = try all(store)
        #expect(now[keys(1)] == before[keys(1)] && now[keys(1, w: 5)] == nil)
        #expect(now[keys(2)]?.content == later[keys(2, w: 5)]?.content && now[keys(2, w: 5)] == nil)
        #expect(now[keys(3)] == later[keys(3)] && now[keys(3, w: 5)] == later[keys(3, w: 5)])
    }

    @Test("The commit that made the key has changed no record")
    func promotion() throws {
        try save(["onset": 7, "label": "go"], w: 2)
        try fixture.commit("a version")
        let store = try promoted()
        let records = try all(store)
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD") }
        #expect(error?.code == .keysDiffer && error?.hint?.contains("git revert") == true)
        #expect(try all(store) == records)
    }
}
