import Foundation
import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Migrations of odd data, and what is refused")
struct MigrationCaseTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private var store: Store { fixture.store }

    /// Migrates, and expects that this is refused and changes nothing.
    private func refusal(_ definitions: String..., to version: String) throws -> StemmaError? {
        let before = try fixture.fixture.files()
        let error = #expect(throws: StemmaError.self) {
            var options = MigrationOptions()
            options.definitions = try definitions.map { try MigrationDefinition(JSONParser.parse($0)) }
            _ = try store.migrate(fixture.name, to: SchemaVersion(version), options: options)
        }
        #expect(try fixture.fixture.files() == before)
        return error
    }

    private static let unchanged = """
        {"from": "0.0.1", "to": "0.1.0", "up": [{"op": "rename", "at": "/nothing", "to": "n", "optional": true}]}
        """

    @Test("A payload that a migration leaves as it is has the same digest, and its line says the new version")
    func unchangedPayload() throws {
        let before = try fixture.record(1)
        let report = try fixture.migrate(Self.unchanged, to: "0.1.0") { $0.keepsDownstream = true }
        #expect(report.migrated == 3 && report.commit?.changed == 3)
        let after = try fixture.record(1)
        #expect(after.content == before.content && after.schema == "0.1.0")
        #expect(after.migratedFrom == ["0.0.1"] && after.standsFor.isEmpty)
    }

    @Test("With nothing that fails, passing over what fails changes nothing")
    func nothingFails() throws {
        let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.skipsInvalid = true }
        #expect(report.isApplied && report.failed == 0 && report.migrated == 3)
    }

    @Test("A variable without records is at the new version afterwards; one that is not there is refused")
    func noRecords() throws {
        for subject in 1...3 { try store.remove(fixture.trial, at: fixture.keys(subject)) }
        try fixture.commit("empty")
        let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        #expect(report.isApplied && report.routes.isEmpty && report.commit != nil)
        #expect(try store.migrationStatus(of: fixture.name).current == SchemaVersion("0.1.0"))
        let error = #expect(throws: StemmaError.self) {
            try store.migrate("Other", to: SchemaVersion("0.1.0"))
        }
        #expect(error?.code == .unknownVariable)
    }

    @Test(
        "The same definition twice is one; another one between the same versions is refused, with both digests"
    )
    func conflict() throws {
        #expect(throws: Never.self) {
            try fixture.migrate(MigrationFixture.first, MigrationFixture.first, to: "0.1.0") {
                $0.isDryRun = true
            }
        }
        let first = try MigrationDefinition(JSONParser.parse(MigrationFixture.first))
        let other = try MigrationDefinition(JSONParser.parse(Self.unchanged))
        let error = try refusal(MigrationFixture.first, Self.unchanged, to: "0.1.0")
        #expect(error?.code.rawValue == "migration-conflict")
        #expect(error?.fields["known"] == first.digest.hex && error?.fields["digest"] == other.digest.hex)
    }

    @Test(
        "A definition that was changed after it was applied is refused with both digests, and status shows it"
    )
    func changedDefinition() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        let file = "variables/Trial/migrations/0.0.1--0.1.0.json"
        let (first, other) = (
            try MigrationDefinition(JSONParser.parse(MigrationFixture.first)),
            try MigrationDefinition(JSONParser.parse(Self.unchanged))
        )
        try Self.unchanged.write(toFile: "\(store.path)/\(file)", atomically: true, encoding: .utf8)
        let error = try refusal(MigrationFixture.second, to: "0.2.0")
        #expect(error?.code == .migrationChanged)
        #expect(error?.fields["applied"] == first.digest.hex && error?.fields["digest"] == other.digest.hex)
        #expect(try store.migrationStatus(of: fixture.name).migrations.map(\.state) == [.changed])
        try FileManager.default.removeItem(atPath: "\(store.path)/\(file)")
        #expect(try refusal(MigrationFixture.second, to: "0.2.0")?.code == .migrationMissing)
        #expect(try store.migrationStatus(of: fixture.name).migrations.map(\.state) == [.missing])
    }

    @Test("Data that is newer than all that is known is refused, with the versions that there are")
    func newerData() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try store.transaction { transaction in
            try transaction.save(value: 1, at: Address(variable: "Trial", keys: fixture.keys(7)))
        }
        let page = "\(store.path)/records/Trial/subject=7/page.jsonl"
        let line = try String(contentsOfFile: page, encoding: .utf8)
        try line.replacingOccurrences(of: "\"schema\":\"0.1.0\"", with: "\"schema\":\"0.9\"")
            .write(toFile: page, atomically: true, encoding: .utf8)
        try fixture.commit("from a later program")
        let error = try refusal(MigrationFixture.second, to: "0.2.0")
        #expect(error?.code.rawValue == "newer-schema")
        #expect(error?.fields["schemaVersion"] == "0.9" && error?.fields["versions"] == "0.0.1, 0.1.0, 0.2.0")
        #expect(try refusal(to: "0.5.0")?.fields["versions"] == "0.0.1, 0.1.0")
        let status = try store.migrationStatus(of: fixture.name)
        #expect(status.versions.map { "\($0.version) \($0.records)" } == ["0.0.1 0", "0.1.0 3", "0.9 1"])
    }

    @Test(
        "To the version that it has there is nothing to do; to an older one without a way back, the step is named"
    )
    func downwards() throws {
        #expect(try fixture.migrate(to: "0.0.1").commit == nil)
        try fixture.migrate(MigrationFixture.oneWay, to: "0.1.0")
        #expect(try fixture.migrate(to: "0.1.0").commit == nil)
        let error = try refusal(to: "0.0.1")
        #expect(error?.code.rawValue == "migration-has-no-down" && error?.fields["step"] == "0.1.0 -> 0.0.1")
    }

    @Test(
        "Down and up again gives the payloads and lines that there were, and the chain is as long as it was")
    func chains() throws {
        try fixture.migrate(MigrationFixture.first, MigrationFixture.second, to: "0.2.0")
        func lines() throws -> [String] {
            try ["records", "variables"].map { try fixture.fixture.git("rev-parse", "HEAD:results/\($0)") }
        }
        let up = try lines()
        #expect(try fixture.record(1).migratedFrom == ["0.0.1", "0.1.0"])
        try fixture.migrate(to: "0.1.0")
        #expect(try fixture.record(1).migratedFrom == ["0.0.1"])
        #expect(try fixture.value(1) == ["start": 1, "label": "go"])
        try fixture.migrate(to: "0.0.1")
        #expect(try fixture.record(1).migratedFrom == [] && fixture.record(1).schema == nil)
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        try fixture.migrate(to: "0.2.0")
        #expect(try lines() == up)
    }

    @Test("Records of several versions each take their own way")
    func sideBySide() throws {
        try fixture.save(["onset": "early", "label": "go"], 2)
        try fixture.commit("one that cannot be a number")
        let cast = """
            {"from": "0.0.1", "to": "0.1.0", "up": [{"op": "cast", "at": "/onset", "from": "number", "to": "string"}]}
            """
        let first = try fixture.migrate(cast, to: "0.1.0") { $0.skipsInvalid = true }
        #expect(first.migrated == 2 && first.failures.map(\.address.keys) == [fixture.keys(2)])
        try fixture.save(["onset": "new", "label": "go"], 4)
        try fixture.commit("a new one")
        let second = """
            {"from": "0.1.0", "to": "0.2.0", "up": [{"op": "rename", "at": "/onset", "to": "start"}]}
            """
        let direct = """
            {"from": "0.0.1", "to": "0.2.0", "up": [{"op": "rename", "at": "/onset", "to": "begin"}]}
            """
        let report = try fixture.migrate(second, direct, to: "0.2.0")
        #expect(report.routes.map { "\($0.path) \($0.records)" } == ["0.0.1 -> 0.2.0 1", "0.1.0 -> 0.2.0 3"])
        #expect(try fixture.value(2) == ["begin": "early", "label": "go"])
        #expect(try fixture.value(1) == ["start": "1", "label": "go"])
        #expect(try fixture.record(1).migratedFrom == ["0.0.1", "0.1.0"])
        #expect(try fixture.record(2).migratedFrom == ["0.0.1"])
        #expect(try fixture.record(4).migratedFrom == ["0.1.0"])
    }

    @Test("What is not JSON cannot be migrated, and is not read for that; large documents can")
    func formats() throws {
        try store.transaction { transaction in
            _ = try transaction.save(
                bytes: [UInt8](repeating: 7, count: 3 << 20), format: .bytes,
                at: Address(variable: fixture.name, keys: fixture.keys(8)))
        }
        let text = String(repeating: "long ", count: 1 << 19)
        try fixture.save(["onset": 9, "label": .string(text)], 9)
        try fixture.commit("large ones")
        let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.skipsInvalid = true }
        #expect(report.failures.map(\.error.code) == [.wrongFormat] && report.migrated == 4)
        #expect(try fixture.value(9) == ["start": 9, "label": .string(text)])
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    @Test("Lazily, only the declaration is committed, and a dry run tries every record all the same")
    func lazily() throws {
        try fixture.save(["label": "go"], 2)
        try fixture.commit("one without an onset")
        let before = try fixture.record(1)
        let dry = try fixture.migrate(MigrationFixture.first, to: "0.1.0") { options in
            options.isLazy = true
            options.isDryRun = true
        }
        #expect(dry.failed == 1 && dry.migrated == 2 && !dry.isApplied)
        let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        #expect(report.isApplied && report.migrated == 0 && report.commit?.changed == 0)
        #expect(report.routes.map { "\($0.path) \($0.records)" } == ["0.0.1 -> 0.1.0 3"])
        #expect(try fixture.record(1) == before)
        #expect(try store.migrationStatus(of: fixture.name).behind == 3)
        #expect(try store.rewrite(fixture.name).isApplied == false)
        try fixture.save(["start": 2, "label": "go"], 2)
        try fixture.commit("mended")
        let rewritten = try store.rewrite(fixture.name)
        #expect(rewritten.migrated == 2 && rewritten.upToDate == 1 && rewritten.commit?.changed == 2)
        #expect(try fixture.value(1) == ["start": 1, "label": "go"])
        #expect(try store.rewrite(fixture.name).commit == nil)
    }

    @Test(
        "What is not JSON is no part of what is put off: not counted, and no obstacle later",
        arguments: [false, true])
    func lazilyBesideArrays(isEdited: Bool) throws {
        try store.save([1.5], as: Variable<[Double]>(fixture.name), at: fixture.keys(8))
        try fixture.commit("an array")
        if isEdited {
            // As an editor leaves it.
            let page = store.path + "/records/Trial/subject=8/page.jsonl"
            let line = try String(contentsOfFile: page, encoding: .utf8)
            try line.replacingOccurrences(of: ",", with: ", ").write(
                toFile: page, atomically: true, encoding: .utf8)
            try fixture.fixture.git("commit", "-qam", "edited")
        }
        for isDryRun in [true, false] {
            let report = try fixture.migrate(MigrationFixture.first, to: "0.1.0") { options in
                options.isLazy = true
                options.isDryRun = isDryRun
            }
            #expect(report.routes.map { "\($0.path) \($0.records)" } == ["0.0.1 -> 0.1.0 3"])
            #expect(report.failed == 0 && report.isApplied != isDryRun)
        }
        #expect(try store.pendingRecords().map(\.count) == [3])
        let rewritten = try store.rewrite(fixture.name)
        #expect(rewritten.migrated == 3 && rewritten.isApplied && rewritten.commit?.changed == 3)
        #expect(try store.load(Variable<[Double]>(fixture.name), at: fixture.keys(8)).value == [1.5])
    }
}
