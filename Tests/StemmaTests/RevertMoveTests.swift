import StemmaRecords
import TestSupport
import Testing

@testable import Stemma

@Suite("Reverting where records have other versions now")
struct RevertMoveTests {
    private typealias Study = BackfillFixture
    private static let gain = Variable<Double>("Gain")

    private let study: Study
    private var store: Store { study.store }

    init() throws { study = try Study(1...1) }

    private func save(_ value: Double, _ version: Version) throws {
        try store.save(value, as: Self.gain, at: Study.keys(1), version: version)
    }

    /// Gives records other versions, all at once, as a backfill does.
    private func move(_ moves: [(from: Version, to: Version)]) throws {
        let records = try moves.map { move in
            try store.workTree.record(
                at: Address(variable: "Gain", keys: Study.keys(1), version: move.from))
        }
        try store.transaction { transaction in
            for record in records { try transaction.remove(record.address) }
            for (var record, move) in zip(records, moves) {
                record.version = move.to
                try transaction.put(record)
            }
        }
    }

    /// `{"low":1}=5`, in order.
    private func content() throws -> [String] {
        try store.workTree.variants(of: "Gain", keys: Study.keys(1)).map {
            "\($0.version.json)=\($0.value.map { "\($0)" } ?? "")"
        }
    }

    @Test("A record that the commit did not touch is no other record's, though it holds the same")
    func bystander() throws {
        try save(4, ["width": 3])
        try save(6, ["width": 5])
        try study.commit()
        try save(6, ["width": 3])
        try study.commit()
        try store.remove(Self.gain, at: Study.keys(1), version: ["width": 3])
        try study.commit()
        let conflicts = #expect(throws: RevertConflicts.self) { try store.revert("HEAD~1") }
        #expect(conflicts?.conflicts.map(\.address.version) == [["width": 3]])
        #expect(try content() == [#"{"width":5}=6"#])
        _ = try store.revert("HEAD~1", side: .theirs)
        #expect(try content() == [#"{"width":3}=4"#, #"{"width":5}=6"#])
    }

    @Test("Neither is one of the same call")
    func bystanderOfCall() throws {
        let keys = Study.keys(1)
        let score = try store.load(Study.score, at: keys)
        try store.save(score, as: Study.score, at: keys, version: ["limit": 100])
        try study.commit()
        try store.remove(Study.score, at: keys, version: ["limit": 100])
        try study.commit()
        #expect(try store.revert("HEAD~1") == nil)
        #expect(try store.revert("HEAD~1", side: .theirs) == nil)
        #expect(try study.versions("Score") == ["{}"])
    }

    @Test("Where the first of a chain cannot go back, none behind it does, and none is lost")
    func chain() throws {
        try save(1, ["low": 20])
        try save(2, ["low": 30])
        try study.commit()
        try move([(["low": 20], ["low": 10]), (["low": 30], ["low": 20])])
        try study.commit()
        try save(3, ["low": 30])
        try study.commit()
        let now = try content()
        let conflicts = #expect(throws: RevertConflicts.self) { try store.revert("HEAD~1") }
        #expect(conflicts?.conflicts.count == 2)
        #expect(try store.revert("HEAD~1", side: .ours) == nil)
        #expect(try content() == now && now.count == 3)
        _ = try store.revert("HEAD~1", side: .theirs)
        #expect(try content() == [#"{"low":20}=1"#, #"{"low":30}=2"#])
    }

    @Test("Whatever moved and came, no result is lost when what is there now counts", arguments: 0..<8)
    func random(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let versions: [Version] = (0..<6).map { ["low": .integer($0)] }
        let old = versions.shuffled(using: &generator).prefix(4)
        for (value, version) in old.enumerated() { try save(Double(value), version) }
        try study.commit()
        try move(Array(zip(old, versions.shuffled(using: &generator))))
        try study.commit()
        for version in versions where Bool.random(using: &generator) {
            if try content().contains(where: { $0.hasPrefix("\(version.json)=") }) { continue }
            try save(Double.random(in: 10...20, using: &generator), version)
        }
        _ = try store.commit("more")
        func values() throws -> [String] { try content().map { "\($0.split(separator: "=")[1])" }.sorted() }
        let before = try values()
        let moved = try study.fixture.git("log", "--format=%h", "-3").split(separator: "\n")
        let hasMore = before.count > 4
        guard let commit = hasMore ? moved.dropFirst().first : moved.first else { return }
        _ = try store.revert(String(commit), side: .ours)
        #expect(try values() == before, "seed \(seed)")
    }
}
