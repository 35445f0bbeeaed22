import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@testable import Stemma

@Suite("What a backfill leaves as it is")
struct BackfillLineageTests {
    private typealias Study = BackfillFixture

    /// A backfill, and the version that the first record has then.
    private struct Change: Sendable, CustomTestStringConvertible {
        let variable: String
        let before: Version
        let set: Version
        let unset: [String]

        var testDescription: String { "\(variable) \(before.json) + \(set.json) - \(unset)" }
    }

    private static let changes = [
        Change(variable: "Raw", before: [:], set: ["site": "A"], unset: []),
        Change(variable: "Raw", before: ["site": "B"], set: ["site": "A"], unset: []),
        Change(variable: "Raw", before: ["site": "B"], set: [:], unset: ["site"]),
        Change(variable: "Filtered", before: [:], set: ["low": 20], unset: []),
        Change(variable: "Filtered", before: ["low": 2], set: ["low": 20], unset: []),
        Change(variable: "Filtered", before: ["low": 20], set: [:], unset: ["low"]),
        Change(variable: "Score", before: [:], set: ["low": 20], unset: []),
    ]

    /// A study one of whose variables has a version, as a pipeline that is run with it finds it.
    private func study(_ change: Change) throws -> Study {
        let study = try Study()
        guard !change.before.isEmpty else { return study }
        for name in ["Raw", "Filtered", "Power", "Score"] {
            try study.store.workTree.forEachRecord(of: name) { record in
                _ = try study.store.transaction { try $0.remove(record.address) }
                return true
            }
        }
        for subject in 1...3 {
            try study.store.save(
                Double(subject), as: Study.raw, at: Study.keys(subject),
                version: change.variable == "Raw" ? change.before : [:])
        }
        try study.run(saving: [change.variable: change.before])
        try study.commit()
        return study
    }

    @Test("Calls are answered, nothing is stale, and running all again changes nothing", arguments: changes)
    private func untouched(_ change: Change) throws {
        let study = try study(change)
        let store = study.store
        let raw = try study.record("Raw", 2)
        let downstream = try store.downstream(of: raw, in: store.workTree) { _, _ in true }
        #expect(downstream.records == 3)
        for step in ["backfill", "revert", "revert of the revert"] {
            if step == "backfill" {
                _ = try store.backfill(change.variable, setting: change.set, removing: change.unset)
            } else {
                _ = try store.revert("HEAD")
            }
            #expect(try store.staleRecords().isEmpty, "\(step)")
            let now = try study.record("Raw", 2)
            #expect(
                try store.downstream(of: now, in: store.workTree) { _, _ in true } == downstream, "\(step)")
            let graph = try store.downstreamGraph(of: now, in: store.workTree)
            #expect(graph.nodes.contains { $0.address?.variable == "Score" }, "\(step)")
            let files = try study.fixture.files()
            // Saved as it is now where the version has changed, as the pipeline would be from then on.
            let isOther = step != "revert" && !change.set.contains(change.before)
            #expect(
                try study.run(saving: [change.variable: isOther ? change.set : change.before]) == 0, "\(step)"
            )
            #expect(try study.fixture.files() == files, "\(step)")
        }
    }

    @Test("What was computed before a backfill is not stale when another record takes the old version")
    func oldVersionTaken() throws {
        for change in Self.changes where change.variable == "Filtered" {
            let study = try study(change)
            let score = try study.record("Power")
            _ = try study.store.backfill("Filtered", setting: change.set, removing: change.unset)
            let other = try study.store.call(
                Study.bandpass, study.store.load(Study.raw, at: Study.keys(1)), 99, "other")
            try study.store.save(other, as: Study.filtered, at: Study.keys(1), version: change.before)
            #expect(try study.store.staleRecords().isEmpty, "\(change)")
            #expect(try study.record("Power") == score)
            // What changes after that is stale all the same.
            try study.store.save(
                other, as: Study.filtered, at: Study.keys(1),
                version: study.record("Filtered", 2).version)
            #expect(try study.store.staleRecords().map(\.count) == [1], "\(change)")
        }
    }

    @Test("Data that are other ones now are stale also after a backfill")
    func changedAfterwards() throws {
        let study = try Study()
        _ = try study.store.backfill("Raw", setting: ["site": "A"])
        try study.store.save(50, as: Study.raw, at: Study.keys(1), version: ["site": "A"])
        #expect(
            try study.store.staleRecords().map { "\($0.count) \($0.variable) by \($0.input)" }
                == ["1 Filtered by Raw"])
    }

    @Test("Data of one variant that changed are stale, whatever another variant holds")
    func otherVariant() throws {
        let study = try Study(1...1)
        for site in ["A", "B"] {
            try study.store.save(
                0, as: Study.raw, at: Study.keys(7), version: ["site": .string(site)])
        }
        let zero = try study.store.load(Study.raw, at: Study.keys(7), version: ["site": "A"])
        try study.store.save(study.store.call(Study.squared, zero), as: Study.power, at: Study.keys(7))
        #expect(try study.store.staleRecords().isEmpty)
        let (a, b) = (
            try study.store.workTree.variants(of: "Raw", keys: Study.keys(7))[0],
            try study.store.workTree.variants(of: "Raw", keys: Study.keys(7))[1]
        )
        let view = study.store.workTree
        #expect(try study.store.downstream(of: a, in: view) { _, _ in true }.records == 1)
        #expect(try study.store.downstream(of: b, in: view) { _, _ in true }.records == 0)
        try study.store.save(1, as: Study.raw, at: Study.keys(7), version: ["site": "A"])
        #expect(try study.store.staleRecords().map(\.count) == [1])
    }

    @Test("A backfilled input is no cause of what differs by something else")
    func noFalseCause() throws {
        for change in Self.changes where change.variable != "Score" {
            let study = try study(change)
            _ = try study.store.backfill(change.variable, setting: change.set, removing: change.unset)
            let version = try study.record(change.variable).version
            try study.run(1...1, saving: [change.variable: version], low: 30)
            try study.commit()
            let (before, after) = (try study.store.snapshot("HEAD~2"), try study.store.snapshot("HEAD"))
            let difference = try study.store.difference(from: before, to: after)
            let causes = try study.store.explanation(of: difference, from: before, to: after).causes
            #expect(Set(causes.map(\.kind)) == [.constant, .version], "\(causes.map(CauseFixture.text))")
            // The three that were backfilled, one of which was computed anew since.
            let counts = causes.filter { $0.kind == .version }.map { $0.direct + $0.downstream }
            #expect(
                counts == [change.variable == "Filtered" ? 2 : 3], "\(causes.map(CauseFixture.text))")
            #expect(causes.filter { $0.kind == .version }.allSatisfy { $0.downstream == 0 })
        }
    }
}
