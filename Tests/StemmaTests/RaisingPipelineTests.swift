import Foundation
import Stemma
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

/// A pipeline from `Trial` over `Size` to `Double`, of which one variable goes through a migration.
@Suite("Pipelines and migrations that are made or put off")
struct RaisingPipelineTests {
    private let migrations: MigrationFixture
    private var store: Store { migrations.store }
    private let counter = RunCounter()
    private let sizes = Variable<JSONValue>("Size")
    private let doubles = Variable<Double>("Double")

    init() throws { migrations = try MigrationFixture() }

    /// What is in either form of a trial.
    private var measure: Thunk<JSONValue, JSONValue> {
        Thunk("measure", version: "1", parameters: ["trial"]) { [counter] trial in
            counter.up()
            return ["size": trial["onset"] ?? trial["start"] ?? .null, "note": "long enough to be no scalar"]
        }
    }

    private var double: Thunk<JSONValue, Double> {
        Thunk("double", version: "1", parameters: ["size"]) { [counter] size in
            counter.up()
            guard case .number(let number)? = size["size"] ?? size["extent"] else { return -1 }
            return Double(number) * 2
        }
    }

    private static let extent = """
        {"from": "0.0.1", "to": "0.1.0", "up": [{"op": "rename", "at": "/size", "to": "extent"}]}
        """

    private func callAndSave() throws {
        for subject in 1...3 {
            let keys = migrations.keys(subject)
            try store.save(store.call(measure, store.load(migrations.trial, at: keys)), as: sizes, at: keys)
            try store.save(store.call(double, store.load(sizes, at: keys)), as: doubles, at: keys)
        }
    }

    private func forEach(_ options: BatchOptions = BatchOptions()) async throws -> [BatchReport] {
        let first = try await store.forEach(
            measure, inputs: migrations.trial, outputs: sizes, over: ["subject": .all, "session": .all],
            options: options)
        let second = try await store.forEach(
            double, inputs: sizes, outputs: doubles, over: ["subject": .all, "session": .all],
            options: options)
        return [first, second]
    }

    private func migrateSize(lazily isLazy: Bool, keeps: Bool = false) throws -> MigrationReport {
        var options = MigrationOptions()
        options.definitions = [try MigrationDefinition(JSONParser.parse(Self.extent))]
        options.isLazy = isLazy
        options.keepsDownstream = keeps
        return try store.migrate("Size", to: SchemaVersion("0.1.0"), options: options)
    }

    private func records() throws -> [String: Data] {
        try migrations.fixture.files().filter { $0.key.hasPrefix("records/") }
    }

    @Test("Run again after a migration of what it makes, it changes nothing", arguments: [false, true])
    func outputMigrated(isLazy: Bool) async throws {
        for schema in [JSONValue?.none, ["required": ["extent"]]] {
            let fixture = try Self()
            try await fixture.outputMigrated(isLazy, schema)
        }
    }

    private func outputMigrated(_ isLazy: Bool, _ schema: JSONValue?) async throws {
        _ = try await forEach()
        #expect(counter.count == 6)
        try migrations.commit("made")
        #expect(try migrateSize(lazily: isLazy, keeps: true).isApplied)
        if let schema { try store.setSchema(schema, version: SchemaVersion("0.1.0"), of: "Size") }
        let before = try records()
        try callAndSave()
        var report = try await forEach()
        #expect(report.allSatisfy { $0.cached == 3 && $0.failed == 0 }, "\(report)")
        var options = BatchOptions()
        options.isDryRun = true
        report = try await forEach(options)
        #expect(report.flatMap(\.combinations).allSatisfy { $0.state == .upToDate })
        #expect(try records() == before && counter.count == 6)
        #expect(try store.load(sizes, at: migrations.keys(2)).value["extent"] == 2)
        #expect(try store.staleRecords().isEmpty)
    }

    @Test("Without keeping it, what is downstream is stale once, and is made once")
    func staleOnce() async throws {
        _ = try await forEach()
        try migrations.commit("made")
        #expect(try store.staleRecords().isEmpty)
        _ = try migrateSize(lazily: true)
        let version = try SchemaVersion("0.1.0")
        func expectStale(pending: Bool, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let stale = try store.staleRecords()
            #expect(
                stale.map(\.variable) == ["Double"] && stale.first?.count == 3
                    && stale.first?.input == "Size", sourceLocation: sourceLocation)
            let migration = stale.first?.migration
            #expect(
                migration?.from == .legacy && migration?.to == version && migration?.isPending == pending,
                sourceLocation: sourceLocation)
        }
        try expectStale(pending: true)
        var options = BatchOptions()
        options.isDryRun = true
        let looked = try await forEach(options)[1]
        #expect(looked.combinations.count == 3 && looked.computed == 3)
        #expect(
            looked.combinations.allSatisfy { if case .stale = $0.state { true } else { false } })
        _ = try store.rewrite("Size")
        try expectStale(pending: false)
        let report = try await forEach()
        #expect(report[0].cached == 3 && report[1].computed == 3 && counter.count == 9)
        #expect(try store.staleRecords().isEmpty)
        try callAndSave()
        #expect(counter.count == 9)
        // New data are another reason.
        try store.save(["size": 7, "extent": 7], as: sizes, at: migrations.keys(1))
        let changed = try store.staleRecords().filter { $0.input == "Size" }
        #expect(changed.count == 1 && changed[0].migration == nil)
    }

    @Test("What was computed from the raised form is current before and after the records are rewritten")
    func rewriting() async throws {
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        _ = try await forEach()
        #expect(try counter.count == 6 && store.staleRecords().isEmpty)
        try migrations.commit("made")
        _ = try store.rewrite(migrations.name)
        #expect(try store.staleRecords().isEmpty)
        let report = try await forEach()
        #expect(report.allSatisfy { $0.cached == 3 } && counter.count == 6)
        let found = try downstream(of: migrations.record(2))
        #expect(found == ["Double", "Size"])
    }

    @Test("What was made from a record that is raised is downstream of it")
    func isDownstream() async throws {
        _ = try await forEach()
        try migrations.commit("made")
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        #expect(try downstream(of: migrations.record(2)) == ["Double", "Size"])
        _ = try await forEach()
        #expect(try downstream(of: migrations.record(2)) == ["Double", "Size"])
    }

    private func downstream(of record: Record) throws -> Set<String> {
        var found: Set<String> = []
        try store.downstream(of: record, in: store.workTree) { record, _ in
            found.insert(record.variable)
            return true
        }
        return found
    }

    @Test("A combination whose input cannot be raised fails, and the others go on", arguments: [1, 2, 3])
    func failingCombination(_ subject: Int) async throws {
        try migrations.save(["label": "go"], subject)
        try migrations.commit("without onset")
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        let report = try await store.forEach(
            measure, inputs: migrations.trial, outputs: sizes, over: ["subject": .all, "session": .all])
        #expect(report.computed == 2 && report.failed == 1)
        #expect(report.combinations.first?.failure?.contains("subject=\(subject)") == true)
        // Where results go into the variable that inputs come from, all is looked at before anything runs.
        let marked = Thunk<JSONValue, Int, JSONValue>("marked", version: "1", parameters: ["trial", "by"]) {
            trial, by in ["start": trial["start"] ?? .null, "label": .number(Double(by))]
        }
        var dry = BatchOptions()
        dry.isDryRun = true
        let planned = try await store.forEach(
            marked, inputs: migrations.trial, 3, outputs: migrations.trial,
            over: ["subject": .all, "session": .all], options: dry)
        #expect(planned.computed == 2 && planned.failed == 1)
    }

    @Test("So does one whose input is damaged", arguments: [1, 2, 3])
    func damagedInput(_ subject: Int) async throws {
        let long = JSONValue.string(String(repeating: "long ", count: 40))
        for number in 1...3 {
            try migrations.save(["onset": .number(Double(number)), "label": long], number)
        }
        let objects = ObjectStore(root: store.path)
        let content = try migrations.record(subject).content
        for name in try objects.packNames() {
            guard let entry = try objects.pack(name).find(content) else { continue }
            let path = objects.packPath(name)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try file.seek(toOffset: entry.frameOffset + UInt64(entry.frameLength / 2))
            try file.write(contentsOf: [0, 0, 0, 0])
            try file.close()
        }
        // Git's copy is as damaged.
        try migrations.fixture.git("add", "-A")
        try migrations.fixture.git("commit", "-q", "-m", "damaged")
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        let report = try await migrations.fixture.reopened().forEach(
            measure, inputs: migrations.trial, outputs: sizes, over: ["subject": .all, "session": .all])
        #expect(report.computed == 2 && report.failed == 1)
    }

    @Test("A program is handed the raised form, and its call is that of these bytes")
    func program() throws {
        try migrations.fixture.git.write("copy.sh", "cp \"$1\" \"$2\"\n")
        var program = ProgramThunk("copy", command: ["sh", "copy.sh", "{x}", "{Copy}"])
        program.inputs = [.init("x", migrations.name)]
        program.outputs = [.init("Copy", file: "out.json")]
        program.code = ["copy.sh"]
        func run() throws -> BatchReport {
            try store.run(
                program, over: [("subject", .all), ("session", ["A"])],
                in: ProgramSurroundings(
                    directory: migrations.fixture.git.directory, environment: ["PATH": "/usr/bin:/bin"]))
        }
        #expect(try run().computed == 3)
        try migrations.commit("copied")
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        #expect(try store.staleRecords().map(\.count) == [3])
        #expect(try run().computed == 3)
        let copy = try store.load(Variable<JSONValue>("Copy"), at: migrations.keys(2))
        #expect(try copy.value == ["start": 2, "label": "go"])
        let loaded = try store.load(migrations.trial, at: migrations.keys(2))
        #expect(try store.lineage(of: copy)?.inputs.map(\.content) == [loaded.content])
        #expect(copy.content == loaded.content)
        #expect(try run().cached == 3 && store.staleRecords().isEmpty)
        _ = try migrations.commit("again")
        _ = try store.rewrite(migrations.name)
        #expect(try run().cached == 3 && store.staleRecords().isEmpty)
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    @Test("A function that takes its argument as a whole sees the digest of what it is handed")
    func wholeArgument() throws {
        let name = Thunk("name", version: "1", parameters: ["trial"]) { (trial: Wrapped<JSONValue>) in
            trial.content.hex
        }
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        let loaded = try store.load(migrations.trial, at: migrations.keys(1))
        #expect(try store.call(name, loaded).value == loaded.content.hex)
    }

    @Test("What differs since a migration was put off, differs by that")
    func cause() async throws {
        _ = try await forEach()
        try migrations.commit("made")
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        _ = try await forEach()
        let (before, after) = (try store.snapshot("HEAD~1"), store.workTree)
        let difference = try store.difference(from: before, to: after)
        let explanation = try store.explanation(of: difference, from: before, to: after)
        #expect(explanation.causes.map(\.kind) == [.schema] && explanation.unexplained.isEmpty)
        let cause = try #require(explanation.causes.first)
        #expect(cause.name == "Trial" && cause.from == nil && cause.to == .schema("0.1.0"))
        #expect(difference.changed == 6)
    }
}

extension JSONValue {
    fileprivate subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }
}
