import Foundation
import Stemma
import StemmaRecords
import TestSupport
import Testing

@Suite("Reverting migrations among others")
struct RevertLadderTests {
    private let fixture: MigrationFixture

    init() throws { fixture = try MigrationFixture() }

    private var store: Store { fixture.store }
    private var git: Git { fixture.fixture.git }

    private static let other = """
        {"from": "0.0.1", "to": "0.3.0", "up": [{"op": "rename", "at": "/onset", "to": "begin"}]}
        """
    private static let further = """
        {"from": "0.1.0", "to": "0.3.0", "up": [{"op": "rename", "at": "/start", "to": "begin"}]}
        """

    /// Expects that a later migration stands in the way, by its name, and that nothing is changed.
    private func expectLater(_ revision: String, _ steps: String) throws {
        let before = try fixture.fixture.files()
        let error = #expect(throws: StemmaError.self) { try store.revert(revision) }
        #expect(error?.code == .laterMigration, "\(String(describing: error))")
        #expect(error?.message.contains(steps) == true, "\(String(describing: error))")
        #expect(try fixture.fixture.files() == before)
    }

    @Test("The way back to an older version is not undone below a later migration")
    func stepBack() throws {
        try fixture.migrate(MigrationFixture.first, MigrationFixture.second, to: "0.2.0")
        try fixture.migrate(to: "0.1.0")
        let tree = try fixture.tree()
        try fixture.migrate(Self.further, to: "0.3.0")
        try expectLater("HEAD~1", "0.1.0 to 0.3.0")
        _ = try store.revert("HEAD")
        #expect(try fixture.tree() == tree)
        _ = try store.revert("HEAD~2")
        #expect(try fixture.tree() == fixture.tree("HEAD~4"))
        #expect(try fixture.value(1) == ["start": 1, "cue": "go"])
    }

    @Test("Nor is the step back once the same migration was made again")
    func madeAgain() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try fixture.migrate(to: "0.0.1")
        try fixture.migrate(to: "0.1.0")
        try expectLater("HEAD~1", "0.0.1 to 0.1.0")
    }

    @Test("Nor is what gave records the form that they were read in")
    func rewrite() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        _ = try store.rewrite("Trial")
        try fixture.migrate(MigrationFixture.second, to: "0.2.0")
        try expectLater("HEAD~1", "0.1.0 to 0.2.0")
        _ = try store.revert("HEAD")
        _ = try store.revert("HEAD~2")
        #expect(try fixture.tree() == fixture.tree("HEAD~4"))
    }

    @Test("Nor is the revert of a migration")
    func revertOfRevert() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        _ = try store.revert("HEAD")
        try fixture.migrate(Self.other, to: "0.3.0")
        try expectLater("HEAD~1", "0.0.1 to 0.3.0")
    }

    @Test("With new records on top, the revert of the revert restores every byte", arguments: [false, true])
    func everyByte(isLazy: Bool) throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = isLazy }
        try fixture.save(["start": 4, "label": "stop"], 4)
        try fixture.save(["start": 22, "label": "go"], 2)
        try fixture.commit("a week of new records")
        let later = try fixture.tree()
        _ = try store.revert("HEAD~1")
        #expect(try fixture.tree() != later)
        _ = try store.revert("HEAD")
        #expect(try fixture.tree() == later)
    }

    @Test("Records that stayed at a version that is gone are counted, and can stay again")
    func keptNewer() throws {
        let oneWay = MigrationFixture.oneWay.replacing("0.1.0", with: "0.2.0").replacing(
            "0.0.1", with: "0.1.0")
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try fixture.migrate(oneWay, to: "0.2.0")
        try fixture.save(["start": 4, "label": "x"], 4)
        try fixture.commit("under 0.2.0")
        _ = try store.revert("HEAD~1", newer: .kept)
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~3") }
        #expect(error?.code == .newerRecords && error?.fields["count"] == "1", "\(String(describing: error))")
        _ = try store.revert("HEAD~3", newer: .kept)
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        #expect(try fixture.record(4).schema == "0.2.0")
    }

    @Test("Or go down all the way, if there is one")
    func keptWithWayDown() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try fixture.migrate(MigrationFixture.second, to: "0.2.0")
        try fixture.save(["start": 4, "cue": "go"], 4)
        try fixture.commit("under 0.2.0")
        _ = try store.revert("HEAD~1", newer: .kept)
        #expect(try fixture.record(4).schema == "0.2.0")
        _ = try store.revert("HEAD~3")
        #expect(try fixture.value(4) == ["onset": 4, "label": "go"])
        #expect(try fixture.record(4).schema == nil)
    }

    /// Has the stored migration say something else, as a commit of git's.
    private func changeDefinition() throws {
        let path = store.path + "/variables/Trial/migrations/0.0.1--0.1.0.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "start", with: "begin").write(
            toFile: path, atomically: true, encoding: .utf8)
        try git("commit", "-qam", "changed by hand")
    }

    @Test("A definition that was changed since is a conflict of that file, and a side decides")
    func changedDefinition() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try changeDefinition()
        let conflicts = #expect(throws: RevertConflicts.self) { try store.revert("HEAD~1") }
        #expect(conflicts?.files.map(\.path) == ["variables/Trial/migrations/0.0.1--0.1.0.json"])
        _ = try store.revert("HEAD~1", side: .theirs)
        #expect(try fixture.tree() == fixture.tree("HEAD~3"))
    }

    @Test("It takes nothing down; what is newer can stay")
    func changedWayDown() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        try fixture.save(["start": 4, "label": "go"], 4)
        try fixture.commit("under 0.1.0")
        try changeDefinition()
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~2", side: .theirs) }
        #expect(error?.code == .newerRecords && error?.fields["count"] == "1", "\(String(describing: error))")
        #expect(error?.message.contains("was changed after it was applied") == true)
        _ = try store.revert("HEAD~2", side: .theirs, newer: .kept)
        #expect(try fixture.value(1) == ["onset": 1, "label": "go"])
        #expect(try fixture.record(4).schema == "0.1.0")
    }

    @Test("Where it is not said where programs run, the hint is the revert's")
    func noSurroundings() throws {
        let program = """
            {"from": "0.0.1", "to": "0.1.0",
             "up": {"program": "sed s/onset/start/"}, "down": {"program": "sed s/start/onset/"}}
            """
        try fixture.migrate(program, to: "0.1.0") {
            $0.surroundings = ProgramSurroundings(
                directory: fixture.fixture.git.directory, environment: ["PATH": "/usr/bin:/bin"])
        }
        try fixture.save(["start": 4, "label": "go"], 4)
        try fixture.commit("under 0.1.0")
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~1") }
        #expect(error?.code == .noSurroundings && error?.hint?.contains("NewerRecords.takenDown") == true)
    }

    @Test("After the variable was renamed, all of it is undone under its new name, and back")
    func renamed() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        _ = try store.rename(variable: "Trial", to: "Run")
        let run = Variable<JSONValue>("Run")
        try store.save(["start": 4, "label": "go"], as: run, at: fixture.keys(4))
        try fixture.commit("a new record")
        let later = try fixture.tree()
        _ = try #require(try store.revert("HEAD~2"))
        #expect(try store.workTree.variables().map(\.name) == ["Run"])
        for subject in 1...4 {
            let value = try store.load(run, at: fixture.keys(subject)).value
            #expect(value == ["onset": .number(Double(subject)), "label": "go"])
        }
        #expect(try store.migrationStatus(of: "Run").current == SchemaVersion("0.0.1"))
        #expect(try store.check(deep: true).findings.isEmpty && store.status().isClean)
        _ = try store.revert("HEAD")
        #expect(try fixture.tree() == later)
        // A later migration is known by the new name, too.
        var options = MigrationOptions()
        options.definitions = [try MigrationDefinition(JSONParser.parse(MigrationFixture.second))]
        _ = try store.migrate("Run", to: SchemaVersion("0.2.0"), options: options)
        let error = #expect(throws: StemmaError.self) { try store.revert("HEAD~5") }
        #expect(error?.code == .laterMigration && error?.message.contains("Run went") == true)
    }

    @Test("A backfill is undone under the new name")
    func renamedAfterBackfill() throws {
        _ = try store.backfill("Trial", setting: ["rig": 2])
        _ = try store.rename(variable: "Trial", to: "Run")
        _ = try store.revert("HEAD~1")
        #expect(try store.workTree.variables().map(\.name) == ["Run"])
        #expect(try store.workTree.versions(of: "Run") == [[:]])
    }
}
