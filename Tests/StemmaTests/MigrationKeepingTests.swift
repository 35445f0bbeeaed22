import StemmaRecords
import TestSupport
import Testing

@testable import Stemma

/// Two migrations of which only one keeps what is downstream, each made at once or put off.
@Suite("Migrations of which only some keep what is downstream")
struct MigrationKeepingTests {
    private let migrations: MigrationFixture
    private var store: Store { migrations.store }

    init() throws { migrations = try MigrationFixture() }

    /// What is in any form of a trial.
    private let measure = Thunk<JSONValue, Double>("measure", version: "1", parameters: ["trial"]) { trial in
        guard case .object(let members) = trial else { return -1 }
        return Double(members.count)
    }

    /// What the calls of the trials are known by, as they are now.
    private func calls(_ store: Store? = nil) throws -> [Digest] {
        let store = store ?? self.store
        return try (1...3).map { subject in
            let trial = try store.load(migrations.trial, at: migrations.keys(subject))
            return try #require(try store.call(measure, trial).invocation)
        }
    }

    private static let third = """
        {"from": "0.2.0", "to": "0.3.0", "up": [{"op": "rename", "at": "/cue", "to": "sign"}]}
        """

    static let ways = [[false, false], [false, true], [true, false], [true, true]]

    @Test(
        "Those that keep go on with what the one before them has given, and with nothing older",
        arguments: ways)
    func losesFirst(isLazy: [Bool]) throws {
        let old = try calls()
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = isLazy[0] }
        let between = try calls()
        #expect(Set(between).isDisjoint(with: old))
        for (definition, version) in [(MigrationFixture.second, "0.2.0"), (Self.third, "0.3.0")] {
            try migrations.migrate(definition, to: version) {
                $0.isLazy = isLazy[1]
                $0.keepsDownstream = true
            }
            #expect(try calls() == between && calls(migrations.fixture.reopened()) == between)
        }
        _ = try store.rewrite(migrations.name)
        #expect(try migrations.record(1).schema == "0.3.0" && calls() == between)
        // Back to where what is kept begins, and then further: there it is what it was.
        try migrations.migrate(to: "0.1.0")
        #expect(try migrations.record(1).standsFor == nil && calls() == between)
        try migrations.migrate(to: "0.0.1")
        #expect(try migrations.record(1).standsFor == nil && calls() == old)
    }

    @Test("What was kept before one that does not keep is let go of with it", arguments: ways)
    func losesLast(isLazy: [Bool]) throws {
        let old = try calls()
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") {
            $0.isLazy = isLazy[0]
            $0.keepsDownstream = true
        }
        #expect(try calls() == old)
        try migrations.migrate(MigrationFixture.second, to: "0.2.0") { $0.isLazy = isLazy[1] }
        let new = try calls()
        #expect(Set(new).isDisjoint(with: old))
        _ = try store.rewrite(migrations.name)
        #expect(try migrations.record(1).standsFor == nil && calls() == new)
        try migrations.migrate(to: "0.0.1")
        #expect(try migrations.record(1).standsFor == nil && calls() == old)
    }

    @Test("A step that keeps and leads past one that does not brings nothing back", arguments: [false, true])
    func shortcut(isLazy: Bool) throws {
        let old = try calls()
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        let between = try calls()
        let short = """
            {"from": "0.0.1", "to": "0.2.0", "up": [{"op": "rename", "at": "/onset", "to": "start"},
             {"op": "rename", "at": "/label", "to": "cue"}]}
            """
        let report = try migrations.migrate(short, MigrationFixture.second, to: "0.2.0") {
            $0.isLazy = isLazy
            $0.keepsDownstream = true
        }
        #expect(report.routes.map(\.path.description) == ["0.0.1 -> 0.2.0"])
        let new = try calls()
        #expect(Set(new).isDisjoint(with: old) && Set(new).isDisjoint(with: between))
        _ = try store.rewrite(migrations.name)
        #expect(try calls() == new && migrations.record(1).standsFor == nil)
    }

    @Test("So it is behind a step that is put off and before one that is a program")
    func program() throws {
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        let between = try calls()
        try migrations.migrate(
            #"{"from": "0.1.0", "to": "0.2.0", "up": {"program": "sed s/label/cue/"}}"#, to: "0.2.0"
        ) {
            $0.keepsDownstream = true
            $0.surroundings = ProgramSurroundings(
                directory: migrations.fixture.git.directory, environment: ["PATH": "/usr/bin:/bin"])
        }
        #expect(try migrations.value(2) == ["start": 2, "cue": "go"])
        #expect(try calls() == between)
    }

    @Test("Records that were left behind go by what was said of each step when the variable went through it")
    func leftBehind() throws {
        let old = try migrations.record(2)
        try migrations.migrate(MigrationFixture.first, to: "0.1.0")
        let between = try calls()
        // As it comes with a merge.
        try store.transaction { try $0.put(old) }
        try migrations.commit("merged")
        #expect(try calls() == between)
        try migrations.migrate(MigrationFixture.second, to: "0.2.0") { $0.keepsDownstream = true }
        #expect(try migrations.record(2).migratedFrom == ["0.0.1", "0.1.0"] && calls() == between)
    }
}
