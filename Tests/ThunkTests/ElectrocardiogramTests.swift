import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Half an hour of an electrocardiogram, in Swift")
struct ElectrocardiogramTests {
    private static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../shared/data/ecg").standardizedFileURL.path
    private static let isThere = FileManager.default.fileExists(atPath: data + "/beats.json")

    private let raw = Variable<[Int16]>("RawECG")
    private let filtered = Variable<[Double]>("FilteredECG")
    private let beats = Variable<[Int64]>("Beats")
    private let rate = Variable<Double>("HeartRate")

    @Test(
        "At least 99 % of the beats that cardiologists marked are found, and the second run runs nothing",
        .enabled(if: isThere, "the data in ../shared/data/ecg are not there"))
    func pipeline() async throws {
        let directory = try TemporaryDirectory()
        let store = try Store.create(
            at: directory.file("results"), keys: [KeyDeclaration("minute", .integer)]
        ).store
        try store.transaction { transaction in
            for minute in 1...30 {
                try transaction.save(
                    file: "\(Self.data)/minute\(minute < 10 ? "0" : "")\(minute).npy", format: .npy,
                    at: Address(variable: raw.name, keys: ["minute": .number(Double(minute))]))
            }
        }
        func run(_ store: Store) async throws -> [BatchReport] {
            [
                try await store.forEach(
                    bandpass, inputs: raw, 5.0, 25.0, outputs: filtered, over: ["minute": .all]),
                try await store.forEach(
                    findPeaks, inputs: filtered, 0.3, outputs: beats, over: ["minute": .all]),
                try await store.forEach(heartRate, inputs: beats, outputs: rate, over: ["minute": .all]),
            ]
        }
        let start = ContinuousClock.now
        #expect(try await run(store).allSatisfy { $0.computed == 30 && $0.total == 30 })
        let first = ContinuousClock.now
        #expect(try await run(Store.open(store.path)).allSatisfy { $0.cached == 30 && $0.total == 30 })
        print(
            "electrocardiogram in Swift: first run \(first - start), second run \(ContinuousClock.now - first)"
        )

        let marked = try JSONDecoder().decode(
            Marks.self, from: Data(contentsOf: URL(fileURLWithPath: Self.data + "/beats.json")))
        var found: [Int] = []
        for minute in 1...30 {
            let places = try store.load(beats, at: ["minute": .number(Double(minute))]).value
            found += places.map { Int($0) + (minute - 1) * 21_600 }
        }
        let hits = marked.beats.count { beat in found.contains { abs($0 - beat) <= 27 } }
        #expect(marked.beats.count == 2273)
        #expect(Double(hits) >= 0.99 * 2273, "\(hits) of 2273")
        #expect(found.count <= 2273, "nothing is found that is no beat")
        print("electrocardiogram in Swift: \(hits) of 2273 beats within 75 ms, \(found.count) found")
        #expect((60...90).contains(try store.load(rate, at: ["minute": 1]).value))
    }

    private struct Marks: Decodable {
        let beats: [Int]
    }
}
