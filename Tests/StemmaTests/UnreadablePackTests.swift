import Foundation
import Stemma
import StemmaBlobs
import TestSupport
import Testing

@Suite("Packs that were cut off")
struct UnreadablePackTests {
    private let fixture: StoreFixture
    private let keys: [Keys] = [["subject": 1, "session": "A"], ["subject": 2, "session": "A"]]
    private let values = [
        (0..<500).map { Double($0).squareRoot() }, (0..<500).map { Double($0).squareRoot() + 1 },
    ]

    init() throws {
        fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: keys[0])
        _ = try fixture.store.commit("raw")
        let (keys, values) = (keys, values)
        try fixture.store.transaction { transaction in
            for (keys, value) in zip(keys, values) { try transaction.save(value, as: filtered, at: keys) }
        }
    }

    /// Cuts off what is not committed.
    private func cutOff() throws -> Digest {
        let untracked = try fixture.git("ls-files", "-o", "--exclude-standard", "results/objects/packs")
        try #require(!untracked.contains("\n") && !untracked.isEmpty)
        let path = "\(fixture.git.directory)/\(untracked)"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.truncate(atOffset: 100)
        try file.close()
        return try #require(Digest(hex: FileSystem.name(of: path).dropLast(4)))
    }

    private func isAside(_ name: Digest) throws -> Bool {
        let store = fixture.store.path
        return try FileSystem.status("\(store)/local/aside/\(name).zst") != nil
            && FileSystem.status("\(store)/objects/packs/\(name).zst") == nil
    }

    @Test("A commit names what is lost; when that was saved again, it puts the pack aside")
    func commit() throws {
        let name = try cutOff()
        var lost = ["FilteredSignal subject=1 session=A", "FilteredSignal subject=2 session=A"]
        while !lost.isEmpty {
            let error = #expect(throws: StemmaError.self) { try fixture.reopened().commit("lost") }
            #expect(error?.code == .corrupt, "\(String(describing: error))")
            #expect(error?.hint?.contains("save it again") == true)
            let address = try #require(error?.fields["address"])
            let place = try #require(lost.firstIndex(of: address))
            lost.remove(at: place)
            let number = address.contains("subject=1") ? 0 : 1
            try fixture.reopened().save(values[number], as: filtered, at: keys[number])
        }
        let store = try fixture.reopened()
        _ = try #require(try store.commit("mended"))
        #expect(try isAside(name))
        #expect(try store.check(deep: true).findings.isEmpty)
        #expect(try store.load(filtered, at: keys[1]).value == values[1])
        #expect(try fixture.git("status", "--porcelain").isEmpty)
    }

    @Test("A cut-off pack that nothing needs is no commit of its own")
    func garbage() throws {
        let name = try cutOff()
        let store = try fixture.reopened()
        for keys in keys { try store.remove(filtered, at: keys) }
        _ = try fixture.reopened().commit("without")
        #expect(try isAside(name))
        #expect(try fixture.reopened().status().isClean)
        #expect(try fixture.reopened().commit("nothing") == nil)
    }

    @Test("gc leaves it and says so; a repair puts it aside and names the records")
    func repair() throws {
        let name = try cutOff()
        #expect(try fixture.reopened().collectGarbage(grace: 0).unreadable == 1)
        #expect(try fixture.reopened().check().isDamaged)
        let report = try fixture.reopened().check(repair: true)
        #expect(report.findings.first?.isRepaired == true && report.findings.first?.kind == .damaged)
        #expect(report.findings.dropFirst().map(\.kind) == [.missing, .missing], "\(report.findings)")
        #expect(try isAside(name))
        #expect(try fixture.reopened().collectGarbage(grace: 0).unreadable == 0)
        for (keys, value) in zip(keys, values) { try fixture.reopened().save(value, as: filtered, at: keys) }
        _ = try #require(try fixture.reopened().commit("mended"))
        #expect(try fixture.reopened().check(deep: true).findings.isEmpty)
    }

    @Test("A committed one is read from git, and a repair takes git's copy")
    func committed() throws {
        _ = try #require(try fixture.store.commit("whole"))
        for name in try ObjectStore(root: fixture.store.path).packNames() {
            let path = "\(fixture.store.path)/objects/packs/\(name).zst"
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try file.truncate(atOffset: 100)
            try file.close()
        }
        #expect(try fixture.reopened().load(filtered, at: keys[0]).value == values[0])
        let report = try fixture.reopened().check(repair: true)
        #expect(!report.isDamaged && report.findings.allSatisfy(\.isRepaired) && !report.findings.isEmpty)
        #expect(try fixture.reopened().check(deep: true).findings.isEmpty)
        #expect(try fixture.git("status", "--porcelain").isEmpty)
    }

    @Test("Whichever byte of a committed one is damaged, its blobs are read from git")
    func anyByteCommitted() throws {
        let fixture = try StoreFixture()
        let value = values[0]
        try fixture.store.save(value, as: filtered, at: keys[0])
        _ = try fixture.store.commit("whole")
        let name = try #require(try ObjectStore(root: fixture.store.path).packNames().first)
        let path = "\(fixture.store.path)/objects/packs/\(name).zst"
        let whole = try FileSystem.readAll(path, limit: 1 << 20)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        for place in stride(from: whole.count - 120, to: whole.count, by: 3) {
            var bytes = whole
            bytes[place] ^= 0xFF
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let found = try? fixture.reopened().load(filtered, at: keys[0]).value
            #expect(found == value, "byte \(place) of \(whole.count)")
        }
    }

    @Test(
        "Whichever byte of a pack is damaged, a commit or a repair that goes through has lost nothing that could be read",
        arguments: [false, true])
    func anyByte(isRepair: Bool) throws {
        let all: [Keys] = (1...3).map { ["subject": .number(Double($0)), "session": "A"] }
        func value(_ index: Int) -> [Double] { (0..<20).map { Double($0 * (index + 3)).squareRoot() } }
        var place = 4
        while true {
            let fixture = try StoreFixture()
            try fixture.store.transaction { transaction in
                for (index, keys) in all.enumerated() {
                    try transaction.save(value(index), as: filtered, at: keys)
                }
            }
            let name = try #require(try ObjectStore(root: fixture.store.path).packNames().first)
            let path = "\(fixture.store.path)/objects/packs/\(name).zst"
            var bytes = try FileSystem.readAll(path, limit: 1 << 20)
            guard place < bytes.count else { break }
            bytes[place] ^= 0xFF
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            func readable() throws -> Set<Int> {
                let store = try fixture.reopened()
                return Set(all.indices.filter { (try? store.load(filtered, at: all[$0]).value) == value($0) })
            }
            var before = try readable()
            if isRepair {
                _ = try fixture.reopened().check(repair: true)
            } else {
                if (try? fixture.reopened().commit("as it is")) == nil {
                    // Where a commit is refused, what cannot be read is saved again, as the hint says.
                    let store = try fixture.reopened()
                    for index in all.indices where !before.contains(index) {
                        try store.save(value(index), as: filtered, at: all[index])
                    }
                    before = try readable()
                    _ = try? fixture.reopened().commit("mended")
                }
            }
            #expect(try readable().isSuperset(of: before), "byte \(place) of \(bytes.count)")
            place += 8
        }
    }
}
