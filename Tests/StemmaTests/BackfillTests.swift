import Stemma
import TestSupport
import Testing

@Suite("Backfills")
struct BackfillTests {
    private typealias Study = BackfillFixture
    private let low = BackfillRules("low", "butter_bandpass", "low")

    @Test("States entries of the records selected, as one commit that says so")
    func set() throws {
        let study = try Study()
        let report = try study.store.backfill(
            "Power", matching: Filter(keys: Study.keys(2)), setting: ["unit": "mV", "gain": 3])
        #expect(report.updated == 1 && report.isApplied && report.commit?.changed == 1)
        #expect(
            try study.versions("Power", in: study.store.snapshot("HEAD")) == [
                "{}", #"{"gain":3,"unit":"mV"}"#, "{}",
            ])
        #expect(
            try study.trailers().contains(
                "Stemma-Operation: backfill\nStemma-Variable: Power\nStemma-Records: +0 ~1 -0"))
        #expect(try study.fixture.git("status", "--porcelain") == "")
        let difference = try study.lastDifference()
        #expect(difference.changes == ["changed version"])
        #expect(difference.causes == [#"version Power {} -> {"gain":3,"unit":"mV"}: 1 + 0"#])
    }

    @Test("Replaces and removes entries, and leaves records that are so already")
    func unset() throws {
        let study = try Study()
        _ = try study.store.backfill("Power", setting: ["a": 1, "b": 2])
        var options = BackfillOptions()
        options.message = "No b\n\nFor a reason."
        let report = try study.store.backfill(
            "Power", setting: ["a": 5], removing: ["b"], options: options
        ) { $0.keys != Study.keys(2) }
        #expect(report.updated == 2)
        #expect(try study.versions("Power") == [#"{"a":5}"#, #"{"a":1,"b":2}"#, #"{"a":5}"#])
        #expect(try study.fixture.git("log", "-1", "--format=%s").hasPrefix("No b"))
        let head = try study.head()
        let again = try study.store.backfill(
            "Power", matching: Filter(version: ["a": 5]), setting: ["a": 5], removing: ["c"])
        #expect(again.updated == 0 && again.skipped[.upToDate]?.count == 2 && again.commit == nil)
        #expect(again.isApplied && again.failed == 0)
        #expect(try study.head() == head)
    }

    @Test("Infers an entry from any step upstream, and the commit can be taken back")
    func infer() throws {
        let study = try Study()
        let files = try study.fixture.files()
        let report = try study.store.backfill("Score", inferring: low)
        #expect(report.updated == 3 && report.skippedCount == 0 && report.failed == 0)
        #expect(try study.versions("Score") == Array(repeating: #"{"low":20}"#, count: 3))
        #expect(try study.lastDifference().changes == Array(repeating: "changed version", count: 3))
        #expect(try study.lastDifference().causes == [#"version Score {} -> {"low":20}: 3 + 0"#])
        #expect(try study.store.backfill("Score", inferring: low).skipped[.upToDate]?.count == 3)
        _ = try study.store.revert("HEAD")
        #expect(try study.fixture.files() == files)
        _ = try study.store.revert("HEAD")
        #expect(try study.versions("Score") == Array(repeating: #"{"low":20}"#, count: 3))
    }

    @Test("Records without lineage are skipped; only those that the filter means are looked at")
    func skipped() throws {
        let study = try Study()
        try study.store.save(7, as: Study.score, at: Study.keys(9))
        try study.commit()
        var options = BackfillOptions()
        options.isDryRun = true
        nonisolated(unsafe) var planned: [String] = []
        options.onUpdate = { planned.append("\($0.keys) \($1.json)") }
        let head = try study.head()
        let report = try study.store.backfill("Score", inferring: low, options: options)
        #expect(report.updated == 3 && !report.isApplied && report.commit == nil)
        #expect(report.skipped[.noLineage]?.count == 1)
        #expect(report.skipped[.noLineage]?.example.keys == Study.keys(9))
        #expect(planned == (1...3).map { #"subject=\#($0) {"low":20}"# })
        #expect(try study.head() == head && study.versions("Score") == ["{}", "{}", "{}", "{}"])
        let one = try study.store.backfill(
            "Score", matching: Filter(keys: Study.keys(2)), inferring: low)
        #expect(one.updated == 1 && one.skippedCount == 0)
        #expect(try study.versions("Score") == ["{}", #"{"low":20}"#, "{}", "{}"])
    }

    @Test("A record that has the entry is left alone, unless it is to be overwritten")
    func overwrites() throws {
        let study = try Study()
        _ = try study.store.backfill(
            "Score", matching: Filter(keys: Study.keys(1)), setting: ["low": 7, "x": 1])
        var rules = low
        #expect(try study.store.backfill("Score", inferring: rules).skipped[.upToDate]?.count == 1)
        #expect(try study.versions("Score").first == #"{"low":7,"x":1}"#)
        rules.overwrites = true
        let report = try study.store.backfill("Score", inferring: rules)
        #expect(report.updated == 1 && report.skipped[.upToDate]?.count == 2)
        #expect(try study.versions("Score").first == #"{"low":20,"x":1}"#)
        // Only what is missing is inferred.
        var both = low
        both.entries["limit"] = [BackfillRule("rate", extract: "limit")]
        both.entries["x"] = [BackfillRule("nothing", extract: "x")]
        _ = try study.store.backfill("Score", matching: Filter(keys: Study.keys(1)), inferring: both)
        #expect(try study.versions("Score").first == #"{"limit":100,"low":20,"x":1}"#)
    }

    @Test("Nothing is changed when a record fails, unless it is passed over")
    func failing() throws {
        let study = try Study()
        try study.store.save(
            study.store.call(Study.squared, study.store.load(Study.raw, at: Study.keys(1))), as: Study.score,
            at: Study.keys(7))
        try study.commit()
        let files = try study.fixture.files()
        let report = try study.store.backfill("Score", inferring: low)
        #expect(!report.isApplied && report.commit == nil && report.updated == 3 && report.failed == 1)
        #expect(report.failures.map(\.failure) == [.notFound(entry: "low")])
        #expect(report.failures.map(\.address.keys) == [Study.keys(7)])
        #expect(try study.fixture.files() == files)
        var options = BackfillOptions()
        options.skipsFailed = true
        let second = try study.store.backfill("Score", inferring: low, options: options)
        #expect(second.isApplied && second.commit?.changed == 3 && second.failed == 1)
        #expect(try study.versions("Score").last == "{}")
    }

    @Test("Refuses while there are uncommitted changes, and changes nothing then")
    func uncommitted() throws {
        let study = try Study()
        try study.store.save(7, as: Study.raw, at: Study.keys(9))
        let files = try study.fixture.files()
        #expect(throws: StemmaError.self, performing: { try study.store.backfill("Score", inferring: low) })
        let error = #expect(throws: StemmaError.self) { try study.store.backfill("Score", inferring: low) }
        #expect(error?.code == .uncommittedChanges)
        #expect(try study.fixture.files() == files)
        var options = BackfillOptions()
        options.isDryRun = true
        #expect(try study.store.backfill("Score", inferring: low, options: options).updated == 3)
    }

    @Test("What would refuse the commit refuses it before anything is changed")
    func refused() throws {
        let study = try Study()
        let files = try study.fixture.files()
        func refuse(_ code: StemmaError.Code, _ options: BackfillOptions = BackfillOptions()) throws {
            let error = #expect(throws: StemmaError.self) {
                try study.store.backfill("Score", inferring: low, options: options)
            }
            #expect(error?.code == code)
            #expect(try study.fixture.files() == files)
        }
        var options = BackfillOptions()
        options.message = " \n"
        try refuse(.emptyMessage, options)
        try study.fixture.git("config", "commit.gpgSign", "true")
        try refuse(.signingUnsupported)
        try study.fixture.git("config", "commit.gpgSign", "false")
        try study.fixture.git.write(".git/MERGE_HEAD", try study.head() + "\n")
        try refuse(.operationInProgress)
    }

    @Test("Rules find a function by the name that it has now, and by one that it had")
    func renamed() throws {
        let study = try Study(1...1)
        try study.store.rename(function: "butter_bandpass", to: "filter")
        var rules = low
        rules.entries["kind"] = [BackfillRule("filter", extract: "kind")]
        rules.entries["other"] = [BackfillRule(.matching("f*r"), extract: "low")]
        _ = try study.store.backfill("Score", inferring: rules)
        #expect(try study.versions("Score") == [#"{"kind":"zero-phase","low":20,"other":20}"#])
    }

    @Test("Names that cannot be version entries are refused, and so are rules for nothing")
    func names() throws {
        let study = try Study()
        func code(_ body: () throws -> BackfillReport) -> StemmaError.Code? {
            #expect(throws: StemmaError.self) { try body() }?.code
        }
        #expect(code { try study.store.backfill("Score", setting: ["subject": 1]) } == .keyInVersion)
        #expect(code { try study.store.backfill("Score", setting: ["1x": 1]) } == .invalidName)
        #expect(
            code { try study.store.backfill("Score", setting: [:], removing: ["subject"]) } == .keyInVersion)
        #expect(code { try study.store.backfill("Score", setting: [:]) } == .invalidBackfill)
        #expect(
            code { try study.store.backfill("Score", setting: ["a": 1], removing: ["a"]) } == .invalidBackfill
        )
        #expect(code { try study.store.backfill("Nothing", setting: ["a": 1]) } == .unknownVariable)
        #expect(code { try study.store.backfill("Score", inferring: BackfillRules([:])) } == .invalidRules)
        #expect(
            code { try study.store.backfill("Score", inferring: BackfillRules("subject", "rate", "limit")) }
                == .keyInVersion)
    }
}
