import Foundation
import Stemma
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

/// A pipeline whose results are held against a schema, and what becomes of it when the schema changes.
@Suite("Schemas and calls")
struct SchemaCallTests {
    private let fixture: StoreFixture
    private var store: Store { fixture.store }
    private let raw = Variable<[Double]>("Raw")
    private let peak = Variable<JSONValue>("Peak")
    private let counter = RunCounter()
    private let first: Keys = ["subject": 1, "session": "A"]
    private let positive: JSONValue = [
        "required": ["peak"], "properties": ["peak": ["type": "number", "minimum": 0]],
    ]

    init() throws {
        fixture = try StoreFixture()
        for (subject, value) in [(1.0, 5.0), (2, -5), (3, 7)] {
            try store.save([value, value], as: raw, at: ["subject": .number(subject), "session": "A"])
        }
    }

    private var find: Thunk<[Double], JSONValue> {
        Thunk("find", version: "1", parameters: ["signal"]) { [counter] signal in
            counter.up()
            return ["peak": .number(signal.max() ?? 0)]
        }
    }

    private func set(_ text: String, _ document: JSONValue, _ options: SchemaOptions = .init()) throws {
        try store.setSchema(document, version: SchemaVersion(text), of: "Peak", options: options)
    }

    private func record(_ subject: Double = 1) throws -> Record {
        try store.workTree.record(
            at: Address(variable: "Peak", keys: ["subject": .number(subject), "session": "A"]))
    }

    private func save() throws {
        try store.save(store.call(find, store.load(raw, at: first)), as: peak, at: first)
    }

    private func forEach(_ options: BatchOptions = BatchOptions()) async throws -> BatchReport {
        try await store.forEach(
            find, inputs: raw, outputs: peak, over: ["subject": .all, "session": .all], options: options)
    }

    @Test("A result that stands is raised to a newer version that it is fit for, and nothing else changes")
    func raised() throws {
        try save()
        let before = try record()
        _ = try store.commit("before")
        try set("0.2.0", positive)
        try save()
        var expected = before
        expected.schema = "0.2.0"
        #expect(try record() == expected && counter.count == 1)
        let files = try fixture.files()
        try save()
        #expect(try fixture.files() == files, "run again, it changes nothing")
        // One that a backfill has given entries keeps them.
        try store.transaction { try $0.remove(record().address) }
        try store.save(
            store.call(find, store.load(raw, at: first)), as: peak, at: first, version: ["hand": true])
        try set("0.3.0", positive)
        try save()
        #expect(try record().schema == "0.3.0" && record().version == ["hand": true])
    }

    @Test("A result that stands and is not fit for the newer version stays what it is")
    func notFit() throws {
        try save()
        try set("0.2.0", ["required": ["height"]])
        let before = try record()
        try save()
        #expect(try record() == before)
        try set("0.3.0", positive)
        // A migration would say what becomes of it.
        let folder = store.path + "/variables/Peak/migrations"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "{}\n".write(toFile: folder + "/0.2.0--0.3.0.json", atomically: true, encoding: .utf8)
        try save()
        #expect(try record() == before)
    }

    @Test("A result that does not stand yet is refused when it is not what the schema allows")
    func refused() throws {
        try set("0.2.0", ["required": ["height"]])
        let error = #expect(throws: StemmaError.self) { try save() }
        #expect(error?.code == .schemaViolation)
        #expect(try store.status().variables.map(\.name) == ["Raw"])
    }

    @Test("In a batch what the schema does not allow is one failed combination, and the rest is saved")
    func batch() async throws {
        try set("0.2.0", positive)
        let report = try await forEach()
        #expect(report.computed == 2 && report.failed == 1)
        #expect(report.combinations.first?.failure?.contains("minimum") == true)
        #expect(try record(3).schema == "0.2.0")
        #expect(throws: StemmaError.self) { try record(2) }
        let again = try await forEach()
        #expect(again.cached == 2 && again.failed == 1)
        // The failed one was never recorded; allowed at last, it is computed once more and saved.
        try set("0.2.0", positive, SchemaOptions(validation: .off))
        #expect(try await forEach().computed == 1)
        #expect(try record(2).schema == "0.2.0" && counter.count == 5)
    }

    @Test("What was saved when a batch ends with an error is not told to be lost")
    func savedOneByOne() async throws {
        let document = positive
        let store = store
        // The schema comes when two results wait to be saved, and one of them is not fit for it.
        let find = Thunk<[Double], JSONValue>("find", version: "2", parameters: ["signal"]) { signal in
            if signal == [7, 7] {
                try store.setSchema(document, version: SchemaVersion("0.2.0"), of: "Peak")
            }
            return ["peak": .number(signal.max() ?? 0)]
        }
        var options = BatchOptions()
        options.jobs = 1
        let settings = options
        let error = await #expect(throws: StemmaError.self) {
            try await store.forEach(
                find, inputs: raw, outputs: peak, over: ["subject": .all, "session": .all], options: settings)
        }
        #expect(error?.code == .schemaViolation)
        #expect(
            error?.message.contains("; 1 result that was computed could not be saved") == true,
            "\(String(describing: error))")
        _ = try (record(1), record(3))
        #expect(throws: StemmaError.self) { try record(2) }
    }

    @Test("A batch that finds its results raises them, and finds nothing to do the next time")
    func batchRaises() async throws {
        try set("0.1.0", true)
        #expect(try await forEach().computed == 3)
        #expect(try record().schema == "0.1.0")
        let lineage = try #require(try record().lineage)
        #expect(String(decoding: try store.metadata(lineage), as: UTF8.self).contains(#""schema":"0.1.0""#))
        var options = BatchOptions()
        options.isDryRun = true
        #expect(try await forEach(options).cached == 3)
        try set("0.2.0", true)
        #expect(try await forEach().cached == 3)
        #expect(try record().schema == "0.2.0")
        let files = try fixture.files()
        #expect(try await forEach().cached == 3)
        #expect(try fixture.files() == files)
        // Where a migration is declared, what was made under an older version is of that, and waits for it.
        try set("0.3.0", true)
        let folder = store.path + "/variables/Peak/migrations"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "{}\n".write(toFile: folder + "/0.1.0--0.3.0.json", atomically: true, encoding: .utf8)
        #expect(try await forEach().cached == 3)
        #expect(try record().schema == "0.2.0")
        try store.transaction { try $0.remove(record().address) }
        #expect(try await forEach().cached == 3)
        #expect(try record().schema == "0.1.0" && counter.count == 3)
    }

    @Test("A hit that is new at an address is held against the schema, too")
    func hit() async throws {
        try save()
        try store.transaction { try $0.remove(record().address) }
        try set("0.2.0", ["required": ["height"]])
        let report = try await forEach()
        #expect(report.failed == 3 && counter.count == 3)
    }

    @Test("The output of a program is held against the schema")
    func program() throws {
        try fixture.git.write("json.sh", "echo \"{\\\"peak\\\":$1}\" > \"$2\"\n")
        try set("0.2.0", positive)
        func run(_ value: Scalar) throws -> BatchReport {
            var program = ProgramThunk("write", command: ["sh", "json.sh", "{value}", "{Peak}"])
            program.outputs = [.init("Peak", file: "out.json")]
            program.constants = ["value": value]
            program.code = ["json.sh"]
            program.inputs = [.init("x", "Raw")]
            return try store.run(
                program, over: [("subject", [1]), ("session", ["A"])],
                in: ProgramSurroundings(
                    directory: fixture.git.directory, environment: ["PATH": "/usr/bin:/bin"]))
        }
        #expect(try run(4).computed == 1)
        #expect(try record().schema == "0.2.0")
        let report = try run(-4)
        #expect(report.failed == 1 && report.combinations.first?.failure?.contains("minimum") == true)
    }

    @Test("A loaded record that is saved elsewhere keeps its version within its variable")
    func copies() throws {
        try set("0.1.0", true)
        try store.save(["peak": -1], as: peak, at: first)
        try set("0.2.0", positive)
        let loaded = try store.load(peak, at: first)
        try store.save(loaded, as: peak, at: ["subject": 2, "session": "A"])
        #expect(try record(2).schema == "0.1.0")
        let other = Variable<JSONValue>("Other")
        try store.setSchema(positive, version: SchemaVersion("0.1.0"), of: "Other")
        #expect(throws: StemmaError.self) { try store.save(loaded, as: other, at: first) }
        try store.save(loaded, as: Variable<JSONValue>("Free"), at: first)
        #expect(try store.workTree.record(at: Address(variable: "Free", keys: first)).schema == nil)
    }
}

@Suite("Records held against schemas")
struct SchemaCheckTests {
    private let fixture: StoreFixture
    private var store: Store { fixture.store }
    private let trial = Variable<JSONValue>("Trial")

    init() throws {
        fixture = try StoreFixture(keys: [KeyDeclaration("subject", .integer)])
        try store.transaction { transaction in
            for subject in 0..<1200 {
                // Long enough to be blobs, in packs of many frames.
                let text = JSONValue.string(String(repeating: "x", count: 100))
                try transaction.save(
                    ["peak": .number(Double(subject)), "text": text], as: trial,
                    at: ["subject": .number(Double(subject))])
            }
        }
        _ = try store.commit("trials")
    }

    private func found(_ text: String?, in view: (any ReadView)? = nil) throws -> (SchemaCheck, [String]) {
        var found: [String] = []
        let check = try (view ?? store.workTree).checkSchema(
            of: "Trial", version: text.map { try SchemaVersion($0) }
        ) { record, version, violation in
            found.append(
                "\(record.keys["subject"]?.text ?? "") \(version) \(violation.pointer) \(violation.rule)")
        }
        return (check, found)
    }

    @Test("Every violation, in the order of records, by one version or by the records' own")
    func check() throws {
        try store.setSchema(
            ["properties": ["peak": ["maximum": 1197]], "required": ["text"]],
            version: SchemaVersion("0.2.0"),
            of: "Trial")
        let (own, none) = try found(nil)
        #expect(own.unchecked == 1200 && own.holds && none.isEmpty)
        let (check, violations) = try found("0.2")
        #expect(check.records == 1200 && check.invalid == 2 && check.violations == 2 && !check.holds)
        #expect(violations.sorted() == ["1198 0.2.0 /peak maximum", "1199 0.2.0 /peak maximum"])
        try store.save(7, as: Variable<Int>("Trial"), at: ["subject": 3])
        _ = try store.commit("more")
        #expect(try found(nil).0.unchecked == 1199)
        #expect(try found("0.2", in: store.snapshot("HEAD")).1.count == 2)
        let error = #expect(throws: StemmaError.self) { try found("0.2", in: store.snapshot("HEAD~1")) }
        #expect(error?.code == .noSchema)
    }

    @Test("A schema made from what is stored is one that all of it satisfies; arrays are passed over")
    func infer() throws {
        try store.save([1.5], as: Variable<[Double]>("Trial"), at: ["subject": 5000])
        let inferred = try store.workTree.inferSchema(of: "Trial")
        #expect(inferred.records == 1200 && inferred.skipped == 1)
        #expect(inferred.document["required"] == ["peak", "text"])
        #expect(try store.snapshot("HEAD").inferSchema(of: "Trial").document == inferred.document)
        try store.setSchema(inferred.document, version: SchemaVersion("1"), of: "Trial")
        let (check, violations) = try found("1")
        #expect(check.invalid == 1 && violations == ["5000 1  payload"])
        let one = try store.workTree.inferSchema(of: "Trial", matching: Filter(keys: ["subject": 7]))
        #expect(one.records == 1)
        let error = #expect(throws: StemmaError.self) {
            try store.workTree.inferSchema(of: "Trial", matching: Filter(keys: ["subject": 5000]))
        }
        #expect(error?.code == .nothingToInfer)
    }
}
