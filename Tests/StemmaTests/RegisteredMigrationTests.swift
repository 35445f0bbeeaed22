import Foundation
import Stemma
import StemmaRecords
import TestSupport
import Testing

private struct Old: Codable, SchemaVersioned, Equatable {
    static let schemaVersion = "0.0.1"
    var onset: Double
    var label: String
}

private struct New: Codable, SchemaVersioned, Equatable {
    static let schemaVersion = "0.1.0"
    var start: Double
    var cue: String
}

@Suite("Migrations that Swift makes of closures")
struct RegisteredMigrationTests {
    private let fixture: MigrationFixture
    private var store: Store { fixture.store }

    init() throws { fixture = try MigrationFixture() }

    private func fitted() throws -> RegisteredMigration {
        try RegisteredMigration(
            "fit", up: { (old: Old) in New(start: old.onset, cue: old.label) },
            down: { (new: New) in Old(onset: new.start, label: new.cue) })
    }

    @Test("Records go through a closure between two types, and back; its name is stored, and must be known")
    func types() throws {
        try store.register(fitted(), of: fixture.name)
        let report = try fixture.migrate(to: "0.1.0")
        #expect(report.isApplied && report.migrated == 3)
        #expect(try fixture.value(2) == ["start": 2, "cue": "go"] && fixture.record(2).schema == "0.1.0")
        #expect(
            try store.load(Variable<New>(fixture.name), at: fixture.keys(3)).value == New(start: 3, cue: "go")
        )
        let stored = try String(
            contentsOfFile: store.path + "/variables/Trial/migrations/0.0.1--0.1.0.json", encoding: .utf8)
        #expect(
            try JSONParser.parse(stored) == [
                "from": "0.0.1", "to": "0.1.0", "up": ["swift": "fit"], "down": ["swift": "fit"],
            ])
        // A program that has not registered it.
        let other = try fixture.fixture.reopened()
        let error = #expect(throws: StemmaError.self) {
            try other.migrate(fixture.name, to: SchemaVersion("0.0.1"))
        }
        #expect(error?.code == .migrationNotRegistered && error?.fields["name"] == "fit")
        #expect(try other.migrationStatus(of: fixture.name).migrations.map(\.state) == [.applied])
        #expect(try other.check().findings.isEmpty)
        try fixture.migrate(to: "0.0.1")
        #expect(try fixture.value(2) == ["onset": 2, "label": "go"])
        #expect(try fixture.record(2).migratedFrom.isEmpty && fixture.record(2).schema == nil)
    }

    @Test("Records go through a closure on JSON; without a way back there is none")
    func json() throws {
        try store.register(
            RegisteredMigration("wrap", from: "0.0.1", to: "0.1.0") { ["trial": $0] }, of: fixture.name)
        try fixture.migrate(to: "0.1.0")
        #expect(try fixture.value(1) == ["trial": ["onset": 1, "label": "go"]])
        let error = #expect(throws: StemmaError.self) { try fixture.migrate(to: "0.0.1") }
        #expect(error?.code == .migrationHasNoDown)
    }

    @Test("One name may be that of several steps, each with its own closure")
    func names() throws {
        for (from, to, mark) in [("0.0.1", "0.1.0", "first"), ("0.1.0", "0.2.0", "second")] {
            try store.register(
                RegisteredMigration("normalize", from: from, to: to) { value in
                    guard case .object(var members) = value else { return value }
                    members[mark] = .number(Double(members.count))
                    return .object(members)
                }, of: fixture.name)
        }
        try fixture.migrate(to: "0.2.0")
        #expect(try fixture.value(1) == ["onset": 1, "label": "go", "first": 2, "second": 3])
    }

    @Test("A step that is registered or stored with another definition is refused")
    func conflict() throws {
        try store.register(fitted(), of: fixture.name)
        // The same again is fine.
        try store.register(fitted(), of: fixture.name)
        let other = try RegisteredMigration("other", from: "0.0.1", to: "0.1.0") { $0 }
        let registered = #expect(throws: StemmaError.self) { try store.register(other, of: fixture.name) }
        #expect(registered?.code == .migrationConflict)
        let stored = #expect(throws: StemmaError.self) {
            try store.add(MigrationDefinition(JSONParser.parse(MigrationFixture.first)), of: fixture.name)
        }
        #expect(stored?.code == .migrationConflict)
        let second = try fixture.fixture.reopened()
        try second.add(MigrationDefinition(JSONParser.parse(MigrationFixture.first)), of: fixture.name)
        let late = #expect(throws: StemmaError.self) { try second.register(fitted(), of: fixture.name) }
        #expect(late?.code == .migrationConflict)
    }

    @Test("A program that has registered a shorter way takes the stored one, as every other program does")
    func samePath() throws {
        for definition in [MigrationFixture.first, MigrationFixture.second] {
            try store.add(MigrationDefinition(JSONParser.parse(definition)), of: fixture.name)
        }
        try fixture.commit("known")
        try store.register(
            RegisteredMigration("short", from: "0.0.1", to: "0.2.0") { _ in "short" }, of: fixture.name)
        func path(_ store: Store) throws -> [String] {
            var options = MigrationOptions()
            options.isDryRun = true
            return try store.migrate(fixture.name, to: SchemaVersion("0.2.0"), options: options).routes.map {
                $0.path.description
            }
        }
        #expect(try path(store) == ["0.0.1 -> 0.1.0 -> 0.2.0"])
        #expect(try path(fixture.fixture.reopened()) == path(store))
        // Once it is stored it counts for all, and who does not know it takes no other way.
        try store.add(
            MigrationDefinition(
                from: SchemaVersion("0.0.1"), to: SchemaVersion("0.2.0"), closure: "short", hasDown: false),
            of: fixture.name)
        #expect(try path(store) == ["0.0.1 -> 0.2.0"])
        let error = #expect(throws: StemmaError.self) { try path(fixture.fixture.reopened()) }
        #expect(error?.code == .migrationNotRegistered)
    }

    @Test("What is not made of operations cannot be put off, and neither can a way back")
    func lazily() throws {
        func refused(_ definitions: String..., to version: String) -> StemmaError? {
            #expect(throws: StemmaError.self) {
                var options = MigrationOptions()
                options.definitions = try definitions.map { try MigrationDefinition(JSONParser.parse($0)) }
                options.isLazy = true
                _ = try store.migrate(fixture.name, to: SchemaVersion(version), options: options)
            }
        }
        let files = try fixture.fixture.files()
        // After a step that is.
        let program = #"{"from": "0.1.0", "to": "0.2.0", "up": {"program": "cat"}}"#
        let handed = refused(MigrationFixture.first, program, to: "0.2.0")
        #expect(handed?.code == .migrationNotDeclarative && handed?.fields["step"] == "0.1.0 -> 0.2.0")
        try store.register(
            RegisteredMigration("wrap", from: "0.0.1", to: "0.3.0") { ["trial": $0] }, of: fixture.name)
        #expect(refused(to: "0.3.0")?.code == .migrationNotDeclarative)
        #expect(try fixture.fixture.files() == files)
        // One that is stored.
        try store.add(MigrationDefinition(JSONParser.parse(program)), of: fixture.name)
        try fixture.commit("stored")
        #expect(refused(MigrationFixture.first, to: "0.2.0")?.code == .migrationNotDeclarative)
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        let back = refused(to: "0.0.1")
        #expect(back?.code == .migrationNotDeclarative && back?.fields["step"] == "0.1.0 -> 0.0.1")
        #expect(try fixture.record(1).schema == "0.1.0")
    }
}
