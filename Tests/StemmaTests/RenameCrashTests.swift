import Stemma
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("A rename that fails, or whose process dies")
struct RenameCrashTests {
    private static let double = Thunk<JSONValue, JSONValue>("double", version: "1", parameters: ["trial"]) {
        $0
    }

    private func fixture() throws -> (fixture: MigrationFixture, store: Store) {
        let fixture = try MigrationFixture()
        let result = try fixture.store.call(
            Self.double, fixture.store.load(fixture.trial, at: fixture.keys(1)))
        try fixture.store.save(result, as: Variable<JSONValue>("Copy"), at: fixture.keys(1))
        try fixture.commit("a call")
        return (fixture, try fixture.fixture.reopened())
    }

    private func rename(_ store: Store, _ isFunction: Bool) throws -> CommitResult? {
        isFunction
            ? try store.rename(function: "double", to: "twice")
            : try store.rename(variable: "Trial", to: "Run")
    }

    /// What everything is called now.
    private func state(_ store: Store) throws -> [String] {
        let copy = try store.load(Variable<JSONValue>("Copy"), at: ["subject": 1, "session": "A"])
        let function = try #require(try store.lineage(of: copy)?.function)
        return try store.workTree.variables().map(\.name) + [function]
    }

    @Test(
        "Leaves nothing or all of it at any writing call, and the second try works",
        arguments: [false, true], [0, 1])
    func everyCall(isFunction: Bool, fault: Int) throws {
        let (model, store) = try fixture()
        let before = try state(store)
        let (result, calls) = FileSystem.faults.run(under: model.fixture.git.directory) {
            try rename(store, isFunction)
        }
        _ = try result.get()
        let after = try state(model.fixture.reopened())
        #expect(before != after && calls > 3)
        for call in 1...calls {
            let (fixture, store) = try fixture()
            let (result, _) = FileSystem.faults.run(
                under: fixture.fixture.git.directory, failing: call, with: fault == 0 ? .crash : .diskFull
            ) { try rename(store, isFunction) }
            let again = try fixture.fixture.recovered()
            let state = try state(again)
            let place: Comment = "call \(call) of \(calls)"
            if case .success = result {
                #expect(state == after, place)
            } else if fault == 1 {
                #expect(state == before, place)
                #expect(try again.status().isClean, place)
            } else {
                #expect(state == before || state == after, place)
                _ = try again.commit("what the dead one left")
            }
            if state == before { _ = try rename(again, isFunction) }
            #expect(try self.state(again) == after, place)
            #expect(try again.check().findings.isEmpty, place)
        }
    }
}
