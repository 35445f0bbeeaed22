import Stemma
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("A migration in a process that dies, or on a disk that is full, at any writing call")
struct MigrationCrashTests {
    private enum Kind: CaseIterable {
        case whole, lazy, rewrite

        func prepare(_ fixture: MigrationFixture) throws {
            guard self == .rewrite else { return }
            try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        }

        func run(_ store: Store) throws {
            if self == .rewrite {
                _ = try store.rewrite("Trial")
                return
            }
            var options = MigrationOptions()
            options.definitions = [try MigrationDefinition(JSONParser.parse(MigrationFixture.first))]
            options.isLazy = self == .lazy
            _ = try store.migrate("Trial", to: SchemaVersion("0.1.0"), options: options)
        }
    }

    /// What the work tree says: every line, and what the variable is.
    private func content(_ store: Store) throws -> [String] {
        var lines: [String] = []
        try store.workTree.forEachRecord(of: "Trial") { record in
            // Whatever a line names is there.
            _ = try store.workTree.payload(of: record)
            lines.append(String(decoding: record.line, as: UTF8.self))
            return true
        }
        let status = try store.migrationStatus(of: "Trial")
        return lines + ["\(status.current)"] + status.migrations.map { "\($0.from) \($0.to) \($0.state)" }
    }

    private func fixture(_ kind: Kind) throws -> (MigrationFixture, Store) {
        let fixture = try MigrationFixture()
        try kind.prepare(fixture)
        return (fixture, try fixture.fixture.reopened())
    }

    @Test("Leaves nothing or all of it, and the next commit works", arguments: 0..<3, [0, 1])
    func everyCall(number: Int, fault: Int) throws {
        let kind = Kind.allCases[number]
        let (model, store) = try fixture(kind)
        let before = try content(store)
        let place = model.fixture.git.directory
        let (result, calls) = FileSystem.faults.run(under: place) { try kind.run(store) }
        try result.get()
        let after = try content(model.fixture.reopened())
        #expect(before != after)
        #expect(calls > 5)

        for call in 1...calls {
            let (fixture, store) = try fixture(kind)
            let (result, _) = FileSystem.faults.run(
                under: fixture.fixture.git.directory, failing: call, with: fault == 0 ? .crash : .diskFull
            ) { try kind.run(store) }
            let again = try fixture.fixture.recovered()
            let state = try content(again)
            if case .success = result {
                #expect(state == after, "\(kind), call \(call) of \(calls)")
            } else if fault == 1 {
                #expect(state == before, "\(kind), call \(call) of \(calls)")
                #expect(try again.status().isClean, "\(kind), call \(call) of \(calls)")
                try kind.run(again)
                #expect(try content(again) == after, "\(kind), call \(call) of \(calls)")
            } else {
                #expect(state == before || state == after, "\(kind), call \(call) of \(calls)")
            }
            #expect(try again.check(deep: true).findings.isEmpty, "\(kind), call \(call) of \(calls)")
            try again.save(["label": "new"], as: fixture.trial, at: fixture.keys(5))
            _ = try again.commit("after")
            #expect(
                try fixture.fixture.git("status", "--porcelain") == "", "\(kind), call \(call) of \(calls)")
        }
    }
}
