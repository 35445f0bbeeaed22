import Foundation
import Stemma
import TestSupport
import Testing

@Suite("fsck, gc and stats")
struct IntegrityTests {
    private let keys: Keys = ["subject": 1, "session": "A"]

    private func packs(_ fixture: StoreFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.store.path + "/objects/packs").sorted()
    }

    @Test("fsck --deep names the results that a damaged pack hits")
    func damagedPack() throws {
        let fixture = try StoreFixture()
        try fixture.store.save((0..<300).map(Double.init), as: filtered, at: keys)
        try fixture.store.save(5, as: rate, at: keys)
        let file = URL(fileURLWithPath: fixture.store.path + "/objects/packs/" + (try packs(fixture)[0]))
        var bytes = try Data(contentsOf: file)
        bytes[40] ^= 0xFF
        try bytes.write(to: file)
        let report = try fixture.reopened().check(deep: true)
        #expect(report.isDamaged)
        #expect(
            report.findings.contains {
                $0.kind == .damaged && $0.records == ["FilteredSignal session=A subject=1"]
            })
        let error = #expect(throws: StemmaError.self) {
            try fixture.reopened().load(filtered, at: keys).value
        }
        #expect(error?.code == .corrupt)
        #expect(try fixture.reopened().load(rate, at: keys).value == 5)
    }

    @Test("A truncated pack is reported by fsck, and everything else stays readable")
    func truncatedPack() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2, 3], as: filtered, at: keys)
        try fixture.store.save(5, as: rate, at: keys)
        let file = URL(fileURLWithPath: fixture.store.path + "/objects/packs/" + (try packs(fixture)[0]))
        try Data(contentsOf: file).dropLast(10).write(to: file)
        try FileManager.default.removeItem(atPath: fixture.store.path + "/local")
        let store = try fixture.reopened()
        #expect(try store.load(rate, at: keys).value == 5)
        let report = try store.check()
        #expect(report.isDamaged)
        #expect(
            report.findings.contains { $0.kind == .damaged && $0.message.contains("cut off") },
            "\(report.findings.map(\.message))")
        #expect(
            report.findings.contains {
                $0.kind == .missing && $0.records == ["FilteredSignal session=A subject=1"]
            })
    }

    @Test("A pack that is missing from the work tree is found in git")
    func missingPack() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2, 3], as: filtered, at: keys)
        _ = try fixture.store.commit("one")
        try FileManager.default.removeItem(atPath: fixture.store.path + "/objects/packs")
        let store = try fixture.reopened()
        #expect(try store.load(filtered, at: keys).value == [1, 2, 3])
        let report = try store.check()
        #expect(report.findings.map(\.kind) == [.elsewhere])
        #expect(!report.isDamaged)
    }

    @Test("gc removes what nothing names, and only when it is old enough")
    func garbage() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        try store.save([1, 2, 3], as: filtered, at: keys)
        try store.save([4, 5, 6], as: filtered, at: keys)
        #expect(try packs(fixture).count == 2)
        let young = try store.collectGarbage()
        #expect(young.objects == 0)
        #expect(young.young == 2)
        let dry = try store.collectGarbage(dryRun: true, grace: 0)
        #expect(dry.objects == 1)
        #expect(try packs(fixture).count == 2)
        #expect(try store.collectGarbage(grace: 0).objects == 1)
        #expect(try packs(fixture).count == 1)
        #expect(try fixture.reopened().load(filtered, at: keys).value == [4, 5, 6])
        #expect(try fixture.reopened().check(deep: true).findings.isEmpty)
    }

    @Test("gc keeps what another branch, the stash, the index or another work tree names")
    func garbageKeeps() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        try store.save([0], as: filtered, at: keys)
        _ = try store.commit("base")
        // Pages committed by git alone, without their objects: the work tree's pack is all there is.
        try store.save([1, 2, 3], as: filtered, at: keys)
        try fixture.git("switch", "-q", "-c", "branch")
        try fixture.git("add", "results/records")
        try fixture.git("commit", "-qm", "pages only")
        try fixture.git("switch", "-q", "main")
        try store.save([4, 5, 6], as: filtered, at: keys)
        try fixture.git("stash", "push", "-q", "--", "results/records")
        try store.save([7, 8, 9], as: filtered, at: keys)
        try fixture.git("add", "results/records")
        try store.save([10, 11], as: filtered, at: keys)
        try fixture.git("worktree", "add", "-q", fixture.directory.file("linked"), "branch")
        #expect(try store.collectGarbage(grace: 0).objects == 0)
        try fixture.git("reset", "-q")
        #expect(try store.collectGarbage(grace: 0).objects == 1, "what the index named")
        try fixture.git("stash", "drop", "-q")
        try fixture.git("reflog", "expire", "--expire=now", "--all")
        #expect(try store.collectGarbage(grace: 0).objects == 1, "what the stash named")
        #expect(try fixture.reopened().load(filtered, at: keys).value == [10, 11])
    }

    @Test("gc keeps lineage records, functions and long constants that a page names")
    func garbageLineage() throws {
        let fixture = try StoreFixture()
        let table = (0..<2000).map(Double.init)
        let sum = Thunk<[Double], Double>("sum", version: "1", parameters: ["table"]) { $0.reduce(0, +) }
        try fixture.store.save(fixture.store.call(sum, table), as: rate, at: keys)
        #expect(try fixture.store.collectGarbage(grace: 0).objects == 0)
        try fixture.store.remove(rate, at: keys)
        #expect(try fixture.store.collectGarbage(grace: 0).objects == 3)
    }

    @Test("stats counts every payload once, and once more for each record that has it")
    func stats() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2, 3], as: filtered, at: keys)
        try fixture.store.save([1, 2, 3], as: filtered, at: ["subject": 2, "session": "A"])
        try fixture.store.save(
            (0..<300_000).map(Double.init), as: filtered, at: ["subject": 3, "session": "A"])
        let stats = try fixture.store.stats()
        #expect(stats.records == 3)
        #expect(stats.logicalBytes == 2 * 152 + 2_400_128)
        #expect(stats.distinctBytes == 152 + 2_400_128)
        #expect(stats.packs == 1)
        #expect(stats.looseObjects == 1)
    }

    @Test(
        "A damaged pack is passed over where git has a whole copy, and saving again replaces what is damaged")
    func damagedAndCommitted() throws {
        let fixture = try StoreFixture()
        let values = (0..<300).map(Double.init)
        func damage() throws {
            let file = URL(fileURLWithPath: fixture.store.path + "/objects/packs/" + (try packs(fixture)[0]))
            var bytes = try Data(contentsOf: file)
            bytes[40] ^= 0xFF
            try FileManager.default.removeItem(at: file)
            try bytes.write(to: file)
        }
        try fixture.store.save(values, as: filtered, at: keys)
        try damage()
        #expect(throws: StemmaError.self) { try fixture.reopened().load(filtered, at: keys).value }
        try fixture.reopened().save(values, as: filtered, at: ["subject": 2, "session": "A"])
        #expect(try fixture.reopened().load(filtered, at: keys).value == values)

        let other = try StoreFixture()
        try other.store.save(values, as: filtered, at: keys)
        _ = try other.store.commit("one")
        let file = other.store.path + "/objects/packs/" + (try packs(other)[0])
        try Data(contentsOf: URL(fileURLWithPath: file)).dropLast(10).write(to: URL(fileURLWithPath: file))
        #expect(try other.reopened().load(filtered, at: keys).value == values)
    }
}
