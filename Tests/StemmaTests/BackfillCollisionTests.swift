import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@testable import Stemma

@Suite("Backfilled records that meet others")
struct BackfillCollisionTests {
    private typealias Study = BackfillFixture
    private static let gain = Variable<Double>("Gain")

    /// A store with some variants at one address: their versions, and what they hold.
    private func variants(_ values: [(version: Version, value: Double)]) throws -> Study {
        let study = try Study(1...1)
        for (version, value) in values {
            try study.store.save(value, as: Self.gain, at: Study.keys(1), version: version)
        }
        try study.commit()
        return study
    }

    /// `{"a":1}=5`, in order.
    private func content(_ study: Study) throws -> [String] {
        try study.store.workTree.variants(of: "Gain", keys: Study.keys(1)).map {
            "\($0.version.json)=\($0.value.map { "\($0)" } ?? "")"
        }
    }

    @Test("Of one payload: they become one, and the revert parts them again")
    func joined() throws {
        let study = try variants([(["a": 1, "b": 1], 5), (["a": 1, "b": 2], 5), (["a": 2, "b": 1], 6)])
        let before = try study.fixture.files()
        let report = try study.store.backfill("Gain", setting: [:], removing: ["b"])
        #expect(report.updated == 3 && report.joined == 1 && report.failed == 0)
        #expect(try content(study) == [#"{"a":1}=5"#, #"{"a":2}=6"#])
        _ = try study.store.revert("HEAD")
        #expect(try study.fixture.files() == before)
    }

    @Test("With one that stays: they become one where it stands")
    func joinsStanding() throws {
        let study = try variants([([:], 5), (["a": 1], 5)])
        let report = try study.store.backfill("Gain", setting: ["a": 1])
        #expect(report.updated == 1 && report.joined == 1 && report.skipped[.upToDate]?.count == 1)
        #expect(try content(study) == [#"{"a":1}=5"#])
        #expect(report.commit?.removed == 1)
    }

    @Test("Of other payloads: all of them fail, and those that want the place of one that stays")
    func collides() throws {
        let study = try variants([(["a": 1, "b": 1], 5), (["a": 1, "b": 2], 6), (["a": 2, "b": 1], 7)])
        let before = try study.fixture.files()
        let report = try study.store.backfill("Gain", setting: [:], removing: ["b"])
        #expect(report.failed == 2 && !report.isApplied && report.updated == 1)
        #expect(report.failures.allSatisfy { $0.failure.name == "collision" })
        #expect(
            report.failures.first?.failure
                == .collision(
                    with: Address(variable: "Gain", keys: Study.keys(1), version: ["a": 1, "b": 2])))
        #expect(try study.fixture.files() == before)
        var options = BackfillOptions()
        options.skipsFailed = true
        _ = try study.store.backfill("Gain", setting: [:], removing: ["b"], options: options)
        #expect(try content(study) == [#"{"a":1,"b":1}=5"#, #"{"a":1,"b":2}=6"#, #"{"a":2}=7"#])
    }

    @Test("The one that was computed is kept, whichever stands there")
    func keepsLineage() throws {
        let study = try Study(1...1)
        let score = try study.store.load(Study.score, at: Study.keys(1))
        let lineage = try study.record("Score").lineage
        try study.store.save(score.value, as: Study.score, at: Study.keys(1), version: ["low": 20])
        try study.commit()
        let report = try study.store.backfill("Score", setting: ["low": 20])
        #expect(report.updated == 1 && report.joined == 1)
        #expect(try study.record("Score").lineage == lineage)
        #expect(try study.versions("Score") == [#"{"low":20}"#])
        #expect(try study.run(1...1) == 0 && study.versions("Score") == [#"{"low":20}"#])
    }

    @Test("Equal payloads at one address are told apart by what their versions have in common")
    func paired() throws {
        let study = try variants([(["width": 1], 5), (["width": 2], 5)])
        let store = study.store
        _ = try store.transaction { transaction in
            for (record, a) in zip(try store.workTree.variants(of: "Gain", keys: Study.keys(1)), [2, 1]) {
                var other = record
                other.version["a"] = .integer(a)
                try transaction.remove(record.address)
                try transaction.put(other)
            }
        }
        try study.commit()
        #expect(
            try Set(study.lastDifference().causes) == [
                #"version Gain {} -> {"a":2}: 1 + 0"#, #"version Gain {} -> {"a":1}: 1 + 0"#,
            ])
    }

    @Test("A record takes the version that another gives up")
    func chain() throws {
        let moves = AddressMoves(
            records([(["a": 1], 5), (["a": 2], 6), (["a": 3], 7)]),
            [(0, ["a": 2]), (1, ["a": 3]), (2, ["a": 1])])
        #expect(moves.vacated.isEmpty)
        #expect(
            moves.put.map { "\($0.version.json)=\($0.size)" } == [
                #"{"a":2}=5"#, #"{"a":3}=6"#, #"{"a":1}=7"#,
            ])
        // One that cannot go is in the way of the one behind it, and so on.
        let blocked = AddressMoves(
            records([(["a": 1], 5), (["a": 2], 6), (["a": 3], 7)]), [(0, ["a": 2]), (1, ["a": 3])])
        #expect(blocked.put.isEmpty && blocked.vacated.isEmpty)
        #expect(blocked.outcomes.count { if case .collides = $0 { true } else { false } } == 2)
    }

    private func records(_ values: [(version: Version, size: Int)]) -> [Record] {
        values.map { version, size in
            Record(
                variable: "Gain", keys: Study.keys(1), version: version,
                content: Digest.of(Array("\(size)".utf8)), format: .json, size: size)
        }
    }

    @Test("Whatever moves, no result is lost and no two have one address", arguments: 0..<20)
    func random(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            var taken: [Version: Int] = [:]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                taken[["a": .integer(Int.random(in: 0...3, using: &generator))]] = Int.random(
                    in: 5...6, using: &generator)
            }
            let records = records(
                taken.sorted { "\($0.key.json)" < "\($1.key.json)" }.map { (version: $0.key, size: $0.value) }
            )
            let moves: [(index: Int, version: Version)] = records.indices.compactMap { index in
                let version: Version = ["a": .integer(Int.random(in: 0...3, using: &generator))]
                return Bool.random(using: &generator) && version != records[index].version
                    ? (index, version) : nil
            }
            let result = AddressMoves(records, moves)
            #expect(result.outcomes.count == moves.count, "seed \(seed)")
            var after = Dictionary(uniqueKeysWithValues: records.map { ($0.version, $0.content) })
            for record in result.put { after[record.version] = record.content }
            for version in result.vacated { after[version] = nil }
            // Every record stands where it was or where it was to go, and holds what it held.
            for (index, record) in records.enumerated() {
                let move = moves.firstIndex { $0.index == index }
                let isStuck =
                    move.map { if case .collides = result.outcomes[$0] { true } else { false } } ?? true
                let version = isStuck ? record.version : moves[move ?? 0].version
                #expect(after[version] == record.content, "seed \(seed)")
            }
            #expect(Set(after.values) == Set(records.map(\.content)), "seed \(seed)")
        }
    }
}
