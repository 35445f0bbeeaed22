import Foundation
import Stemma
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("A revert that fails, or whose process dies")
struct RevertCrashTests {
    /// What the work tree says: every line, and what the variable is.
    private func content(_ store: Store) throws -> [String] {
        var lines: [String] = []
        try store.workTree.forEachRecord(of: "Trial") { record in
            _ = try store.workTree.payload(of: record)
            lines.append(String(decoding: record.line, as: UTF8.self))
            return true
        }
        let status = try store.migrationStatus(of: "Trial")
        return lines + ["\(status.current)"] + status.migrations.map { "\($0.from) \($0.to) \($0.state)" }
    }

    /// A migration with a new record on top of it; or the revert of a migration, which took files away.
    private func fixture(isRevert: Bool) throws -> (fixture: MigrationFixture, store: Store, commit: String) {
        let fixture = try MigrationFixture()
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        if isRevert { _ = try fixture.store.revert("HEAD") }
        let commit = try fixture.fixture.git("rev-parse", "HEAD")
        try fixture.save([isRevert ? "onset" : "start": 4, "label": "stop"], 4)
        try fixture.commit("a new record")
        return (fixture, try fixture.fixture.reopened(), commit)
    }

    @Test(
        "Of a migration: nothing or all of it at any writing call, and the second try works",
        arguments: [false, true], [0, 1])
    func everyCall(isRevert: Bool, fault: Int) throws {
        let (model, store, commit) = try fixture(isRevert: isRevert)
        let before = try content(store)
        let (result, calls) = FileSystem.faults.run(under: model.fixture.git.directory) {
            try store.revert(commit)
        }
        _ = try result.get()
        let after = try content(model.fixture.reopened())
        #expect(before != after && calls > 5)
        for call in 1...calls {
            let (fixture, store, commit) = try fixture(isRevert: isRevert)
            let (result, _) = FileSystem.faults.run(
                under: fixture.fixture.git.directory, failing: call, with: fault == 0 ? .crash : .diskFull
            ) { try store.revert(commit) }
            let again = try fixture.fixture.recovered()
            let state = try content(again)
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
            #expect(try again.check(deep: true).findings.isEmpty, place)
            if state == before { _ = try again.revert(commit) }
            #expect(try content(again) == after, place)
            #expect(try fixture.fixture.git("status", "--porcelain") == "", place)
        }
    }

    @Test("That is refused leaves nothing to commit, and a side can be chosen")
    func refused() throws {
        let fixture = try MigrationFixture()
        try fixture.migrate(MigrationFixture.first, to: "0.1.0")
        _ = try fixture.store.revert("HEAD")
        try fixture.store.transaction { try $0.remove(fixture.record(1).address) }
        try fixture.commit("removed")
        let files = try fixture.fixture.files()
        #expect(throws: RevertConflicts.self) { try fixture.store.revert("HEAD~1") }
        #expect(try fixture.store.status().isClean)
        #expect(try fixture.fixture.files() == files)
        _ = try fixture.store.revert("HEAD~1", side: .ours)
        #expect(try fixture.value(2) == ["start": 2, "label": "go"])
        #expect(try fixture.store.check(deep: true).findings.isEmpty)
    }

    @Test("Takes lines back with the records, or neither", arguments: [0, 1])
    func lines(fault: Int) throws {
        func study() throws -> (BackfillFixture, Store) {
            let study = try BackfillFixture(1...1)
            try study.store.save(5, as: rate, at: BackfillFixture.keys(1))
            _ = try study.store.forget(.function("rate"))
            try study.commit()
            return (study, try study.fixture.reopened())
        }
        func state(_ store: Store) throws -> (record: Bool, line: Bool) {
            let record = try? store.load(rate, at: BackfillFixture.keys(1))
            return (record != nil, FileManager.default.fileExists(atPath: store.path + "/forgotten.jsonl"))
        }
        let (model, store) = try study()
        #expect(try state(store) == (true, true))
        let (result, calls) = FileSystem.faults.run(under: model.fixture.git.directory) {
            try store.revert("HEAD")
        }
        _ = try result.get()
        #expect(try state(model.fixture.reopened()) == (false, false))
        for call in 1...calls {
            let (study, store) = try study()
            let (result, _) = FileSystem.faults.run(
                under: study.fixture.git.directory, failing: call, with: fault == 0 ? .crash : .diskFull
            ) { try store.revert("HEAD") }
            let again = try study.fixture.recovered()
            let (record, line) = try state(again)
            #expect(record == line, "call \(call) of \(calls)")
            if case .failure = result, fault == 1 {
                #expect(record && line, "call \(call) of \(calls)")
                #expect(try again.status().isClean, "call \(call) of \(calls)")
            }
        }
    }

    /// A store that waits for nobody, and what makes a commit fail that could have been made when it began: git's index is
    /// locked meanwhile.
    private func impatient(_ fixture: StoreFixture) throws -> (Store, lock: String) {
        var options = StoreFixture.options
        options.wait = 0.05
        return (
            try Store.open(fixture.store.path, options: options), fixture.git.directory + "/.git/index.lock"
        )
    }

    @Test("A migration whose commit fails leaves nothing to commit, and is made at the second try")
    func refusedCommit() throws {
        let fixture = try MigrationFixture()
        let (store, lock) = try impatient(fixture.fixture)
        let files = try fixture.fixture.files()
        var options = MigrationOptions()
        options.definitions = [try MigrationDefinition(JSONParser.parse(MigrationFixture.first))]
        options.progress = { now in
            if now.phase == .committing { _ = FileManager.default.createFile(atPath: lock, contents: nil) }
        }
        #expect(throws: StemmaError.self) {
            try store.migrate("Trial", to: SchemaVersion("0.1.0"), options: options)
        }
        try FileManager.default.removeItem(atPath: lock)
        #expect(try store.status().isClean)
        #expect(try fixture.fixture.files() == files)
        options.progress = nil
        _ = try #require(try store.migrate("Trial", to: SchemaVersion("0.1.0"), options: options).commit)
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    @Test("So does a revert that has taken lines back")
    func refusedCommitOfLines() throws {
        let study = try BackfillFixture(1...1)
        try study.store.save(5, as: rate, at: BackfillFixture.keys(1))
        _ = try study.store.forget(.function("rate"))
        try study.commit()
        let (store, lock) = try impatient(study.fixture)
        let files = try study.fixture.files()
        var options = RevertOptions()
        options.isStopped = {
            _ = FileManager.default.createFile(atPath: lock, contents: nil)
            return false
        }
        #expect(throws: StemmaError.self) { try store.revert("HEAD", options: options) }
        try FileManager.default.removeItem(atPath: lock)
        #expect(try store.status().isClean)
        #expect(try study.fixture.files() == files)
        _ = try #require(try store.revert("HEAD"))
        #expect(try store.status().isClean)
    }
}
