import Foundation
import Stemma
import StemmaBlobs
import StemmaRecords
import Synchronization
import TestSupport
import Testing

private let trial = Variable<JSONValue>("Trial")
private let first: Keys = ["subject": 1, "session": "A"]
private let second: Keys = ["subject": 2, "session": "A"]

private func version(_ text: String) throws -> SchemaVersion { try SchemaVersion(text) }

/// A schema that wants a peak which is not negative.
private let peaked: JSONValue = [
    "type": "object", "required": ["peak"],
    "properties": ["peak": ["type": "number", "minimum": 0], "name": ["type": "string"]],
]

/// What a store tells.
private final class Told: Sendable {
    private let events = Mutex<[StoreEvent]>([])

    func tell(_ event: StoreEvent) { events.withLock { $0.append(event) } }

    var violations: [StemmaError] {
        events.withLock { events in
            events.compactMap { if case .schemaViolated(let error) = $0 { error } else { nil } }
        }
    }
}

extension StoreFixture {
    fileprivate func record(_ keys: Keys = first, of variable: String = "Trial") throws -> Record {
        try store.workTree.record(at: Address(variable: variable, keys: keys))
    }

    fileprivate func set(
        _ text: String, _ document: JSONValue = peaked, _ options: SchemaOptions = SchemaOptions()
    ) throws {
        try store.setSchema(document, version: SchemaVersion(text), of: "Trial", options: options)
    }

    fileprivate func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(store.path)/\(path)", encoding: .utf8)
    }

    fileprivate func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(store.path)/\(path)")
    }
}

@Suite("Schemas of variables")
struct SchemaTests {
    private let fixture: StoreFixture
    private var store: Store { fixture.store }

    init() throws { fixture = try StoreFixture() }

    @Test("A schema is a file, and makes its version the one that records are saved under")
    func set() throws {
        try store.save(["peak": 1], as: trial, at: first)
        let result = try store.setSchema(peaked, version: version("0.2.0"), of: "Trial")
        #expect(result.isChanged && result.schema.isCurrent && result.previous == nil && !result.isReplaced)
        #expect(
            try fixture.text("variables/Trial/schemas/0.2.0.json")
                == String(decoding: peaked.prettyPrinted, as: UTF8.self))
        #expect(try fixture.text("variables/Trial/variable.json").contains("\"schema\": \"0.2.0\""))
        #expect(try fixture.record().schema == nil, "what stands is left alone")
        try store.save(["peak": 1], as: trial, at: second)
        #expect(try fixture.record(second).schema == "0.2.0")
        #expect(try !store.setSchema(peaked, version: version("0.2"), of: "Trial").isChanged)
        #expect(try store.workTree.schemas(of: "Trial").map(\.version.description) == ["0.2.0"])
        #expect(try store.workTree.variables().map(\.schema) == [version("0.2.0")])
        #expect(try fixture.reopened().workTree.schema(of: "Trial").document == peaked)
    }

    @Test("An older version is kept beside, and does not become the one that records are saved under")
    func older() throws {
        try fixture.set("0.10.0")
        let older = try store.setSchema(true, version: version("0.9.0"), of: "Trial")
        #expect(older.isChanged && !older.schema.isCurrent)
        #expect(try store.workTree.schema(of: "Trial").version == version("0.10.0"))
        #expect(try store.workTree.schemas(of: "Trial").map(\.version.description) == ["0.9.0", "0.10.0"])
        #expect(try store.setSchema(false, version: version("0.9"), of: "Trial").isReplaced)
        #expect(try store.workTree.schema(of: "Trial", version: version("0.9")).document == false)
        let error = #expect(throws: StemmaError.self) {
            try store.workTree.schema(of: "Trial", version: version("0.3"))
        }
        #expect(error?.code == .noSchema && error?.hint?.contains("0.9.0, 0.10.0") == true)
    }

    @Test("A document that is no schema is refused, and nothing is changed")
    func invalid() throws {
        let before = try fixture.files()
        let error = #expect(throws: StemmaError.self) {
            try fixture.set("0.1.0", ["type": "strin"])
        }
        #expect(error?.code == .invalidSchema)
        #expect(try fixture.files() == before)
        #expect(throws: StemmaError.self) { try store.workTree.schemas(of: "Trial") }
    }

    @Test("strict refuses what the schema does not allow, and tells of all of it")
    func strict() throws {
        try fixture.set("0.2.0", ["items": ["type": "integer"]])
        let before = try fixture.files()
        let error = #expect(throws: StemmaError.self) {
            try store.save(.array((0..<50).map { .string("\($0)") }), as: trial, at: first)
        }
        let violations = try #require(error?.violations)
        #expect(error?.code == .schemaViolation)
        #expect(violations.map(\.pointer.description) == (0..<50).map { "/\($0)" })
        #expect(violations.allSatisfy { $0.rule == "type" && $0.schema.description == "/items/type" })
        #expect(error?.message.hasSuffix("and 47 more") == true)
        #expect(error?.fields["address"] == "Trial subject=1 session=A")
        #expect(try fixture.files() == before)
        try store.save([1, 2], as: trial, at: first)
    }

    @Test("A payload that is not JSON is not what a schema allows")
    func otherFormats() throws {
        try fixture.set("0.2.0", true)
        let error = #expect(throws: StemmaError.self) {
            try store.save([1.5], as: Variable<[Double]>("Trial"), at: first)
        }
        #expect(error?.violations.map(\.rule) == ["payload"])
        let large = [Double](repeating: 1, count: 300_000)
        #expect(throws: StemmaError.self) {
            try store.save(large, as: Variable<[Double]>("Trial"), at: first)
        }
        try fixture.set("0.2.0", true, SchemaOptions(validation: .off))
        try store.save([1.5], as: Variable<[Double]>("Trial"), at: first)
        #expect(try fixture.record().schema == "0.2.0")
    }

    @Test("warn saves and tells, off does not look; the store says what holds where a variable does not")
    func modes() throws {
        let told = Told()
        func opened() throws -> Store {
            var options = StoreFixture.options
            options.report = told.tell
            return try Store.open(store.path, options: options)
        }
        try fixture.set("0.2.0", peaked, SchemaOptions(validation: .warn))
        try opened().save(["peak": -1, "name": 3], as: trial, at: first)
        #expect(told.violations.map(\.violations.count) == [2])
        #expect(try fixture.record().schema == "0.2.0")
        try fixture.set("0.2.0", peaked, SchemaOptions(validation: .off))
        try opened().save(["peak": -2], as: trial, at: first)
        #expect(told.violations.count == 1)

        // The store's own mode.
        let other = Variable<JSONValue>("Other")
        try store.setSchema(peaked, version: version("0.1"), of: "Other")
        #expect(throws: StemmaError.self) { try store.save([], as: other, at: first) }
        var settings = store.settings
        settings.validation = .warn
        try Data(settings.fileContent).write(to: URL(fileURLWithPath: store.path + "/stemma.json"))
        try opened().save([], as: other, at: first)
        #expect(told.violations.count == 2)
    }

    @Test("Formats are remarks, unless it is asked that they hold")
    func formats() throws {
        let schema: JSONValue = ["format": "date"]
        try fixture.set("0.1", schema)
        try store.save("yesterday", as: trial, at: first)
        try fixture.set("0.1", schema, SchemaOptions(assertsFormats: true))
        #expect(throws: StemmaError.self) { try store.save("tomorrow", as: trial, at: first) }
        try store.save("2025-11-25", as: trial, at: first)
    }

    @Test("A schema is seen by what follows in its transaction, and goes with what fails")
    func transactions() throws {
        try fixture.set("0.1.0", true)
        _ = try store.commit("first")
        let before = try fixture.files()
        struct Enough: Error {}
        var (refused, saved) = (false, String?.none)
        #expect(throws: Enough.self) {
            try store.transaction { transaction in
                try transaction.save(["peak": -1], as: trial, at: first)
                try transaction.setSchema(peaked, version: version("0.2.0"), of: "Trial")
                refused = (try? transaction.save(["peak": -1], as: trial, at: second)) == nil
                saved = try transaction.save(["peak": 1], as: trial, at: second).record.schema
                throw Enough()
            }
        }
        #expect(refused && saved == "0.2.0")
        #expect(try fixture.files() == before)
        #expect(try store.status().isClean)
        try store.save(["peak": -1], as: trial, at: first)
        #expect(try fixture.record().schema == "0.1.0")
    }

    @Test("A file that another program changed meanwhile is not overwritten")
    func changedMeanwhile() throws {
        try fixture.set("0.1.0", true)
        let path = store.path + "/variables/Trial/schemas/0.1.0.json"
        let error = #expect(throws: StemmaError.self) {
            try store.transaction { transaction in
                try transaction.setSchema(peaked, version: version("0.1.0"), of: "Trial")
                try "false\n".write(toFile: path, atomically: true, encoding: .utf8)
            }
        }
        #expect(error?.code == .workTreeChanged)
        #expect(try fixture.text("variables/Trial/schemas/0.1.0.json") == "false\n")
        #expect(throws: StemmaError.self) { try store.save(["peak": 1], as: trial, at: first) }
    }

    @Test("A schema file that somebody broke refuses what would be held against it, and fsck names it")
    func broken() throws {
        try fixture.set("0.1.0")
        let path = store.path + "/variables/Trial/schemas/0.1.0.json"
        for (text, isBroken) in [
            ("{", true), (#"{"type":3}"#, true), (##"{"$ref":"#x"}"##, true), ("{}", false),
        ] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let report = try store.check()
            #expect(report.isDamaged == isBroken, "\(text)")
            if isBroken {
                #expect(report.findings.map(\.path) == ["variables/Trial/schemas/0.1.0.json"])
                let error = #expect(throws: StemmaError.self) {
                    try store.save(["peak": 1], as: trial, at: first)
                }
                #expect(error?.code == .invalidSettings)
            }
        }
        try "{}".write(
            toFile: store.path + "/variables/Trial/schemas/0.1.json", atomically: true, encoding: .utf8)
        #expect(try store.check().findings.contains { $0.message.contains("one version") })
        #expect(throws: StemmaError.self) { try store.save(["peak": 1], as: trial, at: first) }
    }
}

@Suite("Payloads that name their own version")
struct VersionFieldTests {
    private let fixture: StoreFixture
    private var store: Store { fixture.store }

    init() throws {
        fixture = try StoreFixture()
        let field = try JSONPointer("/meta/v")
        try fixture.set("0.1.0", ["required": ["old"]])
        try fixture.set("2", peaked, SchemaOptions(versionField: field))
    }

    @Test("The version is read from the payload, and its schema is the one that counts")
    func named() throws {
        try store.save(["old": 1, "meta": ["v": "0.1"]], as: trial, at: first)
        #expect(try fixture.record().schema == "0.1.0")
        try store.save(["peak": 1, "meta": ["v": "2.0"]], as: trial, at: first)
        #expect(try fixture.record().schema == "2")
        try store.save(["peak": 1, "meta": ["v": 2]], as: trial, at: first)
        #expect(try fixture.record().schema == "2")
        let error = #expect(throws: StemmaError.self) {
            try store.save(["peak": 1, "meta": ["v": "0.1.0"]], as: trial, at: first)
        }
        #expect(error?.violations.map(\.rule) == ["required"])
    }

    @Test("A payload that names none is of the legacy version")
    func unnamed() throws {
        try store.save(["x": 1], as: trial, at: first)
        #expect(try fixture.record().schema == nil)
        try fixture.set("2", peaked, SchemaOptions(legacy: version("0.1.0")))
        #expect(throws: StemmaError.self) { try store.save(["x": 1], as: trial, at: second) }
        try store.save(["old": 1], as: trial, at: second)
        #expect(try fixture.record(second).schema == nil, "the legacy version needs no name")
    }

    @Test("One that is unknown, or no version, is refused with the place")
    func refused() throws {
        for (value, code) in [
            ("0.3" as JSONValue, StemmaError.Code.unknownSchemaVersion), ("two", .invalidSchemaVersion),
            (1.5, .invalidSchemaVersion), (.null, .invalidSchemaVersion), (-1, .invalidSchemaVersion),
            ([], .invalidSchemaVersion),
        ] {
            let error = #expect(throws: StemmaError.self) {
                try store.save(["peak": 1, "meta": ["v": value]], as: trial, at: first)
            }
            #expect(error?.code == code, "\(value)")
            #expect(error?.message.contains("/meta/v") == true && error?.fields["pointer"] == "/meta/v")
        }
        #expect(throws: StemmaError.self) { try fixture.record() }
    }

    @Test("The root takes the setting away")
    func removed() throws {
        try fixture.set("2", peaked, SchemaOptions(versionField: .root))
        try store.save(["peak": 1, "meta": ["v": "nonsense"]], as: trial, at: first)
        #expect(try fixture.record().schema == "2")
    }
}

/// A type that says which version it is.
private struct Peak: Codable, SchemaVersioned {
    static let schemaVersion = "0.2.0"
    var peak: Double
}

private struct Wrong: Codable, SchemaVersioned {
    static let schemaVersion = "second"
    var peak: Double
}

@Suite("Swift types that state their version")
struct SchemaVersionedTests {
    private let fixture: StoreFixture
    private var store: Store { fixture.store }
    private let peak = Variable<Peak>("Trial")

    init() throws { fixture = try StoreFixture() }

    @Test("It enters the record where the variable has no schema, and must match where it has one")
    func plain() throws {
        try store.save(Peak(peak: 1), as: peak, at: first)
        #expect(try fixture.record().schema == "0.2.0")
        try fixture.set("0.2")
        try store.save(Peak(peak: 1), as: peak, at: second)
        #expect(try fixture.record(second).schema == "0.2")
        try fixture.set("0.3.0")
        let error = #expect(throws: StemmaError.self) { try store.save(Peak(peak: 2), as: peak, at: second) }
        #expect(error?.code == .schemaVersionMismatch && error?.fields["expected"] == "0.3.0")
        #expect(error?.message.contains("Peak") == true)
        #expect(try fixture.record(second).schema == "0.2")
    }

    @Test("A version that is none is refused")
    func wrong() throws {
        let error = #expect(throws: StemmaError.self) {
            try store.save(Wrong(peak: 1), as: Variable<Wrong>("Trial"), at: first)
        }
        #expect(error?.code == .invalidSchemaVersion)
    }

    @Test("A payload's own field has to say the same")
    func field() throws {
        struct Named: Codable, SchemaVersioned {
            static let schemaVersion = "2"
            var v: String?
        }
        try fixture.set("1", true)
        try fixture.set("2", true, SchemaOptions(versionField: JSONPointer("/v")))
        try store.save(Named(v: "2.0"), as: Variable<Named>("Trial"), at: first)
        #expect(try fixture.record().schema == "2")
        let error = #expect(throws: StemmaError.self) {
            try store.save(Named(v: "1"), as: Variable<Named>("Trial"), at: first)
        }
        #expect(error?.code == .schemaVersionMismatch && error?.fields["pointer"] == "/v")
        // One that names none is of the legacy version, and would be read as that.
        let silent = #expect(throws: StemmaError.self) {
            try store.save(Named(), as: Variable<Named>("Trial"), at: first)
        }
        #expect(silent?.code == .schemaVersionMismatch && silent?.fields["pointer"] == "/v")
        #expect(silent?.fields["schemaVersion"] == "0.0.1" && silent?.fields["expected"] == "2")
        #expect(try fixture.record().schema == "2")
    }

    @Test("The output of a call bears it in its lineage, and so does a record that is saved from a hit")
    func outputs() throws {
        let counter = RunCounter()
        let find = Thunk("find", version: "1", parameters: ["x"]) { (x: Double) in
            counter.up()
            return Peak(peak: x)
        }
        try store.save(store.call(find, 3.0), as: peak, at: first)
        #expect(try fixture.record().schema == "0.2.0")
        let lineage = try #require(try fixture.record().lineage)
        let blob = String(decoding: try store.metadata(lineage), as: UTF8.self)
        #expect(blob.contains(#""schema":"0.2.0""#))
        try fixture.set("0.2.0")
        try store.save(store.call(find, 3.0), as: peak, at: second)
        #expect(try fixture.record(second).schema == "0.2.0" && counter.count == 1)
        #expect(try store.check(deep: true).findings.isEmpty)
        let negative = try store.call(find, -3.0)
        #expect(throws: StemmaError.self) { try store.save(negative, as: peak, at: first) }
    }
}
