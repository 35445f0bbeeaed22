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
                $0.kind == .damaged && $0.records == ["FilteredSignal subject=1 session=A"]
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
                $0.kind == .missing && $0.records == ["FilteredSignal subject=1 session=A"]
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

    @Test("gc removes nothing when a lineage record cannot be read for a reason that may pass")
    func garbageAfterError() throws {
        let fixture = try StoreFixture()
        let table = (0..<150_000).map { Double($0) / 3 }
        let sum = Thunk<[Double], Double>("sum", version: "1", parameters: ["table"]) { $0.reduce(0, +) }
        var options = StoreFixture.options
        options.largestConstant = 2 << 20
        let store = try Store.open(fixture.store.path, options: options)
        let record = try store.save(store.call(sum, table), as: rate, at: keys)
        let objects = fixture.store.path + "/objects"
        let before = try files(below: objects).filter { !$0.contains("packs/") }
        #expect(before.count == 1, "the constant")
        // In place of the lineage record stands a link to itself, which the file system refuses to open.
        let lineage = try #require(record.lineage).hex
        for pack in try packs(fixture) {
            try FileManager.default.removeItem(atPath: objects + "/packs/" + pack)
        }
        let folder = objects + "/" + lineage.prefix(2)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/\(lineage).zst", withDestinationPath: "\(lineage).zst")
        let error = #expect(throws: StemmaError.self) {
            try fixture.reopened().collectGarbage(grace: 0)
        }
        #expect(error?.code == .system)
        #expect(before.isSubset(of: try files(below: objects)))
    }

    private func files(below folder: String) throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zst") })
    }

    @Test("gc takes any number of seconds as its grace", arguments: [1e300, .infinity, .nan, 1e10])
    func longGrace(seconds: Double) throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2, 3], as: filtered, at: keys)
        try fixture.store.remove(filtered, at: keys)
        let report = try fixture.store.collectGarbage(grace: seconds)
        #expect(report.objects == 0)
        #expect(report.young == 1)
        #expect(try fixture.store.collectGarbage(grace: -1e300).objects == 1)
    }

    @Test("fsck reads every lineage record once, however long the chains are")
    func longLineage() throws {
        // The records are checked in the order of their keys: the end of the chain first, or last.
        func time(endFirst: Bool) throws -> Double {
            let fixture = try StoreFixture(keys: [KeyDeclaration("subject", .integer)])
            let next = Thunk<Double, Double>("next", version: "1", parameters: ["value"]) { $0 + 1 }
            let count = 400
            var values = [try fixture.store.call(next, 0.0)]
            for index in 1..<count { values.append(try fixture.store.call(next, values[index - 1])) }
            try fixture.store.transaction { transaction in
                for (index, value) in values.enumerated() {
                    let subject = Double(endFirst ? count - index : index)
                    try transaction.save(value, as: rate, at: ["subject": .number(subject)])
                }
            }
            let store = try fixture.reopened()
            let start = Date()
            #expect(try store.check().findings.isEmpty)
            return Date().timeIntervalSince(start)
        }
        let (first, last) = (try time(endFirst: true), try time(endFirst: false))
        #expect(first < 8 * last + 0.2, "\(first) s from the end of the chain, \(last) s from its beginning")
    }

    @Test("An object that many records name is counted once among those that only git has")
    func elsewhereOnce() throws {
        let fixture = try StoreFixture()
        for subject in 1...3 {
            try fixture.store.save(
                [1, 2, 3], as: filtered, at: ["subject": .number(Double(subject)), "session": "A"])
        }
        _ = try fixture.store.commit("one")
        try FileManager.default.removeItem(atPath: fixture.store.path + "/objects/packs")
        let findings = try fixture.reopened().check().findings
        #expect(
            findings.map(\.message) == ["1 object of this work tree stands only in other commits"])
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
