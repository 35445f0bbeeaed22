import Foundation
import Stemma
import TestSupport
import Testing

@Suite("The tree under records/")
struct TreeTests {
    /// A record as the model has it.
    private struct Entry: Hashable {
        let subject: Int
        let session: String
        let window: Int?
    }

    private static func fastOptions() -> StoreOptions {
        var options = StoreFixture.options
        options.synchronize = false
        return options
    }

    private func apply(_ entry: Entry, _ value: Double?, _ transaction: Transaction) throws {
        let keys: Keys = ["subject": .number(Double(entry.subject)), "session": .string(entry.session)]
        let version: Version = entry.window.map { ["window": .number(Double($0))] } ?? [:]
        if let value {
            try transaction.save(value, as: rate, at: keys, version: version)
        } else {
            try transaction.remove(Address(variable: rate.name, keys: keys, version: version))
        }
    }

    private func pages(_ store: Store) throws -> [String: Data] {
        var pages: [String: Data] = [:]
        let walk = FileManager.default.enumerator(atPath: store.path + "/records")
        while let name = walk?.nextObject() as? String {
            guard name.hasSuffix(".jsonl") else { continue }
            pages[name] = try Data(contentsOf: URL(fileURLWithPath: store.path + "/records/" + name))
        }
        return pages
    }

    @Test("It is the same whatever the order of saving and removing", arguments: 0..<6)
    func independentOfOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try StoreFixture()
        let store = try Store.open(fixture.store.path, options: Self.fastOptions())
        var model: [Entry: Double] = [:]
        let sessions = (0..<900).map { "s\($0)" }
        for _ in 0..<6 {
            try store.transaction { transaction in
                let removing = Bool.random(using: &random)
                for _ in 0..<Int.random(in: 1...1500, using: &random) {
                    let entry = Entry(
                        subject: Int.random(in: 0..<2, using: &random),
                        session: sessions.randomElement(using: &random) ?? "",
                        window: [nil, 3, 5].randomElement(using: &random) ?? nil)
                    if removing || Int.random(in: 0..<4, using: &random) == 0 {
                        try apply(entry, nil, transaction)
                        model[entry] = nil
                    } else {
                        let value = Double(Int.random(in: 0..<1000, using: &random))
                        try apply(entry, value, transaction)
                        model[entry] = value
                    }
                }
            }
        }
        let other = try StoreFixture()
        let fresh = try Store.open(other.store.path, options: Self.fastOptions())
        var order = Array(model)
        order.shuffle(using: &random)
        try fresh.transaction { transaction in
            for (entry, value) in order { try apply(entry, value, transaction) }
        }
        #expect(try pages(store) == pages(fresh), "seed \(seed)")

        // What the catalog answers is what the pages say, for this process and for one that reads them anew.
        for view in [store.workTree, try Store.open(store.path).workTree] {
            var seen: [Entry: Double] = [:]
            guard try !view.variables().isEmpty else { continue }
            try view.forEachRecord(of: rate.name) { record in
                guard case .number(let subject)? = record.keys["subject"],
                    case .string(let session)? = record.keys["session"],
                    case .number(let value)? = record.value
                else { return false }
                var window: Int?
                if case .number(let number)? = record.version["window"] { window = Int(number) }
                seen[Entry(subject: Int(subject), session: session, window: window)] = value
                return true
            }
            #expect(seen == model, "seed \(seed)")
        }
        try FileManager.default.removeItem(atPath: store.path + "/local")
        #expect(
            try Store.open(store.path).workTree.variables().map(\.records)
                == (model.isEmpty ? [0] : [model.count]), "seed \(seed)")
    }

    @Test("Removing the last record removes its page and its folder")
    func emptied() throws {
        let fixture = try StoreFixture()
        let keys: Keys = ["subject": 1, "session": "A"]
        try fixture.store.save(1, as: rate, at: keys)
        try fixture.store.remove(rate, at: keys)
        #expect(!FileManager.default.fileExists(atPath: fixture.store.path + "/records/HeartRate"))
    }

    @Test("Hundreds of variants of one address stay on one page")
    func variants() throws {
        let fixture = try StoreFixture()
        try fixture.store.transaction { transaction in
            for window in 0..<700 {
                try apply(Entry(subject: 1, session: "A", window: window), 1, transaction)
            }
        }
        #expect(try pages(fixture.store).keys.sorted() == ["HeartRate/subject=1/page.jsonl"])
        try fixture.store.transaction { try apply(Entry(subject: 1, session: "B", window: 1), 1, $0) }
        #expect(try pages(fixture.store).count == 2)
        try fixture.store.transaction { try apply(Entry(subject: 1, session: "B", window: 1), nil, $0) }
        #expect(try pages(fixture.store).keys.sorted() == ["HeartRate/subject=1/page.jsonl"])
    }
}
