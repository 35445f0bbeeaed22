import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Commits beside damage, strangers and limits")
struct CommitDamageTests {
    private let keys: Keys = ["subject": 1, "session": "A"]

    @Test("A damaged page among many is an error of the difference, and not the end of the process")
    func damagedPage() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        for value in [1.0, 2] {
            try store.transaction { transaction in
                for subject in 0..<25 {
                    try transaction.save(
                        value, as: rate, at: ["subject": .number(Double(subject)), "session": "A"])
                }
            }
            _ = try store.commit("\(value)")
        }
        let page = try fixture.git("rev-parse", "HEAD~1:results/records/HeartRate/subject=7/page.jsonl")
        let file = "\(fixture.git.directory)/.git/objects/\(page.prefix(2))/\(page.dropFirst(2))"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        try Data("x".utf8).write(to: URL(fileURLWithPath: file))
        for _ in 0..<5 {
            let reopened = try fixture.reopened()
            #expect(throws: StemmaError.self) {
                try reopened.difference(from: reopened.snapshot("HEAD~1"), to: reopened.snapshot("HEAD"))
            }
        }
    }

    @Test("Hundreds of small transactions are committed with few files open")
    func manyPacks() throws {
        let fixture = try StoreFixture()
        for number in 0..<120 {
            try fixture.store.save(
                [Double(number), 1, 2], as: filtered,
                at: ["subject": .number(Double(number)), "session": "A"])
        }
        let store = try fixture.reopened()
        _ = try #require(try store.commit("all"))
        #expect(openFiles(in: fixture) < 80, "\(openFiles(in: fixture)) files are open")
        #expect(try store.collectGarbage(grace: 0).objects == 0)
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    private func openFiles(in fixture: StoreFixture) -> Int {
        let folder = "/proc/self/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))?
                .hasPrefix(fixture.directory.path) == true
        }.count
    }

    @Test("Saving a large value again repairs what is damaged of it")
    func largeRepair() throws {
        let fixture = try StoreFixture()
        let value = (0..<200_000).map(Double.init)
        let record = try fixture.store.save(value, as: filtered, at: keys)
        let hex = record.content.hex
        try Data("damaged".utf8).write(
            to: URL(fileURLWithPath: "\(fixture.store.path)/objects/\(hex.prefix(2))/\(hex).zst"))
        let store = try fixture.reopened()
        try store.save(value, as: filtered, at: keys)
        #expect(try store.load(filtered, at: keys).value == value)
    }

    @Test("A huge file among the packs of another branch does not keep this one from being read")
    func hugePack() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        _ = try fixture.store.commit("one")
        try fixture.git("switch", "-q", "-c", "other")
        let name = "results/objects/packs/\(String(repeating: "ab", count: 32)).zst"
        try FileManager.default.createDirectory(
            atPath: "\(fixture.store.path)/objects/packs", withIntermediateDirectories: true)
        let file = fopen("\(fixture.git.directory)/\(name)", "w")
        ftruncate(fileno(file), 136 << 20)
        fclose(file)
        try fixture.git("-c", "core.bigFileThreshold=1m", "add", "-f", name)
        try fixture.git("commit", "-q", "-m", "huge")
        try fixture.git("switch", "-q", "main")
        let store = try fixture.reopened()
        let next = Thunk<Double, Double>("next", version: "1", parameters: ["x"]) { $0 + 1 }
        #expect(try store.call(next, store.load(rate, at: keys)).value == 2)
    }

    @Test("A revert that cannot be committed changes nothing")
    func revertRefused() throws {
        let fixture = try StoreFixture()
        for value in [1.0, 2] {
            try fixture.store.save(value, as: rate, at: keys)
            _ = try fixture.store.commit("\(value)")
        }
        try fixture.git("config", "commit.gpgSign", "true")
        let error = #expect(throws: StemmaError.self) { try fixture.reopened().revert("HEAD") }
        #expect(error?.code.rawValue == "signing-unsupported")
        #expect(try fixture.store.load(rate, at: keys).value == 2)
        try fixture.git("config", "commit.gpgSign", "false")
        _ = try #require(try fixture.reopened().revert("HEAD"))
        #expect(try fixture.store.load(rate, at: keys).value == 1)
    }

    @Test("Files of others below variables/ are neither committed nor taken away")
    func foreignFiles() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        try fixture.git.write("results/variables/.keep", "")
        try fixture.git.write("results/variables/HeartRate/notes.txt", "tracked")
        try fixture.git("add", "-f", "results/variables/.keep", "results/variables/HeartRate/notes.txt")
        try fixture.git("commit", "-q", "-m", "notes")
        try fixture.git.write("results/variables/HeartRate/scratch.txt", "not tracked")
        _ = try #require(try fixture.reopened().commit("rate"))
        let files = try fixture.git("ls-tree", "-r", "--name-only", "HEAD", "results/variables")
        #expect(files.contains("results/variables/.keep") && files.contains("notes.txt"))
        #expect(!files.contains("scratch.txt"))
        #expect(try fixture.git("status", "--porcelain") == "?? results/variables/HeartRate/scratch.txt")
    }

    @Test("A record that was loaded from another store is not saved without its payload")
    func otherStore() throws {
        let (here, there) = (try StoreFixture(), try StoreFixture())
        try there.store.save([1, 2, 3], as: filtered, at: keys)
        let loaded = try there.store.load(filtered, at: keys)
        let error = #expect(throws: StemmaError.self) { try here.store.save(loaded, as: filtered, at: keys) }
        #expect(error?.code == .objectMissing)
        #expect(try here.store.workTree.variables().isEmpty)
        try here.store.save(loaded.value, as: filtered, at: keys)
        #expect(try here.store.check(deep: true).findings.isEmpty)
    }
}
