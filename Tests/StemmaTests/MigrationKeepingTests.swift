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

    /// What the calls of the trials are known by, as they are now; those that are new are made, and recorded.
    private func calls(_ store: Store? = nil) throws -> [Digest] {
        let store = store ?? self.store
        let invocations = try (1...3).map { subject in
            let trial = try store.load(migrations.trial, at: migrations.keys(subject))
            let result = try store.call(measure, trial)
            try store.save(result, as: Variable<Double>("Members"), at: migrations.keys(subject))
            return try #require(result.invocation)
        }
        _ = try store.commit("calls")
        return invocations
    }

    @Test("A step that keeps nothing makes calls anew, also where it gives what the record was once before")
    func again() throws {
        let old = try calls()
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.keepsDownstream = true }
        try migrations.migrate(MigrationFixture.second, to: "0.2.0") { $0.keepsDownstream = true }
        #expect(try calls() == old)
        try migrations.migrate(to: "0.1.0") { $0.keepsDownstream = true }
        try migrations.migrate(to: "0.2.0")
        #expect(try migrations.record(1).standsFor.isEmpty)
        #expect(try Set(calls()).isDisjoint(with: old))
    }

    private func stale() throws -> Int { try store.staleRecords().reduce(0) { $0 + $1.count } }

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
        #expect(try migrations.record(1).standsFor.isEmpty && calls() == between)
        try migrations.migrate(to: "0.0.1")
        #expect(try migrations.record(1).standsFor.isEmpty && calls() == old)
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
        #expect(try migrations.record(1).standsFor.isEmpty && calls() == new)
        try migrations.migrate(to: "0.0.1")
        #expect(try migrations.record(1).standsFor.isEmpty && calls() == old)
    }

    @Test(
        "What calls have made of the new form is not taken for what they make of the old one",
        arguments: [false, true])
    func reverted(isLazy: Bool) throws {
        let old = try calls()
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") {
            $0.isLazy = isLazy
            $0.keepsDownstream = true
        }
        let commit = try migrations.fixture.git("rev-parse", "HEAD")
        #expect(try calls() == old)
        let look = Thunk<JSONValue, JSONValue>("look", version: "1", parameters: ["trial"]) { $0 }
        func looked() throws -> JSONValue {
            let trial = try store.load(migrations.trial, at: migrations.keys(1))
            let result = try store.call(look, trial)
            try store.save(result, as: Variable<JSONValue>("Seen"), at: migrations.keys(1))
            _ = try store.commit("looked")
            return try result.value
        }
        #expect(try looked() == ["start": 1, "label": "go"])
        #expect(try stale() == 0)
        _ = try store.revert(commit)
        #expect(try calls() == old)
        #expect(try stale() == 1)
        #expect(try looked() == ["onset": 1, "label": "go"])
        #expect(try stale() == 0)
        // Both are known from now on.
        _ = try store.revert("HEAD~1")
        #expect(try looked() == ["start": 1, "label": "go"] && calls() == old)
    }

    @Test(
        "What another record gave that is now the same does not take the place of what a record gave itself")
    func own() throws {
        let look = Thunk<JSONValue, JSONValue>("look", version: "1", parameters: ["trial"]) { $0 }
        func seen(_ subject: Int) throws -> JSONValue {
            let result = try store.call(look, store.load(migrations.trial, at: migrations.keys(subject)))
            try store.save(result, as: Variable<JSONValue>("Seen"), at: migrations.keys(subject))
            _ = try store.commit("looked")
            return try result.value
        }
        #expect(try seen(1) == ["onset": 1, "label": "go"])
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") { $0.keepsDownstream = true }
        try migrations.save(["start": 1, "label": "go"], 7)
        #expect(try seen(7) == ["start": 1, "label": "go"])
        #expect(try seen(1) == ["onset": 1, "label": "go"])
        #expect(try store.status().isClean && stale() == 0)
        // What never was called itself is answered by any.
        try migrations.save(["start": 1, "label": "go"], 8)
        #expect(try seen(8) == ["start": 1, "label": "go"])
    }

    @Test("One after another that all keep go on with what was made at any of them", arguments: ways)
    func keepsAll(isLazy: [Bool]) throws {
        let result = Variable<Double>("Members")
        func measured(_ subject: Int) throws -> Bool {
            let trial = try store.load(migrations.trial, at: migrations.keys(subject))
            let call = try store.call(measure, trial)
            try store.save(call, as: result, at: migrations.keys(subject))
            _ = try store.commit("calls")
            return call.isFromStore
        }
        #expect(try !measured(1))
        try migrations.migrate(MigrationFixture.first, to: "0.1.0") {
            $0.isLazy = isLazy[0]
            $0.keepsDownstream = true
        }
        #expect(try measured(1) && !measured(2))
        try migrations.migrate(MigrationFixture.second, to: "0.2.0") {
            $0.isLazy = isLazy[1]
            $0.keepsDownstream = true
        }
        #expect(try measured(1) && measured(2) && !measured(3))
        try migrations.migrate(to: "0.1.0")
        #expect(try measured(1) && measured(2))
        try migrations.migrate(to: "0.0.1")
        #expect(try measured(1) && !measured(2))
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
        #expect(try calls() == new && migrations.record(1).standsFor.isEmpty)
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
