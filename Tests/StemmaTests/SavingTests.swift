import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Saving and loading")
struct SavingTests {
    @Test("A value comes back as it was saved, also in another process")
    func roundTrip() throws {
        let fixture = try StoreFixture()
        let keys: Keys = ["subject": 1, "session": "A"]
        let record = try fixture.store.save(
            [1, 2.5, -0.0, .infinity], as: filtered, at: keys, version: ["low": 20])
        #expect(try fixture.store.load(filtered, at: keys).value == [1, 2.5, -0.0, .infinity])
        #expect(record.format == .npy)
        let again = try fixture.reopened()
        #expect(try again.load(filtered, at: keys, version: ["low": 20]).value == [1, 2.5, -0.0, .infinity])
        #expect(try again.workTree.contains(Address(variable: "FilteredSignal", keys: keys)))
    }

    @Test("Saving what is there already changes nothing")
    func idempotent() throws {
        let fixture = try StoreFixture()
        let keys: Keys = ["subject": 1, "session": "A"]
        try fixture.store.save(61.5, as: rate, at: keys)
        let page = fixture.store.path + "/records/HeartRate/subject=1/page.jsonl"
        let before = try FileManager.default.attributesOfItem(atPath: page)[.modificationDate] as? Date
        let changed = try fixture.store.transaction { try $0.save(61.5, as: rate, at: keys).isChanged }
        #expect(!changed)
        #expect(try FileManager.default.attributesOfItem(atPath: page)[.modificationDate] as? Date == before)
    }

    @Test("A small scalar stands in the line, and its digest is that of the value and a newline")
    func inlineValue() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(61.5, as: rate, at: ["subject": 1, "session": "A"])
        let line = try String(
            contentsOfFile: fixture.store.path + "/records/HeartRate/subject=1/page.jsonl", encoding: .utf8)
        #expect(
            line == """
                {"content":"\(try StockTool.digest(ofOutput: "printf '61.5\\n'"))","format":"json","keys":{"session":"A","subject":1},"size":5,"value":61.5,"version":{}}

                """)
        #expect(try fixture.reopened().load(rate, at: ["subject": 1, "session": "A"]).value == 61.5)
    }

    @Test("An address that several variants match lists them, and the version that equals it wins")
    func variants() throws {
        let fixture = try StoreFixture()
        let keys: Keys = ["subject": 1, "session": "A"]
        try fixture.store.save(1, as: rate, at: keys)
        try fixture.store.save(2, as: rate, at: keys, version: ["low": 20])
        try fixture.store.save(3, as: rate, at: keys, version: ["low": 20, "high": 450])
        #expect(try fixture.store.load(rate, at: keys, version: ["low": 20]).value == 2)
        #expect(try fixture.store.load(rate, at: keys, version: ["high": 450]).value == 3)
        let error = #expect(throws: StemmaError.self) { try fixture.store.load(rate, at: keys) }
        #expect(error?.code == .ambiguous)
        #expect(
            error?.message.contains("low=20 high=450") == true
                || error?.message.contains("high=450 low=20") == true)
    }

    @Test("An address that matches nothing names the nearest")
    func nearest() throws {
        let fixture = try StoreFixture()
        try fixture.store.save(1, as: rate, at: ["subject": 1, "session": "A"])
        let error = #expect(throws: StemmaError.self) {
            try fixture.store.load(rate, at: ["subject": 1, "session": "B"])
        }
        #expect(error?.code == .notFound)
        #expect(error?.hint?.contains("HeartRate subject=1 session=A") == true)
    }

    @Test("A transaction that throws leaves nothing behind")
    func rollback() throws {
        struct Stop: Error {}
        let fixture = try StoreFixture()
        let before = try fixture.files()
        #expect(throws: Stop.self) {
            try fixture.store.transaction { transaction in
                try transaction.save([1, 2, 3], as: filtered, at: ["subject": 1, "session": "A"])
                try transaction.save(1, as: rate, at: ["subject": 1, "session": "A"])
                throw Stop()
            }
        }
        #expect(try fixture.files() == before)
        #expect(try fixture.store.workTree.variables().isEmpty)
    }

    @Test("Keys are checked against what is declared")
    func keys() throws {
        let fixture = try StoreFixture()
        func code(_ keys: Keys, _ version: Version = [:]) -> StemmaError.Code? {
            #expect(throws: StemmaError.self) {
                try fixture.store.save(1, as: rate, at: keys, version: version)
            }?.code
        }
        #expect(code(["subject": "one", "session": "A"]) == .keyTypeMismatch)
        #expect(code(["subject": 1.5, "session": "A"]) == .keyTypeMismatch)
        #expect(code(["trial": 1]) == .unknownKey)
        #expect(code(["session": "A"], ["subject": 1]) == .keyInVersion)
        #expect(code(["session": "A"], ["a/b": 1]) == .invalidName)
        #expect(try fixture.store.workTree.variables().isEmpty)
    }
}

extension StoreFixture {
    /// Every file of the store but what is derived, with its bytes.
    func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        let root = URL(fileURLWithPath: store.path)
        let walk = FileManager.default.enumerator(atPath: store.path)
        while let name = walk?.nextObject() as? String {
            if name.hasPrefix("local") { continue }
            let url = root.appendingPathComponent(name)
            if (try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true {
                files[name] = try Data(contentsOf: url)
            }
        }
        return files
    }
}
