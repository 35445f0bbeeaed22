import Foundation
import StemmaBlobs
import StemmaLineage
import StemmaRecords
import Testing

@testable import Stemma

@Suite("Why records differ")
struct ExplanationTests {
    private let study: CauseFixture

    init() throws { study = try CauseFixture() }

    @Test("A constant explains what it was given to, and what follows from that")
    func constant() throws {
        try study.begin()
        for subject in 1...2 { try study.run(subject, factor: 3) }
        #expect(try study.causes() == ["constant scale.factor 2 -> 3: 2 + 2"])
        #expect(try study.explain().causes.map { CauseFixture.place($0.example) } == ["Scaled subject=1"])
    }

    @Test("A step that came to the same result is explained too")
    func sameResult() throws {
        try study.measure(0)
        try study.run()
        try study.commit()
        try study.run(factor: 3)
        #expect(try study.causes() == ["constant scale.factor 2 -> 3: 1 + 1"])
    }

    @Test("Several causes are told, each with its own counts, the most consequential first")
    func several() throws {
        try study.begin(1...3)
        try study.run(1, factor: 3)
        try study.run(2, factor: 3, limit: 5)
        try study.measure(7, 3)
        try study.run(3, limit: 5)
        #expect(
            try study.causes() == [
                "constant scale.factor 2 -> 3: 2 + 2", "data Measured subject=3 3 -> 7 changed: 1 + 2",
                "constant assess.limit 10 -> 5: 2 + 0",
            ])
    }

    @Test("A function that changed is told with its versions")
    func function() throws {
        try study.begin(1...1)
        try study.run(function: "2")
        #expect(try study.causes() == [#"function scale "1" -> "2": 1 + 1"#])
        #expect(try study.explain().causes[0].parts.isEmpty)
    }

    @Test("A function of another name is told by the names")
    func otherFunction() throws {
        try study.begin(1...1)
        let other = Thunk<Double, Double, Double>("stretch", version: "1", parameters: ["value", "factor"]) {
            $0 * $1
        }
        let keys = CauseFixture.keys(1)
        try study.store.save(
            study.store.call(other, study.store.load(CauseFixture.measured, at: keys), 2),
            as: CauseFixture.scaled, at: keys)
        #expect(try study.causes() == [#"function stretch "scale" -> "stretch": 1 + 0"#])
    }

    @Test("Which parts of a function changed is read from its record")
    func parts() throws {
        func function(_ parts: [(String, String, String)], outputs: [String] = ["Double"]) -> FunctionRecord {
            FunctionRecord(
                language: "swift", module: "M", name: "f",
                basis: .derived(
                    parts.map { .init(kind: $0.0, name: $0.1, digest: Digest.of(Array($0.2.utf8))) }),
                parameters: [], outputs: outputs)
        }
        let before = function([("function", "a", "1"), ("function", "b", "2")])
        let after = function([("function", "b", "3"), ("file", "c", "2")], outputs: ["Float"])
        let difference = FunctionDifference(from: before, to: after)
        #expect(
            difference.parts.map { "\($0.kind) \($0.name) \($0.status)" } == [
                "outputs  changed", "file c added", "function a removed", "function b changed",
            ])
        #expect(difference.words == ["its outputs", "file c", "function a", "function b"])
        #expect(difference.versions == nil)
        #expect(FunctionDifference(from: after, to: after).parts.isEmpty)
        func stated(_ version: String) -> FunctionRecord {
            FunctionRecord(
                language: "swift", module: "M", name: "f", version: version, parameters: [], outputs: [])
        }
        #expect(FunctionDifference(from: stated("1"), to: stated("2")).words == ["version 1 -> 2"])
    }

    @Test("Raw data that were measured again explain all that was made from them")
    func data() throws {
        try study.begin()
        try study.measure(5)
        #expect(try study.causes() == ["data Measured subject=1 1 -> 5 changed: 1 + 0"])
        try study.run()
        #expect(try study.causes() == ["data Measured subject=1 1 -> 5 changed: 1 + 2"])
    }

    @Test(
        "Data that were measured again after a migration are other data; what was migrated is the migration's"
    )
    func dataSinceMigration() throws {
        let trial = Variable<JSONValue>("Trial")
        let size = Thunk<JSONValue, Double>("size", version: "1", parameters: ["trial"]) { trial in
            guard case .object(let members) = trial, case .number(let value)? = members["size"] else {
                return -1
            }
            return Double(value)
        }
        func run() throws {
            for subject in 1...2 {
                let keys = CauseFixture.keys(subject)
                try study.store.save(
                    study.store.call(size, study.store.load(trial, at: keys)), as: CauseFixture.score,
                    at: keys)
            }
        }
        for subject in 1...2 {
            try study.store.save(["extent": 3], as: trial, at: CauseFixture.keys(subject))
        }
        try run()
        try study.commit()
        var options = MigrationOptions()
        options.definitions = [
            try MigrationDefinition([
                "from": "0.0.1", "to": "0.1.0", "up": [["op": "rename", "at": "/extent", "to": "size"]],
            ])
        ]
        _ = try study.store.migrate("Trial", to: SchemaVersion("0.1.0"), options: options)
        try study.store.save(["size": 4], as: trial, at: CauseFixture.keys(2))
        try run()
        try study.commit()
        func causes(_ old: String, _ new: String) throws -> [String] {
            let (before, after) = (try study.store.snapshot(old), try study.store.snapshot(new))
            return try study.store.explanation(
                of: study.store.difference(from: before, to: after), from: before, to: after
            ).causes.map { "\($0.kind.rawValue) \($0.direct) + \($0.downstream)" }.sorted()
        }
        let (forth, back) = (try causes("HEAD~2", "HEAD"), try causes("HEAD", "HEAD~2"))
        #expect(forth == ["data 1 + 1", "schema 1 + 1"])
        #expect(back == ["data 1 + 1", "schema 1 + 1"])
    }

    @Test("Data that changed at many addresses are one cause")
    func manyData() throws {
        func measure(_ sign: Double) throws {
            try study.store.transaction { transaction in
                for subject in 1...(Explainer.manyAddresses + 1) {
                    try transaction.save(
                        sign * Double(subject), as: CauseFixture.measured, at: CauseFixture.keys(subject))
                }
            }
        }
        try measure(1)
        try study.run(1)
        try study.commit()
        try measure(-1)
        try study.run(1)
        #expect(try study.causes() == ["data Measured changed: 101 + 2"])
    }

    @Test("New data explain what was made from them; a step that is new over old data explains itself")
    func added() throws {
        try study.begin(1...1)
        try study.measure(9, 9)
        try study.run(9)
        #expect(try study.causes() == ["data Measured added: 1 + 2"])
        let round = Thunk<Double, Double>("round", version: "1", parameters: ["value"]) { $0.rounded() }
        let scaled = try study.store.load(CauseFixture.scaled, at: CauseFixture.keys(1))
        let rounded = try study.store.call(round, scaled)
        try study.store.save(rounded, as: Variable("Rounded"), at: CauseFixture.keys(1))
        let half = try study.store.call(CauseFixture.assess, rounded, 2)
        try study.store.save(half, as: Variable("Half"), at: CauseFixture.keys(1))
        #expect(
            try study.causes() == [
                "data Measured added: 1 + 2", "new-step round: 1 + 1", "new-step assess: 1 + 0",
            ])
    }

    @Test("Results of a step that both sides have, which one side has not computed, are no new step")
    func oneSide() throws {
        try study.begin(1...2)
        try study.store.remove(CauseFixture.scaled, at: CauseFixture.keys(2))
        try study.commit()
        try study.run(2)
        let causes = try study.causes()
        #expect(causes == ["one-side: 1"], "\(causes)")
    }

    @Test(
        "A chain of steps that one side has not computed is counted once for each record, and beside causes not at all"
    )
    func oneSideOfAChain() throws {
        try study.begin(1...3)
        for subject in 2...3 {
            try study.remove("Score", subject)
            try study.remove("Scaled", subject)
        }
        try study.commit()
        for subject in 2...3 { try study.run(subject) }
        #expect(try study.causes() == ["one-side: 4"])
        try study.measure(7, 3)
        try study.run(3)
        // What is new data's is explained by it, though it stands on one side only, too.
        try study.measure(8, 4)
        try study.run(4)
        let causes = try study.causes()
        #expect(causes.contains("data Measured added: 1 + 2"), "\(causes)")
        #expect(causes.last == "one-side: 4", "\(causes)")
    }

    @Test("A filter narrows what is explained, not where causes are looked for")
    func filtered() throws {
        try study.begin(1...1)
        try study.measure(9, 9)
        try study.run(9)
        let (before, after) = (try study.store.head(), study.store.workTree)
        let difference = try study.store.difference(from: before, to: after, variable: "Score")
        let explanation = try study.store.explanation(of: difference, from: before, to: after)
        #expect(explanation.causes.map(CauseFixture.text) == ["data Measured added: 0 + 1"])
    }

    @Test("Views of a program's own making are explained as any other")
    func otherViews() throws {
        try study.begin(1...2)
        for subject in 1...2 { try study.run(subject, factor: 3) }
        let before = try study.store.head()
        let after = PartialView(base: study.store.workTree) { $0.keys["subject"] == 1 }
        let difference = try study.store.difference(from: before, to: after)
        let explanation = try study.store.explanation(of: difference, from: before, to: after)
        #expect(
            explanation.causes.map(CauseFixture.text) == [
                "data Measured removed: 1 + 2", "constant scale.factor 2 -> 3: 1 + 1",
            ])
    }

    @Test("What is gone is a removed step, or removed data")
    func removed() throws {
        try study.begin(1...2)
        for (variable, subject) in [("Score", 1), ("Score", 2), ("Measured", 2), ("Scaled", 2)] {
            try study.remove(variable, subject)
        }
        #expect(
            try study.causes() == ["data Measured removed: 1 + 2", "removed-step assess: 1 + 0"])
    }

    @Test("A variant of one side is compared with the nearest at the same keys of the other")
    func nearest() throws {
        try study.measure(1)
        try study.run(factor: 2, version: ["factor": 2, "mode": "a"])
        try study.run(factor: 7, version: ["factor": 7, "mode": "b"])
        try study.commit()
        try study.run(factor: 3, version: ["factor": 3, "mode": "a"])
        // The score was of factor 7.
        #expect(
            try study.causes() == [
                "constant scale.factor 2 -> 3: 1 + 0", "constant scale.factor 7 -> 3: 0 + 1",
            ])
    }

    @Test("Of variants that are equally near the first counts, and each side has its own")
    func tie() throws {
        try study.begin(1...1, version: ["factor": 2])
        try study.remove("Scaled", version: ["factor": 2])
        try study.run(factor: 4, version: ["factor": 4])
        try study.run(factor: 3, version: ["factor": 3])
        // Added 3 and 4 have 2 for a counterpart; what is gone, 2, has 3, which comes first.
        #expect(
            try study.causes() == [
                "constant scale.factor 2 -> 3: 2 + 1", "constant scale.factor 2 -> 4: 1 + 0",
            ])
    }

    @Test("An input from another place is a cause of its own")
    func input() throws {
        try study.begin()
        let other = try study.store.load(CauseFixture.measured, at: CauseFixture.keys(2))
        try study.store.save(
            study.store.call(CauseFixture.scale(), other, 2), as: CauseFixture.scaled,
            at: CauseFixture.keys(1))
        let cause = try #require(try study.explain().causes.first)
        #expect(cause.kind == .input && cause.function == "scale" && cause.name == "value")
        #expect(cause.from == .record(Address(variable: "Measured", keys: ["subject": 1])))
        #expect(cause.to == .record(Address(variable: "Measured", keys: ["subject": 2])))
    }

    @Test("A step that reads another variable is one cause for all its records, and so is one at other keys")
    func otherVariable() throws {
        try study.begin(1...5)
        let other = Variable<Double>("Calibrated")
        for subject in 1...5 {
            let keys = CauseFixture.keys(subject)
            try study.store.save(100, as: other, at: keys)
            let scaled = try study.store.call(CauseFixture.scale(), study.store.load(other, at: keys), 2)
            try study.store.save(scaled, as: CauseFixture.scaled, at: keys)
        }
        let cause = try #require(try study.explain().causes.first { $0.kind == .input })
        #expect(cause.direct == 5 && cause.function == "scale" && cause.name == "value")
        #expect(cause.from == .record(Address(variable: "Measured", keys: [:])))
        #expect(cause.to == .record(Address(variable: "Calibrated", keys: [:])))
    }

    @Test("Only the version differs: a backfill, the same one for all records")
    func version() throws {
        try study.begin(1...2, version: ["factor": 2])
        try study.store.transaction { transaction in
            for subject in 1...2 {
                var record = try #require(
                    try study.store.workTree.variants(of: "Scaled", keys: CauseFixture.keys(subject)).first)
                _ = try transaction.remove(record.address)
                record.version["mode"] = "a"
                _ = try transaction.put(record)
            }
        }
        #expect(try study.causes() == [#"version Scaled {} -> {"mode":"a"}: 2 + 0"#])
    }

    @Test("A migration explains its records and what was made from them since")
    func schema() throws {
        try study.begin(1...1)
        var record = try study.record("Measured")
        record.schema = "0.2.0"
        record.migratedFrom = ["0.1.0"]
        record.value = 4
        record.content = Digest.of(Array("4\n".utf8))
        try study.put(record)
        try study.run()
        #expect(try study.causes() == [#"schema Measured none -> "0.2.0": 1 + 2"#])
    }

    @Test("An edit by hand explains what it replaced, computed or not")
    func edit() throws {
        try study.begin(1...2)
        for (variable, subject) in [("Scaled", 1), ("Measured", 2)] {
            var record = try study.record(variable, subject)
            record.value = 4
            record.content = Digest.of(Array("4\n".utf8))
            record.lineage = try study.put(
                LineageRecord(
                    origin: .edit(reason: "artefact"),
                    outputs: [.init(format: .json, digest: record.content, size: 2, value: 4)]))
            record.output = 0
            try study.put(record)
        }
        #expect(try study.causes() == [#"edit none -> "artefact": 2 + 0"#])
        try study.run(2)
        #expect(try study.causes() == [#"edit none -> "artefact": 2 + 2"#])
    }

    @Test("An edit of what was computed anew is one cause of two")
    func editOfOther() throws {
        try study.begin(1...1)
        let keys = CauseFixture.keys(1)
        func edit(factor: Double) throws {
            try study.run(factor: factor)
            let scaled = try study.store.load(CauseFixture.scaled, at: keys)
            let edited = try study.store.edited(8, of: scaled, reason: "artefact")
            try study.store.save(edited, as: CauseFixture.scaled, at: keys)
        }
        try edit(factor: 2)
        #expect(try study.causes() == [#"edit none -> "artefact": 1 + 0"#])
        try edit(factor: 3)
        #expect(
            try study.causes() == [
                "constant scale.factor 2 -> 3: 0 + 2", #"edit none -> "artefact": 1 + 0"#,
            ])
        try study.commit()
        try edit(factor: 4)
        #expect(try study.causes() == ["constant scale.factor 3 -> 4: 0 + 2"])
    }

    @Test("A result in place of data, or data in place of a result, is data that changed")
    func computedOrNot() throws {
        try study.begin(1...1)
        try study.store.save(8, as: CauseFixture.scaled, at: CauseFixture.keys(1))
        #expect(try study.causes() == ["data Scaled subject=1 2 -> 8 changed: 1 + 0"])
    }

    @Test("What cannot be explained is counted with the reason, and is nobody's guess")
    func unexplained() throws {
        try study.begin(1...3)
        var record = try study.record("Score", 1)
        record.lineage = Digest.of([1])
        try study.put(record)
        record = try study.record("Score", 2)
        record.lineage = try study.store.transaction { try $0.put(Array("{}\n".utf8), kind: .lineage) }
        try study.put(record)
        record = try study.record("Score", 3)
        record.content = Digest.of([2])
        try study.put(record)
        #expect(
            try study.causes() == ["missing-lineage: 1", "damaged-lineage: 1", "same-lineage: 1"])
        #expect(try study.explain().unexplainedCount == 3)
    }

    @Test("The same call with another result is not explained, but what follows from it is not its own doing")
    func sameCall() throws {
        try study.begin(1...1)
        var record = try study.record("Scaled")
        let digest = try #require(record.lineage)
        var lineage = try LineageRecord(blob: study.store.metadata(digest))
        lineage.outputs[0].digest = Digest.of([3])
        record.lineage = try study.put(lineage)
        record.content = Digest.of([3])
        record.value = nil
        try study.put(record)
        #expect(try study.causes() == ["same-call: 1"])
    }

    @Test("Nothing differs, nothing to explain")
    func nothing() throws {
        try study.begin()
        let explanation = try study.explain()
        #expect(explanation.causes.isEmpty && explanation.unexplained.isEmpty)
    }
}
