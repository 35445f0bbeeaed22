import StemmaBlobs
import StemmaLineage
import TestSupport
import Testing

@testable import Stemma

@Suite("Rules of backfills")
struct BackfillRuleTests {
    private typealias Study = BackfillFixture

    private func rules(_ text: String) throws -> BackfillRules { try BackfillRules(json: Array(text.utf8)) }

    /// The versions of a variable that the rules give, or why the first record fails.
    private func infer(_ rules: BackfillRules, _ variable: String = "Score", _ study: Study? = nil) throws
        -> String
    {
        let study = try study ?? Study(1...1)
        let report = try study.store.backfill(variable, inferring: rules)
        if let failed = report.failures.first { return failed.failure.name }
        return try study.versions(variable).first ?? ""
    }

    @Test("By function or pattern, by name or position, inputs and constants counted together")
    func forms() throws {
        #expect(try infer(rules(#"{"x":{"function":"butter_bandpass","extract":"low"}}"#)) == #"{"x":20}"#)
        #expect(try infer(rules(#"{"x":{"function_pattern":"butter_*","extract":"arg_1"}}"#)) == #"{"x":20}"#)
        #expect(
            try infer(rules(#"{"x":[{"function_pattern":"?utter*pass","extract":"arg_2"}]}"#))
                == #"{"x":"zero-phase"}"#)
        #expect(try infer(rules(#"{"x":{"function":"butter_*","extract":"low"}}"#)) == "not-found")
        #expect(try infer(rules(#"{"x":{"function_pattern":"butter","extract":"low"}}"#)) == "not-found")
        #expect(try infer(rules(#"{"x":{"function_pattern":"*","extract":"limit"}}"#)) == #"{"x":100}"#)
    }

    @Test("The first rule that finds anything decides")
    func ordered() throws {
        #expect(
            try infer(
                rules(
                    #"""
                    {"x":[{"function":"absent","extract":"low"},{"function":"squared","extract":"low"},
                          {"function":"rate","extract":"limit"},{"function":"butter_bandpass","extract":"low"}],
                     "kind":{"function":"butter_bandpass","extract":"kind"}}
                    """#)) == #"{"kind":"zero-phase","x":100}"#)
    }

    @Test("What is no constant of the call is no value: an input, another parameter, a list")
    func unusable() throws {
        #expect(try infer(rules(#"{"x":{"function":"rate","extract":"power"}}"#)) == "input")
        #expect(try infer(rules(#"{"x":{"function":"rate","extract":"arg_0"}}"#)) == "input")
        #expect(try infer(rules(#"{"x":{"function":"rate","extract":"arg_2"}}"#)) == "no-parameter")
        #expect(try infer(rules(#"{"x":{"function":"rate","extract":"low"}}"#)) == "no-parameter")
        let study = try Study(1...1)
        let weigh = Thunk("weigh", version: "1", parameters: ["signal", "weights", "text"]) {
            (signal: Double, weights: [Double], _: String) in signal * weights[0]
        }
        let long = String(repeating: "x", count: 5000)
        try study.store.save(
            study.store.call(
                weigh, study.store.load(Study.raw, at: Study.keys(1)), [0.5, 1], long),
            as: Study.score, at: Study.keys(1))
        try study.commit()
        #expect(
            try infer(rules(#"{"x":{"function":"weigh","extract":"weights"}}"#), "Score", study)
                == "no-scalar")
        #expect(
            try infer(rules(#"{"x":{"function":"weigh","extract":"text"}}"#), "Score", study) == "no-scalar")
    }

    /// A score from two branches: `low` is 20 one step up, and 30 three steps up; `high` the same on both.
    private func twoWays() throws -> Study {
        let study = try Study(1...1)
        let store = study.store
        let (near, far) = (
            Thunk("filter", version: "1", parameters: ["signal", "low", "high"]) {
                (signal: Double, low: Double, high: Double) in signal + low + high
            },
            Thunk("add", version: "1", parameters: ["a", "b"]) { (a: Double, b: Double) in a + b }
        )
        let raw = try store.load(Study.raw, at: Study.keys(1))
        let first = try store.call(near, raw, 30, 450)
        let second = try store.call(near, store.call(far, first, first), 20, 450)
        try store.save(store.call(far, first, second), as: Variable<Double>("Same"), at: Study.keys(1))
        try store.save(second, as: Study.score, at: Study.keys(1))
        try study.commit()
        return study
    }

    @Test("Several different values: agree fails, nearest takes the one nearest to the record")
    func several() throws {
        let study = try twoWays()
        let report = try study.store.backfill("Score", inferring: BackfillRules("low", "filter", "low"))
        #expect(
            report.failures.map(\.failure) == [
                .severalValues(
                    entry: "low",
                    [
                        BackfillFailure.Found(value: 20, function: "filter", steps: 1),
                        BackfillFailure.Found(value: 30, function: "filter", steps: 3),
                    ])
            ])
        #expect(try infer(BackfillRules("high", "filter", "high"), "Score", study) == #"{"high":450}"#)
        var nearest = BackfillRules("low", "filter", "low")
        nearest.several = .nearest
        #expect(try infer(nearest, "Score", study) == #"{"high":450,"low":20}"#)
        // The rule's own word counts before that of all.
        nearest.entries["x"] = [BackfillRule("filter", extract: "low", several: .agree)]
        #expect(try infer(nearest, "Score", study) == "several-values")
        #expect(
            try infer(
                rules(#"{"x":{"function":"filter","extract":"low","several":"nearest"}}"#), "Score", study)
                == #"{"high":450,"low":20,"x":20}"#)
    }

    @Test("Different values that are equally near are a conflict for nearest, too")
    func equallyNear() throws {
        let study = try twoWays()
        var nearest = BackfillRules("low", "filter", "low")
        nearest.several = .nearest
        #expect(try infer(nearest, "Same", study) == "several-values")
    }

    @Test("A part of the lineage that cannot be read may say otherwise")
    func unreadable() throws {
        let study = try Study(1...1)
        let lost = Digest.of(Array("lost".utf8))
        let store = study.store
        let record = try store.workTree.record(at: Address(variable: "Score", keys: Study.keys(1)))
        var lineage = try LineageRecord(blob: store.metadata(#require(record.lineage)))
        lineage.inputs[0].lineage = lost
        let digest = try store.transaction { try $0.put(lineage.blob, kind: .lineage) }
        var other = record
        other.lineage = digest
        try store.transaction { transaction in _ = try transaction.put(other) }
        // No commit of ours would be made of it.
        try study.fixture.git("add", "-A")
        try study.fixture.git("commit", "-qm", "lost")
        let limit = BackfillRules("limit", "rate", "limit")
        let report = try store.backfill("Score", inferring: limit)
        #expect(report.failures.map(\.failure) == [.unreadableLineage(entry: "limit", lost)])
        #expect(
            try infer(BackfillRules("low", "butter_bandpass", "low"), "Score", study) == "unreadable-lineage")
        // What is nearer is certain.
        var nearest = limit
        nearest.several = .nearest
        var options = BackfillOptions()
        options.isDryRun = true
        #expect(try store.backfill("Score", inferring: nearest, options: options).failed == 0)
    }

    @Test("A chain of thousands of steps is searched to its end")
    func deep() throws {
        let study = try Study(1...1)
        let step = Thunk("step", version: "1", parameters: ["value"]) { (value: Double) in value + 1 }
        var value = try study.store.load(Study.filtered, at: Study.keys(1))
        for _ in 0..<3000 { value = try study.store.call(step, value) }
        try study.store.save(value, as: Study.score, at: Study.keys(1))
        try study.commit()
        #expect(try infer(BackfillRules("low", "butter_bandpass", "low"), "Score", study) == #"{"low":20}"#)
    }

    @Test("An edit by hand keeps what its results were made with")
    func edited() throws {
        let study = try Study(1...1)
        let edited = try study.store.edited(
            5, of: study.store.load(Study.score, at: Study.keys(1)), reason: "artefact")
        try study.store.save(edited, as: Study.score, at: Study.keys(1))
        try study.commit()
        #expect(try infer(BackfillRules("low", "butter_bandpass", "low"), "Score", study) == #"{"low":20}"#)
    }

    @Test(
        "A file of rules that says anything else is refused, with what is wrong",
        arguments: [
            ("[]", "not a JSON object"), (#"{"x":1}"#, "no JSON object"), (#"{"x":[[]]}"#, "no JSON object"),
            (#"{"x":{"function":"f","extract":"a","depth":1}}"#, "unknown member 'depth'"),
            (#"{"x":{"function":"f","function_pattern":"g","extract":"a"}}"#, "either"),
            (#"{"x":{"extract":"a"}}"#, "either"), (#"{"x":{"function":"f"}}"#, "extract"),
            (#"{"x":{"function":"","extract":"a"}}"#, "no text"),
            (#"{"x":{"function":"f","extract":1}}"#, "no text"),
            (#"{"x":{"function":"f","extract":"a","several":"first"}}"#, "'first'"),
            (#"{"x":{},"x":{}}"#, "x"), ("{", "rules"),
        ])
    func invalid(text: String, part: String) throws {
        let error = #expect(throws: StemmaError.self) { try rules(text) }
        #expect(error?.code == .invalidRules)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        #expect(error?.hint != nil)
    }
}
