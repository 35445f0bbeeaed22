import Stemma
import StemmaRecords
import TestSupport
import Testing

private struct Second: Codable, SchemaVersioned, Equatable {
    static let schemaVersion = "0.2.0"
    var start: Double
    var cue: String
}

private struct First: Codable, SchemaVersioned, Equatable {
    static let schemaVersion = "0.1.0"
    var start: Double
    var label: String
}

private struct Third: Codable, SchemaVersioned, Equatable {
    static let schemaVersion = "0.3.0"
    var at: Double
}

@Suite("Records that are loaded as a type that states its version")
struct RaisingTypeTests {
    private let migrations: MigrationFixture
    private var store: Store { migrations.store }

    init() throws { migrations = try MigrationFixture() }

    private func load<T: Codable & SchemaVersioned & Sendable>(_ type: T.Type, _ subject: Int = 1) throws -> T
    {
        try store.load(Variable<T>(migrations.name), at: migrations.keys(subject)).value
    }

    @Test("It is the version that counts, up and down, whatever the variable is at")
    func upAndDown() throws {
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        #expect(try load(First.self) == First(start: 1, label: "go"))
        // Known, and not gone through.
        try store.add(MigrationDefinition(JSONParser.parse(MigrationFixture.second)), of: migrations.name)
        #expect(try load(Second.self) == Second(start: 1, cue: "go"))
        #expect(
            try store.load(migrations.record(1), as: Second.self).value == Second(start: 1, cue: "go"))
        #expect(
            try store.load(migrations.trial, at: migrations.keys(1)).value == ["start": 1, "label": "go"])
        _ = try store.commit("known")
        try migrations.migrate(to: "0.2.0")
        #expect(try migrations.record(1).schema == "0.2.0")
        #expect(try load(First.self) == First(start: 1, label: "go"))
        #expect(try load(Second.self) == Second(start: 1, cue: "go"))
        // Each reads what the other has saved.
        try store.save(
            Second(start: 5, cue: "stop"), as: Variable<Second>(migrations.name), at: migrations.keys(2))
        #expect(try load(First.self, 2) == First(start: 5, label: "stop"))
    }

    @Test("Closures that are registered lead there, too; without them it is an error that names the step")
    func closures() throws {
        try migrations.migrate(MigrationFixture.first, MigrationFixture.second, to: "0.2.0") {
            $0.isLazy = true
        }
        let error = #expect(throws: StemmaError.self) { try load(Third.self) }
        #expect(error?.code == .unknownSchemaVersion && error?.fields["versions"] == "0.0.1, 0.1.0, 0.2.0")
        try store.register(
            RegisteredMigration("to-at", up: { (old: Second) in Third(at: old.start) }), of: migrations.name)
        #expect(try load(Third.self, 3) == Third(at: 3))
        let other = try migrations.fixture.reopened()
        #expect(throws: StemmaError.self) {
            try other.load(Variable<Third>(migrations.name), at: migrations.keys(3))
        }
        // What a closure has made is not remembered beyond its program, and is one value within it.
        let traced = try store.load(Variable<Third>(migrations.name), at: migrations.keys(3))
        #expect(
            try traced.content == store.load(Variable<Third>(migrations.name), at: migrations.keys(3)).content
        )
        // A record of a newer version than all that are known.
        var record = try migrations.record(1)
        record.schema = "9"
        let newer = #expect(throws: StemmaError.self) { try store.load(record, as: First.self) }
        #expect(newer?.code == .newerSchema)
    }

    @Test("A closure that gives another result each time is found out")
    func unsteady() throws {
        let counter = RunCounter()
        let migration = try RegisteredMigration("to-at", from: "0.0.1", to: "0.3.0") { _ in
            counter.up()
            return ["at": .number(Double(counter.count))]
        }
        try store.register(migration, of: migrations.name)
        let traced = try store.load(Variable<Third>(migrations.name), at: migrations.keys(1))
        let error = #expect(throws: StemmaError.self) { try traced.value }
        #expect(error?.code == .migrationDiffers)
    }

    @Test("No way down is an error that names the step, and nothing is guessed")
    func noWayDown() throws {
        try migrations.migrate(MigrationFixture.oneWay, to: "0.1.0")
        struct Old: Codable, SchemaVersioned {
            static let schemaVersion = "0.0.1"
            var onset: Double
        }
        let error = #expect(throws: StemmaError.self) { try load(Old.self) }
        #expect(error?.code == .migrationHasNoDown && error?.fields["step"] == "0.1.0 -> 0.0.1")
    }

    @Test("A function that takes such a type is called with what it is handed")
    func called() throws {
        try migrations.migrate(MigrationFixture.first, MigrationFixture.second, to: "0.2.0") {
            $0.isLazy = true
        }
        let start = Thunk("start", version: "1", parameters: ["trial"]) { (trial: First) in trial.start }
        let loaded = try store.load(Variable<First>(migrations.name), at: migrations.keys(2))
        let call = try store.call(start, loaded)
        #expect(try call.value == 2 && store.lineage(of: call)?.inputs.map(\.content) == [loaded.content])
        #expect(try loaded.content != store.load(migrations.trial, at: migrations.keys(2)).content)
    }
}

@Suite("Raised records that are saved")
struct RaisingCopyTests {
    private let migrations: MigrationFixture
    private var store: Store { migrations.store }

    init() throws { migrations = try MigrationFixture() }

    private var make: Thunk<JSONValue, JSONValue> {
        Thunk("make", version: "1", parameters: ["trial"]) { trial in
            ["onset": 7, "label": "made of another, and longer than what stands in a line of its own page"]
        }
    }

    @Test("Where it stands it stays as it is; elsewhere it is what was loaded, and says what it was")
    func copies() throws {
        let keys = migrations.keys(2)
        try store.save(
            store.call(make, store.load(migrations.trial, at: migrations.keys(1))), as: migrations.trial,
            at: keys)
        try migrations.commit("made")
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        let files = try migrations.fixture.files()
        for subject in 1...3 {
            let loaded = try store.load(migrations.trial, at: migrations.keys(subject))
            #expect(
                try store.save(loaded, as: migrations.trial, at: migrations.keys(subject))
                    == migrations.record(subject))
        }
        #expect(try migrations.fixture.files() == files)
        let loaded = try store.load(migrations.trial, at: keys)
        let copy = try store.save(loaded, as: migrations.trial, at: migrations.keys(5))
        #expect(copy.content == loaded.content && copy.size == loaded.size)
        #expect(
            copy.schema == "0.1.0" && copy.migratedFrom == ["0.0.1"] && copy.lineage == loaded.record?.lineage
        )
        #expect(try store.load(migrations.trial, at: migrations.keys(5)).value == loaded.value)
        let other = Variable<JSONValue>("Other")
        let elsewhere = try store.save(store.load(migrations.trial, at: keys), as: other, at: keys)
        #expect(elsewhere.content == loaded.content && elsewhere.schema == nil)
        #expect(try store.load(other, at: keys).value == loaded.value)
        // A copy of what was rewritten is as good.
        try migrations.commit("copies")
        _ = try store.rewrite(migrations.name)
        try store.save(store.load(migrations.trial, at: keys), as: migrations.trial, at: migrations.keys(6))
        #expect(try migrations.record(6).migratedFrom == ["0.0.1"])
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    @Test("A copy that stands for what it was before goes on doing so")
    func standsFor() throws {
        let identity = Thunk("identity", version: "1", parameters: ["trial"]) { (trial: JSONValue) in trial }
        let result = try store.call(identity, store.load(migrations.trial, at: migrations.keys(1)))
        try store.save(result, as: Variable<JSONValue>("Copy"), at: migrations.keys(1))
        try migrations.commit("a call")
        let before = result.invocation
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") {
            $0.isLazy = true
            $0.keepsDownstream = true
        }
        try store.save(
            store.load(migrations.trial, at: migrations.keys(1)), as: migrations.trial, at: migrations.keys(5)
        )
        #expect(try migrations.record(5).standsFor == [migrations.record(1).content])
        #expect(
            try store.call(identity, store.load(migrations.trial, at: migrations.keys(5))).invocation
                == before)
    }
}
