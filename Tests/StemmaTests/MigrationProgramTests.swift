import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Migrations by programs over the records of a variable")
struct MigrationProgramTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private func definition(_ words: [String], from: String = "0.0.1", to: String = "0.1.0") -> String {
        let up: JSONValue = ["program": .array(words.map(JSONValue.string))]
        return (["from": .string(from), "to": .string(to), "up": up] as JSONValue).description
    }

    private func run(_ options: inout MigrationOptions) {
        options.surroundings = ProgramSurroundings(
            directory: fixture.fixture.git.directory, environment: ["PATH": "/usr/bin:/bin"])
    }

    /// Migrates, and expects that this fails and changes nothing.
    private func failure(_ definitions: String..., to version: String = "0.1.0") throws -> StemmaError? {
        let before = try fixture.fixture.files()
        let error = #expect(throws: StemmaError.self) {
            var options = MigrationOptions()
            options.definitions = try definitions.map { try MigrationDefinition(JSONParser.parse($0)) }
            options.skipsInvalid = true
            run(&options)
            _ = try fixture.store.migrate(fixture.name, to: SchemaVersion(version), options: options)
        }
        #expect(try fixture.fixture.files() == before)
        return error
    }

    @Test("A program is one step among others: each value goes through all of them, in order")
    func steps() throws {
        let second = """
            {"from": "0.1.0", "to": "0.2.0", "up": [{"op": "rename", "at": "/start", "to": "begin"}]}
            """
        try fixture.save(["onset": 9, "label": "late"], 9)
        _ = try fixture.store.commit("more")
        let report = try fixture.migrate(
            definition(["sed", "s/onset/start/"]), second,
            definition(["sed", "s/begin/first/"], from: "0.2.0", to: "0.3.0"), to: "0.3.0", run)
        #expect(report.isApplied && report.migrated == 4)
        #expect(try fixture.value(2) == ["first": 2, "label": "go"])
        #expect(try fixture.value(9) == ["first": 9, "label": "late"])
        #expect(try fixture.record(2).migratedFrom == ["0.0.1", "0.1.0", "0.2.0"])
    }

    @Test("More values than are read together are answered each with its own")
    func many() throws {
        try fixture.store.transaction { transaction in
            for subject in 10..<9000 {
                try transaction.save(
                    ["onset": .number(Double(subject))], as: fixture.trial, at: fixture.keys(subject))
            }
        }
        _ = try fixture.store.commit("many")
        let report = try fixture.migrate(definition(["sed", "s/onset/start/"]), to: "0.1.0", run)
        #expect(report.migrated == 8993)
        for subject in [10, 4096, 4105, 8999] {
            #expect(try fixture.value(subject) == ["start": .number(Double(subject))])
        }
    }

    @Test(
        "A program that fails, or answers too little or too much, changes nothing, whatever is to be passed over"
    )
    func failing() throws {
        #expect(try failure(definition(["sh", "-c", "cat; exit 3"]))?.code == .programFailed)
        #expect(try failure(definition(["head", "-n", "2"]))?.code == .invalidAnswer)
        #expect(try failure(definition(["sed", "p"]))?.code == .invalidAnswer)
        #expect(try failure(definition(["no-such-program"]))?.code == .programNotFound)
    }

    @Test("Values that fail before a program are not handed to it, and what it answers is validated")
    func validated() throws {
        try fixture.save(["label": "stop"], 2)
        _ = try fixture.store.commit("one without an onset")
        try fixture.store.setSchema(["required": ["onset"]], version: .legacy, of: fixture.name)
        try fixture.store.setSchema(
            ["properties": ["start": ["maximum": 2]]], version: SchemaVersion("0.1.0"), of: fixture.name)
        _ = try fixture.store.commit("schemas")
        let up = definition(["sed", "s/onset/start/"])
        let report = try fixture.migrate(up, to: "0.1.0") { options in
            options.skipsInvalid = true
            run(&options)
        }
        #expect(report.migrated == 1 && report.failed == 2)
        #expect(report.failures.map { $0.error.fields["pointer"] } == ["", "/start"])
        #expect(report.failures.map { $0.error.fields["rule"] } == ["required", "maximum"])
        #expect(try fixture.record(1).schema == "0.1.0" && fixture.record(2).schema == nil)
    }

    @Test("A program runs only where it is said where, and a stored one only when it is allowed")
    func allowed() throws {
        let up = definition(["sed", "s/onset/start/"])
        #expect(throws: StemmaError.self) { try fixture.migrate(up, to: "0.1.0") }
        try fixture.store.add(MigrationDefinition(JSONParser.parse(up)), of: fixture.name)
        try fixture.commit("stored")
        let next = definition(["sed", "s/label/cue/"], from: "0.1.0", to: "0.2.0")
        // One that is handed in runs what it says, and makes no other one run.
        for allowed in [["awk"], ["sed s/label/cue/"], []] {
            let error = #expect(throws: StemmaError.self) {
                try fixture.migrate(next, to: "0.2.0") { options in
                    run(&options)
                    options.allowedPrograms = Set(allowed)
                }
            }
            #expect(error?.code == .programNotAllowed && error?.fields["program"] == "sed")
            #expect(error?.fields["step"] == "0.0.1 -> 0.1.0")
        }
        for allowed in ["sed", "sed s/onset/start/"] {
            let report = try fixture.migrate(to: "0.1.0") { options in
                run(&options)
                options.allowedPrograms = [allowed]
                options.isDryRun = allowed == "sed"
            }
            #expect(report.migrated == 3)
        }
        let report = try fixture.migrate(next, to: "0.2.0") { options in
            run(&options)
            options.allowedPrograms = []
        }
        #expect(try report.isApplied && fixture.value(1) == ["start": 1, "cue": "go"])
    }

    @Test("Who stops a migration finds everything as it was")
    func stopped() throws {
        let before = try fixture.fixture.files()
        let error = #expect(throws: StemmaError.self) {
            try fixture.migrate(definition(["sleep", "60"]), to: "0.1.0") { options in
                run(&options)
                options.isStopped = { true }
            }
        }
        #expect(error?.code.rawValue == "interrupted")
        #expect(try fixture.fixture.files() == before)
    }
}
