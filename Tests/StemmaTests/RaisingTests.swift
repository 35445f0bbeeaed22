import Foundation
import Stemma
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("Records that are raised when they are read")
struct RaisingTests {
    private let migrations: MigrationFixture
    private var store: Store { migrations.store }
    private let counter = RunCounter()

    init() throws { migrations = try MigrationFixture() }

    private var settingsFile: URL { URL(fileURLWithPath: store.path + "/variables/Trial/variable.json") }

    private func lazily(_ keeps: Bool = false) throws {
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") {
            $0.isLazy = true
            $0.keepsDownstream = keeps
        }
    }

    private func load(_ subject: Int = 1, from store: Store? = nil) throws -> Traced<JSONValue> {
        try (store ?? self.store).load(migrations.trial, at: migrations.keys(subject))
    }

    private var start: Thunk<JSONValue, Double> {
        Thunk("start", version: "1", parameters: ["trial"]) { [counter] trial in
            counter.up()
            guard case .object(let members) = trial, case .number(let value)? = members["start"] else {
                return -1
            }
            return Double(value)
        }
    }

    private let starts = Variable<Double>("Start")

    private func run(_ store: Store? = nil) throws {
        let store = store ?? self.store
        for subject in 1...3 {
            try store.save(
                store.call(start, load(subject, from: store)), as: starts, at: migrations.keys(subject))
        }
    }

    private func reopened(_ migration: AutomaticMigration) throws -> Store {
        var options = StoreFixture.options
        options.automaticMigration = migration
        return try Store.open(store.path, options: options)
    }

    @Test("What was stored before a lazy migration is loaded in the new form, and stays as it is stored")
    func raised() throws {
        let before = try migrations.record(2)
        try lazily()
        let loaded = try load(2)
        #expect(try loaded.value == ["start": 2, "label": "go"])
        let bytes = Array("{\"label\":\"go\",\"start\":2}\n".utf8)
        #expect(loaded.content == Digest.of(bytes) && loaded.size == bytes.count && loaded.format == .json)
        #expect(try migrations.record(2) == before && loaded.record == before)
        #expect(try store.workTree.pendingVersion(of: before) == SchemaVersion("0.1.0"))
        let form = try store.workTree.form(of: before)
        #expect(try form.isRaised && form.payload() == bytes && form.schema == SchemaVersion("0.1.0"))
        #expect(form.path?.description == "0.0.1 -> 0.1.0")
        #expect(try store.load(before, as: JSONValue.self).content == loaded.content)
        // As it is stored.
        #expect(try store.workTree.payload(of: before) == Array("{\"label\":\"go\",\"onset\":2}\n".utf8))
        // What is saved from now on is of the new form.
        try migrations.save(["start": 9, "label": "go"], 2)
        #expect(try load(2).value == ["start": 9, "label": "go"])
        #expect(try store.workTree.form(of: migrations.record(2)).isRaised == false)
    }

    @Test("Each commit is read by the migrations that the variable had gone through there")
    func snapshots() throws {
        try lazily()
        try migrations.migrate(MigrationFixture.second, to: "0.2.0") { $0.isLazy = true }
        func value(_ revision: String) throws -> JSONValue {
            try store.load(migrations.trial, at: migrations.keys(1), in: store.snapshot(revision)).value
        }
        #expect(try value("HEAD~2") == ["onset": 1, "label": "go"])
        #expect(try value("HEAD~1") == ["start": 1, "label": "go"])
        #expect(try value("HEAD") == ["start": 1, "cue": "go"])
        #expect(try load().value == ["start": 1, "cue": "go"])
        let old = try store.snapshot("HEAD~1")
        let record = try old.record(at: Address(variable: migrations.name, keys: migrations.keys(1)))
        #expect(try old.form(of: record).schema == SchemaVersion("0.1.0"))
        #expect(try store.load(record, as: JSONValue.self, in: old).value == ["start": 1, "label": "go"])
        #expect(try old.pendingVersion(of: record) == SchemaVersion("0.1.0"))
        #expect(try store.workTree.pendingVersion(of: record) == SchemaVersion("0.2.0"))
    }

    @Test("A reader can do without, or ask for records that are migrated for good")
    func options() throws {
        try lazily()
        let never = try reopened(.never)
        let loaded = try load(from: never)
        #expect(try loaded.value == ["onset": 1, "label": "go"])
        #expect(try loaded.content == migrations.record(1).content)
        let required = try reopened(.required)
        let error = #expect(throws: StemmaError.self) { try load(from: required) }
        #expect(error?.code == .migrationRequired && error?.hint?.contains("`Store.rewrite`") == true)
        #expect(error?.fields["schemaVersion"] == "0.0.1" && error?.fields["expected"] == "0.1.0")
        #expect(error?.message.contains("subject=1") == true)
        _ = try store.rewrite(migrations.name)
        #expect(try load(from: required).value == ["start": 1, "label": "go"])
    }

    @Test("What cannot be raised is an error that names record and reason; other records are read")
    func failing() throws {
        try migrations.save(["label": "go"], 2)
        try migrations.commit("without onset")
        try lazily()
        let error = #expect(throws: StemmaError.self) { try load(2) }
        #expect(error?.code == .migrationFailed && error?.message.contains("subject=2") == true)
        #expect(error?.fields["pointer"] == "/onset")
        #expect(try load(3).value == ["start": 3, "label": "go"])
        // Arrays have no schema, and are what they are.
        try store.save([1.5], as: Variable<[Double]>(migrations.name), at: migrations.keys(2))
        #expect(try store.load(Variable<[Double]>(migrations.name), at: migrations.keys(2)).value == [1.5])
    }

    @Test(
        "A record of a version that no migration leads from is an error, one of a newer version is read as it is"
    )
    func noPath() throws {
        try lazily()
        func load(_ schema: String) throws -> JSONValue {
            var record = try migrations.record(1)
            record.schema = schema
            return try store.load(record, as: JSONValue.self).value
        }
        let error = #expect(throws: StemmaError.self) { try load("0.0.5") }
        #expect(error?.code == .unknownSchemaVersion && error?.fields["versions"] == "0.0.1, 0.1.0")
        #expect(try load("0.1.0") == ["onset": 1, "label": "go"])
        #expect(try load("7") == ["onset": 1, "label": "go"])
        #expect(throws: StemmaError.self) { try load("seven") }
        // A schema that came without a migration leaves records as they are.
        try store.setSchema(true, version: SchemaVersion("0.2.0"), of: migrations.name)
        #expect(try load("0.1.0") == ["onset": 1, "label": "go"])
        #expect(try self.load().value == ["start": 1, "label": "go"])
    }

    @Test("A record that a program has to migrate says how that is done for good")
    func byProgram() throws {
        let old = try migrations.record(1)
        try migrations.migrate(
            #"{"from": "0.0.1", "to": "0.1.0", "up": {"program": "cat"}, "down": {"program": "cat"}}"#,
            to: "0.1.0"
        ) {
            $0.surroundings = ProgramSurroundings(
                directory: migrations.fixture.git.directory, environment: ["PATH": "/usr/bin:/bin"])
            $0.allowedPrograms = ["cat"]
        }
        #expect(try load().value == ["onset": 1, "label": "go"])
        // As it comes with a merge.
        let error = #expect(throws: StemmaError.self) { try store.load(old, as: JSONValue.self) }
        #expect(error?.code == .migrationNeedsProgram && error?.hint?.contains("`Store.rewrite`") == true)
    }

    @Test(
        "A call is made with what the function is handed; a lazy migration that is taken back makes no false hit"
    )
    func invocations() throws {
        try run()
        #expect(try counter.count == 3 && store.load(starts, at: migrations.keys(2)).value == -1)
        let old = try store.call(start, load(2))
        let files = try migrations.fixture.files()
        let settings = try Data(contentsOf: settingsFile)
        try migrations.commit("starts")
        try lazily()
        let call = try store.call(start, load(2))
        #expect(try call.value == 2 && call.invocation != old.invocation)
        #expect(try store.lineage(of: call)?.inputs.map(\.content) == [load(2).content])
        try run()
        #expect(try counter.count == 7 && store.load(starts, at: migrations.keys(2)).value == 2)
        try run()
        #expect(counter.count == 7)
        // Back by hand: the old results are found, and no others.
        try settings.write(to: settingsFile)
        let again = try migrations.fixture.reopened()
        try run(again)
        #expect(try counter.count == 7 && again.load(starts, at: migrations.keys(2)).value == -1)
        #expect(try again.call(start, load(2, from: again)).invocation == old.invocation)
        #expect(
            try migrations.fixture.files().filter { $0.key.hasPrefix("records/") }
                == files.filter { $0.key.hasPrefix("records/") })
    }

    @Test("A migration that keeps what is downstream makes no call anew, rewritten or not")
    func keepsDownstream() throws {
        try run()
        let calls = try (1...3).map { try store.call(start, load($0)).invocation }
        try migrations.commit("starts")
        try lazily(true)
        try run()
        #expect(try (1...3).map { try store.call(start, load($0)).invocation } == calls)
        #expect(try counter.count == 3 && store.load(starts, at: migrations.keys(2)).value == -1)
        #expect(try load().value == ["start": 1, "label": "go"])
        _ = try store.rewrite(migrations.name)
        try run()
        #expect(counter.count == 3)
        #expect(try (1...3).map { try store.call(start, load($0)).invocation } == calls)
    }

    @Test("What is remembered is what the schemas of now allow, as it is for whoever remembers nothing")
    func stricter() throws {
        let field = SchemaOptions(validation: .warn)
        try store.setSchema(
            ["required": ["end"]], version: SchemaVersion("0.1.0"), of: migrations.name, options: field)
        try migrations.commit("a schema")
        try lazily()
        #expect(try load().value == ["start": 1, "label": "go"])
        // Only the mode, then only the document, then back: each is seen at once.
        func set(_ document: JSONValue, _ validation: SchemaValidation?) throws {
            try store.setSchema(
                document, version: SchemaVersion("0.1.0"), of: migrations.name,
                options: SchemaOptions(validation: validation))
        }
        try set(["required": ["end"]], .strict)
        let error = #expect(throws: StemmaError.self) { try load() }
        #expect(error?.code == .migrationFailed && error?.fields["rule"] == "required")
        try set(["required": ["start"]], nil)
        #expect(try load().value == ["start": 1, "label": "go"])
        try set(["required": ["beginning"]], nil)
        #expect(throws: StemmaError.self) { try load() }
        #expect(throws: StemmaError.self) { try load(from: migrations.fixture.reopened()) }
        try set(["required": ["beginning"]], .warn)
        #expect(try load().value == ["start": 1, "label": "go"])
    }

    @Test("A definition or a schema that somebody else changes is seen by the next look")
    func changedByHand() throws {
        try store.setSchema(true, version: SchemaVersion("0.1.0"), of: migrations.name)
        try migrations.commit("a schema")
        try lazily()
        #expect(try load().value == ["start": 1, "label": "go"])
        let file = store.path + "/variables/Trial/schemas/0.1.0.json"
        try "false".write(toFile: file, atomically: true, encoding: .utf8)
        usleep(60_000)
        #expect(throws: StemmaError.self) { try load() }
        try "true".write(toFile: file, atomically: true, encoding: .utf8)
        usleep(60_000)
        #expect(try load().value == ["start": 1, "label": "go"])
    }

    @Test(
        "What a record is raised to is known without its payload, also to a process that has not raised it itself"
    )
    func remembered() throws {
        // Long enough to be blobs.
        let text = JSONValue.string(String(repeating: "x", count: 2000))
        for subject in 1...3 {
            try migrations.save(["onset": .number(Double(subject)), "label": text], subject)
        }
        try migrations.commit("longer")
        try lazily()
        let contents = try (1...3).map { try load($0, from: migrations.fixture.reopened()).content }
        for folder in [store.path, migrations.fixture.git.directory + "/.git"] {
            try FileManager.default.removeItem(atPath: folder + "/objects")
        }
        let again = try migrations.fixture.reopened()
        #expect(try (1...3).map { try load($0, from: again).content } == contents)
        #expect(throws: StemmaError.self) { try load(2, from: again).value }
        // Without the catalog it has to be read.
        try FileManager.default.removeItem(atPath: store.path + "/local/catalog.sqlite")
        let anew = try migrations.fixture.reopened()
        #expect(throws: StemmaError.self) { try load(2, from: anew) }
    }
}
