import Foundation
import Stemma
import StemmaBlobs
import Synchronization
import TestSupport
import Testing

@Suite("What was damaged and was made anew")
struct MendedDamageTests {
    private let fixture: StoreFixture
    private let keys: Keys = ["subject": 1, "session": "A"]
    private let many = Thunk<Double, [Double]>("many", version: "1", parameters: ["x"]) { x in
        (0..<500).map { (Double($0) + x).squareRoot() }
    }
    /// More than a pack takes.
    private let large = (0..<200_000).map { Double($0).squareRoot() }

    init() throws {
        fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys)
        _ = try fixture.store.commit("raw")
    }

    private func makeMany(_ store: Store) throws -> Traced<[Double]> {
        let made = try store.call(many, store.load(rate, at: keys))
        // The damage is met here.
        _ = try made.value
        try store.save(made, as: filtered, at: keys)
        return made
    }

    /// Changes a byte in the middle of what is stored of a blob, wherever that is.
    private func damage(_ digest: Digest) throws {
        let objects = ObjectStore(root: fixture.store.path)
        for name in try objects.packNames() {
            let pack = try objects.pack(name)
            if let entry = try pack.find(digest) {
                try flip(objects.packPath(name), at: Int(entry.frameOffset) + Int(entry.frameLength) / 2)
            }
        }
        let own = objects.loose.path(of: digest)
        if let status = try FileSystem.status(own) { try flip(own, at: Int(status.size) / 2) }
    }

    private func flip(_ path: String, at offset: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[offset] ^= 0xFF
        // In place, as a disk does it: whoever has the file open sees it.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    private func commitWithGit() throws {
        try fixture.git("add", "-A")
        try fixture.git("commit", "-q", "-m", "damaged")
    }

    /// A clone of what is committed has all of it, undamaged.
    private func checkClone(_ value: [Double]) throws {
        let copy = try TemporaryDirectory()
        try fixture.git("clone", "-q", "file://\(fixture.git.directory)", copy.file("c"))
        let store = try Store.open(copy.file("c/results"), options: StoreFixture.options)
        #expect(try store.load(filtered, at: keys).value == value)
    }

    @Test("A payload that HEAD has damaged is read from the pack that has it anew")
    func committedDamage() throws {
        let made = try makeMany(fixture.store)
        try damage(made.content)
        try commitWithGit()
        let again = try makeMany(fixture.reopened())
        var store = try fixture.reopened()
        #expect(try store.load(filtered, at: keys).value == again.value)
        #expect(try store.call(many, store.load(rate, at: keys)).isFromStore)
        _ = try #require(try store.commit("mended"))
        try checkClone(again.value)
        // The damaged pack is a part of history, and hits nothing any more.
        store = try fixture.reopened()
        let report = try store.check(deep: true)
        #expect(report.findings.map(\.kind) == [.damaged] && !report.isDamaged, "\(report.findings)")
        #expect(report.findings.first?.records == [])
    }

    @Test("What is damaged in one of the packs that a commit puts together is taken from another")
    func damageBeforeCommit() throws {
        let made = try makeMany(fixture.store)
        try damage(made.content)
        let again = try makeMany(fixture.reopened())
        let store = try fixture.reopened()
        _ = try #require(try store.commit("mended"))
        #expect(try store.check(deep: true).findings.isEmpty)
        try checkClone(again.value)
    }

    @Test("What is damaged everywhere is not committed: the record is named, and saving it again is enough")
    func damagedEverywhere() throws {
        let value = (0..<500).map { Double($0).squareRoot() }
        let record = try fixture.store.save(value, as: filtered, at: keys)
        try damage(record.content)
        var store = try fixture.reopened()
        let error = #expect(throws: StemmaError.self) { try store.commit("damage") }
        #expect(error?.code == .corrupt && error?.fields["digest"] == record.content.hex)
        #expect(
            error?.fields["address"] == "FilteredSignal subject=1 session=A", "\(String(describing: error))")
        #expect(error?.hint?.contains("save it again") == true)
        store = try fixture.reopened()
        try store.save(value, as: filtered, at: keys)
        _ = try #require(try store.commit("mended"))
        #expect(try store.check(deep: true).findings.isEmpty)
        try checkClone(value)
    }

    @Test("A damaged lineage record is not committed, and running the step again is enough")
    func damagedLineage() throws {
        let made = try makeMany(fixture.store)
        try damage(try #require(made.record?.lineage))
        let error = #expect(throws: StemmaError.self) { try fixture.reopened().commit("damage") }
        #expect(error?.code == .corrupt && error?.message.contains("lineage record") == true)
        #expect(
            error?.fields["address"] == "FilteredSignal subject=1 session=A", "\(String(describing: error))")
        _ = try makeMany(fixture.reopened())
        let store = try fixture.reopened()
        _ = try #require(try store.commit("mended"))
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    @Test("Damage to what nothing names any more does not keep a commit back")
    func damagedGarbage() throws {
        let record = try fixture.store.save(large.dropLast(199_000).map { $0 }, as: filtered, at: keys)
        try fixture.store.save([1, 2, 3], as: filtered, at: keys)
        try damage(record.content)
        let store = try fixture.reopened()
        _ = try #require(try store.commit("without"))
        #expect(try store.check(deep: true).findings.isEmpty)
        try checkClone([1, 2, 3])
    }

    @Test("gc leaves a pack alone in which something is damaged that is needed, and goes on")
    func garbage() throws {
        let other: Keys = ["subject": 2, "session": "A"]
        let value = (0..<500).map { Double($0).squareRoot() }
        var content: Digest?
        try fixture.store.transaction { transaction in
            content = try transaction.save(value, as: filtered, at: keys).record.content
            try transaction.save(value.reversed(), as: filtered, at: other)
        }
        try fixture.store.save([1], as: filtered, at: other)
        try damage(try #require(content))
        var store = try fixture.reopened()
        #expect(try store.collectGarbage(grace: 0).objects == 0)
        try store.save(value, as: filtered, at: keys)
        store = try fixture.reopened()
        #expect(try store.collectGarbage(grace: 0).objects == 1)
        #expect(try store.check(deep: true).findings.isEmpty)
        #expect(try store.load(filtered, at: keys).value == value)
    }

    @Test("A payload in a file of its own that HEAD has damaged is committed when it is made anew")
    func largePayload() throws {
        let record = try fixture.store.save(large, as: filtered, at: keys)
        try damage(record.content)
        try commitWithGit()
        var store = try fixture.reopened()
        #expect(try store.status().isClean)
        try store.save(large, as: filtered, at: keys)
        store = try fixture.reopened()
        let path = "objects/\(record.content.hex.prefix(2))/\(record.content.hex).zst"
        #expect(try store.status().files == [path])
        _ = try #require(try store.commit("mended"))
        #expect(try fixture.git("status", "--porcelain").isEmpty)
        try checkClone(large)
        store = try fixture.reopened()
        #expect(try store.status().isClean && store.commit("nothing") == nil)
    }

    @Test("So is a pack that gets the very name of the damaged one")
    func pack() throws {
        let value = (0..<500).map { Double($0).squareRoot() }
        let record = try fixture.store.save(value, as: filtered, at: keys)
        try damage(record.content)
        try commitWithGit()
        let store = try fixture.reopened()
        #expect(throws: StemmaError.self) { try store.load(filtered, at: keys).value }
        try store.save(value, as: filtered, at: keys)
        #expect(try store.load(filtered, at: keys).value == value, "not from the file that is gone")
        _ = try #require(try fixture.reopened().commit("mended"))
        try checkClone(value)
    }

    @Test("A file that was damaged again is not committed in place of an intact one")
    func damagedAgain() throws {
        let record = try fixture.store.save(large, as: filtered, at: keys)
        _ = try fixture.store.commit("intact")
        try damage(record.content)
        var store = try fixture.reopened()
        try store.save(large, as: filtered, at: keys)
        try damage(record.content)
        store = try fixture.reopened()
        #expect(try store.status().isClean)
        #expect(try store.commit("damage") == nil)
        try checkClone(large)
    }

    @Test(
        "What is damaged here and whole in git is read from there, and a repair takes git's copy",
        arguments: [500, 200_000])
    func readFromGit(_ count: Int) throws {
        let value = Array(large.prefix(count))
        let record = try fixture.store.save(value, as: filtered, at: keys)
        _ = try fixture.store.commit("intact")
        try damage(record.content)
        let told = Mutex<[String]>([])
        var options = StoreFixture.options
        options.report = { event in
            if case .damagePassedOver(let cause) = event { told.withLock { $0.append(cause.message) } }
        }
        var store = try Store.open(fixture.store.path, options: options)
        #expect(try store.load(filtered, at: keys).value == value)
        #expect(told.withLock(\.count) == 1)
        let deep = try fixture.reopened().check(deep: true)
        #expect(deep.findings.map(\.kind) == [.damaged] && deep.isDamaged, "\(deep.findings)")
        #expect(deep.findings.first?.records == [] && deep.findings.first?.hint?.contains("repair") == true)
        let repaired = try fixture.reopened().check(repair: true)
        #expect(repaired.findings.map(\.isRepaired) == [true])
        store = try fixture.reopened()
        #expect(try store.check(deep: true).findings.isEmpty)
        #expect(try store.status().isClean && fixture.git("status", "--porcelain").isEmpty)
    }

    @Test("What several processes heal in turns is committed, all of it")
    func severalHealers() throws {
        let places = (1...3).map { ["subject": .number(Double($0)), "session": "A"] as Keys }
        let values = (0..<3).map { number in large.map { $0 + Double(number) } }
        var files: [String] = []
        for (keys, value) in zip(places, values) {
            let hex = try fixture.store.save(value, as: filtered, at: keys).content.hex
            files.append("objects/\(hex.prefix(2))/\(hex).zst")
            try damage(#require(Digest(hex: hex)))
        }
        try commitWithGit()
        let (first, second) = (try fixture.reopened(), try fixture.reopened())
        for (store, number) in [(first, 0), (second, 1), (first, 2)] {
            try store.save(values[number], as: filtered, at: places[number])
        }
        #expect(try fixture.reopened().status().files == files.sorted())
        _ = try #require(try first.commit("mended"))
        #expect(try fixture.reopened().status().isClean)
        #expect(try fixture.git("status", "--porcelain").isEmpty)
    }

    @Test("A new file of its own that is damaged is not committed; saving it again is enough")
    func newLargePayload() throws {
        let record = try fixture.store.save(large, as: filtered, at: keys)
        let other = try fixture.store.save(
            large.reversed(), as: filtered, at: ["subject": 2, "session": "A"])
        try fixture.store.remove(filtered, at: ["subject": 2, "session": "A"])
        try damage(record.content)
        // Nothing needs this one.
        try damage(other.content)
        let error = #expect(throws: StemmaError.self) { try fixture.reopened().commit("damage") }
        #expect(error?.code == .corrupt && error?.message.hasPrefix("nothing was committed") == true)
        #expect(error?.fields["address"] == "FilteredSignal subject=1 session=A")
        try fixture.reopened().save(large, as: filtered, at: keys)
        _ = try #require(try fixture.reopened().commit("mended"))
        let store = try fixture.reopened()
        #expect(try store.check(deep: true).findings.isEmpty && store.status().isClean)
        try checkClone(large)
    }

    @Test("Nor is a new pack of any size")
    func newLargePack() throws {
        var generator = SeededGenerator(seed: 1)
        let values = (0..<20).map { _ in
            (0..<1_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        let blobs = Variable<Data>("Blob")
        func keys(_ number: Int) -> Keys { ["subject": .number(Double(number)), "session": "A"] }
        try fixture.store.transaction { transaction in
            for (number, value) in values.enumerated() {
                try transaction.save(Data(value), as: blobs, at: keys(number))
            }
        }
        let content = try fixture.store.workTree.record(at: Address(variable: "Blob", keys: keys(7))).content
        try damage(content)
        let error = #expect(throws: StemmaError.self) { try fixture.reopened().commit("damage") }
        #expect(error?.code == .corrupt && error?.fields["address"] == "Blob subject=7 session=A")
        try fixture.reopened().save(Data(values[7]), as: blobs, at: keys(7))
        _ = try #require(try fixture.reopened().commit("mended"))
        let store = try fixture.reopened()
        #expect(try store.check(deep: true).findings.isEmpty && store.status().isClean)
        #expect(try store.load(blobs, at: keys(7)).value == Data(values[7]))
    }
}
