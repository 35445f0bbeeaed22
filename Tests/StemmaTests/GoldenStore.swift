import Foundation
import Stemma
import TestSupport
import Testing

/// What the store in `Tests/Golden/format-1` holds. It was written once and is never written again: every later
/// version must read it.
enum GoldenStore {
    struct Summary: Codable, Equatable, Sendable {
        var mean: Double
        var label: String
        var missing: [Int?]
    }

    static let keys = [KeyDeclaration("subject", .integer), KeyDeclaration("session", .string)]
    static let raw = Variable<[Double]>("Raw")
    static let scaled = Variable<[Double]>("Scaled")
    static let image = Variable<NDArray<Int16>>("Image")
    static let summary = Variable<Summary>("Summary")
    static let trial = Variable<Double>("Trial")
    static let table = Variable<Data>("Blob")

    static let scale = Thunk<[Double], Double, [Double], [Double]>(
        "scale", version: "1", parameters: ["signal", "factor", "table"], module: "Golden"
    ) { signal, factor, table in signal.map { $0 * factor + table[0] } }

    static let summarise = Thunk<[Double], String, Summary>(
        "summarise", version: "2", parameters: ["signal", "label"], module: "Golden"
    ) { signal, label in
        Summary(mean: signal.reduce(0, +) / Double(signal.count), label: label, missing: [1, nil])
    }

    static let longTable = (0..<600).map(Double.init)

    /// Fills a store with it; how the golden store was made.
    static func fill(_ store: Store) throws {
        try store.transaction { transaction in
            for subject in 1...3 {
                try transaction.save(
                    [Double(subject), 2.5, -0.0, .infinity], as: raw,
                    at: ["subject": .number(Double(subject)), "session": "A"])
            }
            for index in 0..<600 {
                try transaction.save(
                    Double(index) / 8, as: trial, at: ["subject": 7, "session": .string("t\(index)")],
                    version: ["window": 5])
            }
            try transaction.save(1, as: trial, at: ["session": "no subject"])
            try transaction.save(
                2, as: trial, at: ["subject": -1, "session": "ä/b c"],
                version: ["window": .null, "exact": true])
            try transaction.save(
                NDArray(shape: [2, 3], elements: [1, -2, 3, -4, 5, -32768]), as: image,
                at: ["subject": 1, "session": "A"])
            try transaction.save(
                Data(repeating: 7, count: 1_300_000), as: table, at: ["subject": 1, "session": "A"])
            try transaction.save(
                bytes: Array("a,b\r\n1,\"x, y\"\r\n".utf8), format: .csv,
                at: Address(variable: "Table", keys: ["subject": 1, "session": "A"]))
        }
        let keys: Keys = ["subject": 2, "session": "A"]
        let output = try store.call(scale, store.load(raw, at: keys), 2, longTable)
        try store.save(output, as: scaled, at: keys, version: ["factor": 2])
        try store.save(store.call(summarise, [1.0, 2.0, 4.5], "two"), as: summary, at: keys)
    }
}

@Suite("The golden store of format 1")
struct GoldenStoreTests {
    private static var directory: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Golden/format-1").path
    }

    /// A copy in a repository of its own, so that nothing is ever written to the original.
    private func copy() throws -> (TemporaryDirectory, Store) {
        let directory = try TemporaryDirectory()
        _ = try Git.initialized(at: directory.file("code"))
        try FileManager.default.copyItem(atPath: Self.directory, toPath: directory.file("code/results"))
        return (directory, try Store.open(directory.file("code/results"), options: StoreFixture.options))
    }

    @Test("Every record of it is read")
    func read() throws {
        let (directory, store) = try copy()
        defer { withExtendedLifetime(directory) {} }
        #expect(
            try store.workTree.variables().map(\.name) == [
                "Blob", "Image", "Raw", "Scaled", "Summary", "Table", "Trial",
            ])
        #expect(try store.workTree.variables().map(\.records) == [1, 1, 3, 1, 1, 1, 602])
        let raw = try store.load(GoldenStore.raw, at: ["subject": 3, "session": "A"]).value
        #expect(raw == [3, 2.5, 0, .infinity] && raw[2].sign == .minus)
        let image = try store.load(GoldenStore.image, at: ["subject": 1, "session": "A"]).value
        #expect(image.shape == [2, 3] && image[1, 2] == -32768)
        #expect(
            try store.load(GoldenStore.table, at: ["subject": 1, "session": "A"]).value
                == Data(repeating: 7, count: 1_300_000))
        #expect(try store.load(GoldenStore.trial, at: ["subject": 7, "session": "t599"]).value == 599.0 / 8)
        #expect(try store.load(GoldenStore.trial, at: ["session": "no subject"]).value == 1)
        #expect(
            try store.load(
                GoldenStore.trial, at: ["subject": -1, "session": "ä/b c"], version: ["window": .null]
            ).value == 2)
        #expect(
            try store.load(GoldenStore.summary, at: ["subject": 2, "session": "A"]).value
                == GoldenStore.Summary(mean: 2.5, label: "two", missing: [1, nil]))
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    @Test("Its calls are answered without running anything")
    func hits() throws {
        let (directory, store) = try copy()
        defer { withExtendedLifetime(directory) {} }
        let output = try store.call(
            GoldenStore.scale, store.load(GoldenStore.raw, at: ["subject": 2, "session": "A"]), 2,
            GoldenStore.longTable)
        #expect(output.isFromStore)
        #expect(try store.call(GoldenStore.summarise, [1.0, 2.0, 4.5], "two").isFromStore)
    }

    @Test("Filling a new store gives the same pages")
    func writesTheSame() throws {
        let fixture = try StoreFixture(keys: GoldenStore.keys)
        try GoldenStore.fill(fixture.store)
        for (name, bytes) in try fixture.files()
        where name.hasPrefix("records/") || name.hasPrefix("variables/") {
            let golden = try Data(contentsOf: URL(fileURLWithPath: Self.directory + "/" + name))
            #expect(bytes == golden, "\(name)")
        }
    }

    @Test("Its documents migrate, with their lineage, and go back to the same bytes")
    func migrates() throws {
        let (directory, store) = try copy()
        defer { withExtendedLifetime(directory) {} }
        _ = try store.commit("golden")
        let git = Git(in: directory.file("code"))
        let tree = try git("rev-parse", "HEAD:results")
        let address = Address(variable: "Summary", keys: ["subject": 2, "session": "A"])
        let before = try store.workTree.record(at: address)

        func migrate(_ variable: String, _ operations: JSONValue) throws {
            var options = MigrationOptions()
            options.definitions = [
                try MigrationDefinition(["from": "0.0.1", "to": "1", "up": operations])
            ]
            let report = try store.migrate(variable, to: SchemaVersion("1"), options: options)
            #expect(report.isApplied && report.failed == 0)
        }
        try migrate("Summary", [["op": "rename", "at": "/mean", "to": "average"]])
        let after = try store.workTree.record(at: address)
        #expect(after.lineage == before.lineage && after.migratedFrom == ["0.0.1"])
        #expect(
            try store.workTree.payload(of: after)
                == Array(#"{"average":2.5,"label":"two","missing":[1,null]}"#.utf8) + [0x0A])
        #expect(try store.call(GoldenStore.summarise, [1.0, 2.0, 4.5], "two").isFromStore)
        try migrate("Trial", [["op": "move", "from": "", "to": "/value"]])
        let trial = try store.workTree.record(
            at: Address(variable: "Trial", keys: ["subject": 7, "session": "t599"]))
        #expect(try store.workTree.payload(of: trial) == Array("{\"value\":74.875}\n".utf8))
        #expect(try store.check(deep: true).findings.isEmpty)

        _ = try store.revert("HEAD")
        _ = try store.revert("HEAD~2")
        #expect(try git("rev-parse", "HEAD:results") == tree)
    }

    @Test("Make it", .enabled(if: ProcessInfo.processInfo.environment["STEMMA_MAKE_GOLDEN"] != nil))
    func make() throws {
        let fixture = try StoreFixture(keys: GoldenStore.keys)
        try GoldenStore.fill(fixture.store)
        _ = try fixture.store.commit("golden")
        try FileManager.default.removeItem(atPath: fixture.store.path + "/local")
        try? FileManager.default.removeItem(atPath: Self.directory)
        try FileManager.default.copyItem(atPath: fixture.store.path, toPath: Self.directory)
    }
}
