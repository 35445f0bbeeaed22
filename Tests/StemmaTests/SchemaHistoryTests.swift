import Foundation
import Stemma
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

private let trial = Variable<JSONValue>("Trial")
private let first: Keys = ["subject": 1, "session": "A"]
private let peaked: JSONValue = ["type": "object", "properties": ["peak": ["type": "number"]]]

@Suite("Schemas in history")
struct SchemaHistoryTests {
    private let fixture: StoreFixture
    private var store: Store { fixture.store }
    private let schemaFile = "variables/Trial/schemas/0.2.0.json"
    private let settingsFile = "variables/Trial/variable.json"

    init() throws {
        fixture = try StoreFixture()
        try store.save(["peak": 1], as: trial, at: first)
        _ = try store.commit("records")
    }

    private func set(
        _ text: String, _ document: JSONValue = peaked, _ options: SchemaOptions = SchemaOptions()
    ) throws {
        try store.setSchema(document, version: SchemaVersion(text), of: "Trial", options: options)
    }

    private func tree(_ revision: String = "HEAD") throws -> String {
        try fixture.git("rev-parse", "\(revision)^{tree}")
    }

    @Test("status and diff name the files, a commit has them, log shows it, and views of it read them")
    func everywhere() throws {
        try set("0.2.0")
        #expect(try store.status().files == [schemaFile, settingsFile])
        #expect(try !store.status().isClean)
        let difference = try store.difference(from: store.head(), to: store.workTree)
        #expect(
            difference.files.map { "\($0.status.rawValue) \($0.path)" } == [
                "added \(schemaFile)", "changed \(settingsFile)",
            ])
        #expect(difference.isEmpty)
        let commit = try #require(try store.commit("schema"))
        #expect(commit.files == 2 && commit.changed == 0)
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try store.snapshot("HEAD").schema(of: "Trial").document == peaked)
        #expect(try store.snapshot("HEAD").variables().map { $0.schema?.description } == ["0.2.0"])
        #expect(try store.snapshot("HEAD~1").schemas(of: "Trial").isEmpty)
        var subjects: [String] = []
        try store.log(variable: "Trial") {
            subjects.append($0.subject); return true
        }
        #expect(subjects == ["schema", "records"])
        #expect(
            try store.difference(from: store.snapshot("HEAD~1"), to: store.snapshot("HEAD")).files.count == 2)
    }

    @Test("A revert takes a schema back as git revert does, and its own revert restores every byte")
    func revert() throws {
        try set("0.2.0", peaked, SchemaOptions(validation: .warn))
        _ = try store.commit("schema")
        let (before, after) = (try tree("HEAD~1"), try tree())
        _ = try store.revert("HEAD")
        #expect(try tree() == before)
        #expect(!FileManager.default.fileExists(atPath: "\(store.path)/variables/Trial/schemas"))
        try store.save("anything", as: trial, at: first)
        #expect(try store.workTree.record(at: Address(variable: "Trial", keys: first)).schema == nil)
        try store.save(["peak": 1], as: trial, at: first)
        _ = try store.revert("HEAD")
        #expect(try tree() == after)
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try store.workTree.schema(of: "Trial").document == peaked)
    }

    @Test("A revert keeps what was set since, member by member; what was set again is a conflict")
    func conflicts() throws {
        try set("0.2.0", peaked, SchemaOptions(validation: .warn))
        _ = try store.commit("schema")
        try set("0.2.0", peaked, SchemaOptions(versionField: JSONPointer("/v")))
        _ = try store.commit("field")
        _ = try store.revert("HEAD~1")
        let settings = try String(contentsOfFile: "\(store.path)/\(settingsFile)", encoding: .utf8)
        #expect(settings.contains(#""versionField": "/v""#) && !settings.contains("validation"))

        _ = try store.revert("HEAD")
        try set("0.2.0", true, SchemaOptions(validation: .off))
        _ = try store.commit("another")
        let head = try tree()
        let found = #expect(throws: RevertConflicts.self) { try store.revert("HEAD~4") }
        #expect(
            found?.files.map { "\($0.path) \($0.member ?? "")" } == [
                "\(schemaFile) ", "\(settingsFile) validation",
            ])
        #expect(found?.error.message.contains("validation") == true)
        #expect(try tree() == head && store.status().isClean)
        _ = try store.revert("HEAD~4", side: .ours)
        #expect(try store.workTree.schemas(of: "Trial").map(\.document) == [true])
        _ = try store.revert("HEAD")
        _ = try store.revert("HEAD~6", side: .theirs)
        #expect(try store.workTree.schemas(of: "Trial").isEmpty)
    }

    @Test("The revert of what made a variable takes all of it away, unless somebody has used it since")
    func newVariable() throws {
        let other = Variable<JSONValue>("Other")
        let before = try tree()
        try store.transaction { transaction in
            try transaction.setSchema(peaked, version: SchemaVersion("0.1"), of: "Other")
            try transaction.save(["peak": 1], as: other, at: first)
        }
        _ = try store.commit("other")
        _ = try store.revert("HEAD")
        #expect(try tree() == before)
        #expect(try store.workTree.variables().map(\.name) == ["Trial"])
        #expect(try fixture.git("status", "--porcelain") == "")
        #expect(try store.check(deep: true).findings.isEmpty)
        _ = try store.revert("HEAD")
        #expect(try store.load(other, at: first).value == ["peak": 1])
        try store.save(["peak": 2], as: other, at: ["subject": 2, "session": "A"])
        _ = try store.commit("more")
        // What was saved since is of a version that nothing leads down from.
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~1") }
        #expect(error?.code == .newerRecords && error?.fields["count"] == "1")
        _ = try store.revert("HEAD~1", newer: .kept)
        #expect(try store.workTree.variables().map(\.name) == ["Other", "Trial"])
        #expect(try store.workTree.schemas(of: "Other").isEmpty)
        #expect(try store.load(other, at: ["subject": 2, "session": "A"]).value == ["peak": 2])
    }

    @Test("A schema file that somebody deletes is gone with the next commit; settings come back")
    func deleted() throws {
        try set("0.2.0")
        _ = try store.commit("schema")
        try FileManager.default.removeItem(atPath: "\(store.path)/\(schemaFile)")
        #expect(try store.status().files == [schemaFile])
        _ = try store.commit("without")
        #expect(try fixture.git("ls-files", "results/variables") == "results/\(settingsFile)")
        #expect(try store.check().findings.isEmpty, "a version may have no document")
        try store.save("anything", as: trial, at: first)
        #expect(try store.workTree.record(at: Address(variable: "Trial", keys: first)).schema == "0.2.0")
    }

    @Test("Branches that set schemas of different versions merge by the line, in git's own way")
    func merge() throws {
        try set("0.2.0")
        _ = try store.commit("schema")
        try fixture.git("checkout", "-q", "-b", "side")
        try store.setSchema(true, version: SchemaVersion("0.1.0"), of: "Trial")
        _ = try store.commit("older")
        try fixture.git("checkout", "-q", "-")
        try set("0.2.0", peaked, SchemaOptions(validation: .warn))
        _ = try store.commit("warn")
        try fixture.git("merge", "-q", "-m", "merge", "side")
        #expect(try store.workTree.schemas(of: "Trial").map(\.version.description) == ["0.1.0", "0.2.0"])
        #expect(try store.check().findings.isEmpty)
    }
}

@Suite("A process that dies while a schema is set")
struct SchemaCrashTests {
    private static func filled() throws -> StoreFixture {
        let fixture = try StoreFixture()
        try fixture.store.save(["peak": 1], as: trial, at: first)
        try fixture.store.setSchema(true, version: SchemaVersion("0.1.0"), of: "Trial")
        _ = try fixture.store.commit("filled")
        return fixture
    }

    /// Two files and a record, all of it or nothing.
    private static func change(_ store: Store) throws {
        try store.transaction { transaction in
            try transaction.setSchema(peaked, version: SchemaVersion("0.2.0"), of: "Trial")
            try transaction.save(["peak": 2], as: trial, at: first)
        }
    }

    private static func state(_ store: Store) throws -> String {
        // Finishes what is left, also where a process that another test has just started still holds the lock.
        try store.transaction { _ in }
        let record = try store.workTree.record(at: Address(variable: "Trial", keys: first))
        let versions = try store.workTree.schemas(of: "Trial").map {
            "\($0.version)\($0.isCurrent ? "*" : "")"
        }
        return
            "\(record.schema ?? "-") \(try store.load(trial, at: first).value) \(versions.joined(separator: " "))"
    }

    @Test("The state before or the state after, wherever it happens", arguments: [0, 1])
    func everyCall(kind: Int) throws {
        let fault: FaultInjector.Fault = kind == 0 ? .crash : .diskFull
        let model = try Self.filled()
        let before = try Self.state(model.store)
        let (result, calls) = FileSystem.faults.run(under: model.store.path) { try Self.change(model.store) }
        try result.get()
        let after = try Self.state(model.reopened())
        #expect(before != after && after == #"0.2.0 {"peak":2} 0.1.0 0.2.0*"#)
        for call in 1...calls {
            let fixture = try Self.filled()
            let store = try fixture.reopened()
            let (result, _) = FileSystem.faults.run(under: store.path, failing: call, with: fault) {
                try Self.change(store)
            }
            let state = try Self.state(fixture.reopened())
            switch result {
            case .success: #expect(state == after, "call \(call) of \(calls)")
            case .failure where kind == 1: #expect(state == before, "call \(call) of \(calls)")
            case .failure: #expect(state == before || state == after, "call \(call) of \(calls)")
            }
            let again = try fixture.reopened()
            #expect(try again.check(deep: true).findings.isEmpty, "call \(call) of \(calls)")
            try again.save(["peak": 9], as: trial, at: first)
            _ = try again.commit("after")
            #expect(try fixture.git("status", "--porcelain") == "", "call \(call) of \(calls)")
        }
    }

    @Test("What cannot be finished, since somebody changed the schema meanwhile, is set aside and told of")
    func setAside() throws {
        var wasSetAside = false
        for call in 1... {
            let fixture = try Self.filled()
            let store = try fixture.reopened()
            let (result, _) = FileSystem.faults.run(under: store.path, failing: call, with: .crash) {
                try Self.change(store)
            }
            if case .success = result { break }
            guard FileManager.default.fileExists(atPath: store.path + "/local/journal") else { continue }
            let file = store.path + "/variables/Trial/variable.json"
            try (String(contentsOfFile: file, encoding: .utf8) + "\n").write(
                toFile: file, atomically: true, encoding: .utf8)
            let again = try fixture.reopened()
            try again.transaction { _ in }
            #expect(!FileManager.default.fileExists(atPath: store.path + "/local/journal"))
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasSuffix("\n\n"), "it stays as it is")
            if try !again.status().unfinished.isEmpty { wasSetAside = true }
            try again.save(["peak": 9], as: trial, at: first)
        }
        #expect(wasSetAside)
    }

    @Test("A journal of the release before, which has the settings of new variables, is finished")
    func olderJournal() throws {
        let fixture = try StoreFixture()
        let journal = #"""
            {"format":1,"head":null}
            {"settings":"{\n  \"format\": \"json\",\n  \"partition\": []\n}\n","variable":"Later"}

            """#
        try journal.write(toFile: fixture.store.path + "/local/journal", atomically: true, encoding: .utf8)
        #expect(try fixture.reopened().workTree.variables().map(\.name) == ["Later"])
    }
}
