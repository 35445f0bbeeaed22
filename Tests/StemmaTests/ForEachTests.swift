import Foundation
import Stemma
import Synchronization
import TestSupport
import Testing

@Suite("Batches")
struct ForEachTests {
    private let raw = Variable<[Double]>("Raw")
    private let counter = RunCounter()
    private static let keys = [
        KeyDeclaration("subject", .integer), KeyDeclaration("session", .string),
        KeyDeclaration("trial", .integer),
    ]

    private var scale: Thunk<[Double], Double, [Double]> {
        Thunk("scale", version: "1", parameters: ["signal", "factor"]) { [counter] signal, factor in
            counter.up()
            if signal.contains(13) { throw Unlucky() }
            return signal.map { $0 * factor }
        }
    }

    private struct Unlucky: Error {}

    private func filled() throws -> StoreFixture {
        let fixture = try StoreFixture(keys: Self.keys)
        try fixture.store.transaction { transaction in
            for subject in 1...4 {
                for session in ["A", "B"] where subject != 4 || session == "A" {
                    try transaction.save(
                        [Double(subject), subject == 3 ? 13 : 0], as: raw,
                        at: ["subject": .number(Double(subject)), "session": .string(session)])
                }
            }
        }
        return fixture
    }

    private func run(
        _ store: Store, _ factor: Double = 2, subjects: KeyValues = .all,
        _ options: BatchOptions = BatchOptions()
    ) async throws -> BatchReport {
        try await store.forEach(
            scale, inputs: raw, factor, outputs: filtered, over: ["subject": subjects, "session": .all],
            options: options)
    }

    @Test("Every combination that exists is computed once; what fails is reported, and the rest goes on")
    func everyCombination() async throws {
        let fixture = try filled()
        let first = try await run(fixture.store)
        // The sessions of a subject have the same payload: that is one call.
        #expect(first.counts == "3 2 0 2")
        #expect(first.combinations.map { $0.keys["subject"] } == [3, 3])
        #expect(first.combinations.allSatisfy { $0.failure?.contains("Unlucky") == true })
        let record = try fixture.store.workTree.record(
            at: Address(variable: "FilteredSignal", keys: ["subject": 4, "session": "A"]))
        #expect(record.version == ["factor": 2] && record.lineage != nil)
        let files = try fixture.files()
        let second = try await run(fixture.reopened())
        #expect(second.counts == "0 5 0 2")
        #expect(try fixture.files() == files, "a second run changes nothing")
        #expect(counter.count == 7, "errors are not cached")
        #expect(try fixture.store.check(deep: true).findings.isEmpty)
    }

    @Test("A dry run runs nothing and says of every combination how it stands, and why")
    func dryRun() async throws {
        let fixture = try filled()
        let store = fixture.store
        _ = try await run(store, subjects: [1, 3])
        try store.save([7, 7], as: raw, at: ["subject": 1, "session": "B"])
        try store.remove(raw, at: ["subject": 2, "session": "A"])
        let ran = counter.count
        var options = BatchOptions()
        options.isDryRun = true
        let report = try await store.forEach(
            scale, inputs: raw, 2.0, outputs: filtered,
            over: ["subject": [1, 2, 3], "session": ["A", "B"]],
            options: options)
        #expect(counter.count == ran)
        var states: [String: BatchReport.State] = [:]
        for combination in report.combinations { states[combination.keys.description] = combination.state }
        #expect(states["session=A subject=1"] == .upToDate)
        if case .stale(.input(let name, _, _)?)? = states["session=B subject=1"] {
            #expect(name == "signal")
        } else {
            Issue.record("\(String(describing: states["session=B subject=1"]))")
        }
        if case .inputMissing? = states["session=A subject=2"] {} else { Issue.record("no missing input") }
        #expect(states["session=B subject=2"] == .missing)
        if case .failed(let message)? = states["session=A subject=3"] {
            #expect(message.contains("Unlucky"))
        } else {
            Issue.record("\(String(describing: states["session=A subject=3"]))")
        }
        #expect(try store.versionsOfFiltered() == [["factor": 2]])
        // Another constant makes another variant: it is missing, not stale.
        let other = try await run(store, 3, subjects: [1], options)
        #expect(other.combinations.allSatisfy { $0.state == .missing })
    }

    @Test("Fixed inputs and files by path enter the call; a file that changes is another call")
    func inputs() async throws {
        let fixture = try filled()
        let store = fixture.store
        for subject in 1...2 {
            try Data("\(subject)".utf8).write(
                to: URL(fileURLWithPath: fixture.directory.file("gain-\(subject).txt")))
        }
        let adjust = Thunk<[Double], [Double], String, [Double]>(
            "adjust", version: "1", parameters: ["signal", "baseline", "gain"]
        ) { [counter] signal, baseline, path in
            counter.up()
            let gain = Double(try String(contentsOfFile: path, encoding: .utf8)) ?? 0
            return zip(signal, baseline).map { ($0 - $1) * gain }
        }
        func run() async throws -> BatchReport {
            try await store.forEach(
                adjust, inputs: raw, fixed(raw, at: ["session": "A"]),
                PathTemplate(fixture.directory.file("gain-{subject}.txt")), outputs: filtered,
                over: ["subject": [1, 2, 3], "session": ["B"]])
        }
        let first = try await run()
        #expect(first.counts == "2 0 1 0", "there is no file for subject 3")
        #expect(try await run().cached == 2)
        try Data("9".utf8).write(to: URL(fileURLWithPath: fixture.directory.file("gain-2.txt")))
        #expect(try await run().computed == 1)
        #expect(counter.count == 3)
    }

    @Test("What comes of a file that was changed while the function ran is not kept")
    func changedFile() async throws {
        let fixture = try filled()
        let gain = fixture.directory.file("gain.txt")
        try Data("1".utf8).write(to: URL(fileURLWithPath: gain))
        let adjust = Thunk<[Double], String, [Double]>(
            "adjust", version: "1", parameters: ["signal", "gain"]
        ) { signal, path in
            try Data("22".utf8).write(to: URL(fileURLWithPath: path))
            return signal
        }
        func run() async throws -> BatchReport {
            try await fixture.store.forEach(
                adjust, inputs: raw, PathTemplate(gain), outputs: filtered,
                over: ["subject": [1], "session": ["A"]])
        }
        let report = try await run()
        #expect(report.counts == "0 0 0 1")
        #expect(report.combinations.first?.failure?.contains("was changed while the function ran") == true)
        #expect(try fixture.store.workTree.variables().map(\.name) == [raw.name])
        #expect(try await run().failed == 1, "nothing answers the call")
    }

    @Test("A tuple goes to a variable for each element, and a list is spread over the next key")
    func outputs() async throws {
        let fixture = try filled()
        let store = fixture.store
        let ends = Thunk<[Double], Unpacked<Double, Double>>(
            "ends", version: "1", parameters: ["signal"], unpackOutput: { ($0.first ?? 0, $0.last ?? 0) })
        let first = Variable<Double>("First")
        let last = Variable<Double>("Last")
        let report = try await store.forEach(
            ends, inputs: raw, outputs: first, last, over: ["subject": .all, "session": ["A"]])
        #expect(report.computed == 4)
        #expect(try store.load(last, at: ["subject": 3, "session": "A"]).value == 13)

        let split = Thunk<[Double], [Double]>("split", version: "1", parameters: ["signal"]) { $0 }
        let trials = Variable<Double>("Trial")
        func distribute() async throws -> BatchReport {
            try await store.forEach(
                split, inputs: raw, distribute: trials, over: ["subject": [3], "session": ["A"]])
        }
        #expect(try await distribute().computed == 1)
        #expect(try store.load(trials, at: ["subject": 3, "session": "A", "trial": 1]).value == 3)
        #expect(try store.load(trials, at: ["subject": 3, "session": "A", "trial": 2]).value == 13)
        #expect(try await distribute().cached == 1)
        let error = await #expect(throws: StemmaError.self) {
            try await store.forEach(
                split, inputs: raw, distribute: trials,
                over: ["subject": [3], "session": ["A"], "trial": [1]])
        }
        #expect(error?.code == .noKeyToDistribute)
    }

    @Test("A list that becomes shorter or empty takes along what a longer one left, and is computed once")
    func shorterLists() async throws {
        let fixture = try filled()
        let store = fixture.store
        let trials = Variable<Double>("Trial")
        let place: Keys = ["subject": 3, "session": "A"]
        func split(_ version: String = "1", compatible: String? = nil) async throws -> String {
            var thunk = Thunk<[Double], [Double]>("split", version: version, parameters: ["signal"]) {
                [counter] signal in
                counter.up()
                return signal
            }
            if let compatible { thunk = thunk.compatible(with: compatible) }
            return try await store.forEach(
                thunk, inputs: raw, distribute: trials, over: ["subject": [3], "session": ["A"]]
            ).counts
        }
        func standing() async throws -> [Double] {
            var values: [Double] = []
            for try await record in store.workTree.records(of: "Trial") {
                values.append(try store.load(record, as: Double.self).value)
            }
            return values
        }
        try store.save([1, 2, 3, 4], as: raw, at: place)
        #expect(try await split() == "1 0 0 0")
        // Somebody's own, and not the function's.
        try store.save(99, as: trials, at: place.merging(["trial": 9]))
        try store.save([1, 2], as: raw, at: place)
        #expect(try await split() == "1 0 0 0")
        #expect(try await standing() == [1, 2, 99])
        try store.save([], as: raw, at: place)
        #expect(try await split() == "1 0 0 0")
        #expect(try await standing() == [99])
        #expect(try await split() == "0 1 0 0", "an empty list is an answer, too")
        _ = try store.commit("split")
        #expect(try await split() == "0 1 0 0")
        try store.save([1, 2, 3, 4], as: raw, at: place)
        #expect(try await split() == "0 1 0 0")
        #expect(try await standing() == [1, 2, 3, 4, 99])
        try store.save([1, 2], as: raw, at: place)
        #expect(try await split() == "0 1 0 0", "what was shorter is found again")
        #expect(try await standing() == [1, 2, 99])
        #expect(counter.count == 3)

        let record = try store.load(trials, at: place.merging(["trial": 1]))
        let old = try #require(try store.lineage(of: record)?.identity)
        #expect(try await split("2", compatible: old.hex) == "0 1 0 0")
        #expect(counter.count == 3)
        #expect(try await split("2") == "1 0 0 0")
    }

    @Test("An output that would replace its own input is refused, unless it is insisted on")
    func replacedInput() async throws {
        let fixture = try filled()
        let store = fixture.store
        func run(_ options: BatchOptions) async throws -> BatchReport {
            try await store.forEach(
                scale, inputs: raw, 2.0, outputs: raw, over: ["subject": [1], "session": ["A"]],
                options: options)
        }
        var options = BatchOptions()
        options.constantsAreVersion = false
        let error = await #expect(throws: StemmaError.self) { try await run(options) }
        #expect(error?.code == .outputIsInput && error?.fields["input"] == "signal")
        #expect(counter.count == 0)
        #expect(try await run(BatchOptions()).computed == 1, "under another version it replaces nothing")
        try store.remove(raw, at: ["subject": 1, "session": "A"], version: ["factor": 2])
        options.replacesInputs = true
        #expect(try await run(options).counts == "0 1 0 0")
        #expect(try store.load(raw, at: ["subject": 1, "session": "A"]).value == [2, 0])
    }

    @Test("Results are saved, and the error told, when the run's report cannot be written")
    func unwritableReport() async throws {
        let fixture = try filled()
        let runs = URL(fileURLWithPath: "\(fixture.store.path)/local/runs")
        try? FileManager.default.removeItem(at: runs)
        try Data().write(to: runs)
        await #expect(throws: StemmaError.self) { try await run(fixture.store) }
        #expect(try fixture.store.workTree.variables().first { $0.name == filtered.name }?.records == 5)
    }

    @Test("What lacks an input says which keys the input's records have besides")
    func lackingKeys() async throws {
        let fixture = try filled()
        let report = try await fixture.store.forEach(
            scale, inputs: raw, 2.0, outputs: filtered, over: ["subject": [1, 2]])
        #expect(report.counts == "0 0 2 0")
        #expect(
            report.combinations.first?.failure
                == "there is no Raw subject=1; records of Raw have session, too")
    }

    @Test("Results are saved while later ones are computed, and other writers are not kept out meanwhile")
    func savedMeanwhile() async throws {
        let fixture = try filled()
        let store = fixture.store
        let gate = Gate()
        let slow = Thunk<[Double], Double>("slow", version: "1", parameters: ["signal"]) { signal in
            if signal.first == 4 { gate.wait() }
            return signal.reduce(0, +)
        }
        var options = BatchOptions()
        options.jobs = 1
        let settings = options
        async let report = store.forEach(
            slow, inputs: raw, outputs: rate, over: ["subject": .all, "session": .all], options: settings)
        // Another process sees the first results, and can save, while the last function still runs.
        let other = try fixture.reopened()
        var seen = false
        for _ in 0..<300 where !seen {
            seen =
                (try? other.workTree.record(
                    at: Address(variable: rate.name, keys: ["subject": 3, "session": "B"]))) != nil
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(seen, "a result was held back")
        try other.save(1, as: Variable<Double>("Elsewhere"), at: ["subject": 1])
        gate.open()
        #expect(try await report.total == 7)
    }

    @Test("When its task is cancelled, what was computed is saved, and nothing more is begun")
    func cancelled() async throws {
        let fixture = try filled()
        let store = fixture.store
        let (begun, cancelled) = (Gate(), Gate())
        let held = Thunk<[Double], Double>("held", version: "1", parameters: ["signal"]) { signal in
            begun.open()
            cancelled.wait()
            return signal[0]
        }
        let task = Task { [raw] in
            var options = BatchOptions()
            options.jobs = 1
            return try await store.forEach(
                held, inputs: raw, outputs: Variable<Double>("First"),
                over: ["subject": .all, "session": .all], options: options)
        }
        // Asleep, not blocked: the task needs one of the few threads that Swift has for tasks.
        while !begun.isOpen { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        cancelled.open()
        let report = try await task.value
        #expect(report.isInterrupted && report.counts == "1 0 0 0")
        #expect(try store.workTree.variables().first { $0.name == "First" }?.records == 1)
    }

    @Test("An input that has several variants at some keys is reported there; the variant can be said")
    func variants() async throws {
        let fixture = try filled()
        let store = fixture.store
        for low in [20.0, 30] {
            try store.save(
                [low], as: raw, at: ["subject": 2, "session": "A"], version: ["low": .number(low)])
        }
        try store.remove(raw, at: ["subject": 2, "session": "A"])
        let report = try await run(store, subjects: [1, 2])
        #expect(report.counts == "2 1 1 0")
        #expect(report.combinations.first?.failure?.contains("2 variants match") == true)
        let said = try await store.forEach(
            scale, inputs: fixed(raw, version: ["low": 30]), 2.0, outputs: filtered,
            over: ["subject": [2], "session": ["A"]])
        #expect(said.computed == 1)
        #expect(try store.load(filtered, at: ["subject": 2, "session": "A"]).value == [60])
    }

    @Test("Unknown keys and arguments that do not fit are refused before anything runs")
    func refused() async throws {
        let fixture = try filled()
        let store = fixture.store
        let unknown = await #expect(throws: StemmaError.self) {
            try await store.forEach(scale, inputs: raw, 2.0, outputs: filtered, over: ["subjet": .all])
        }
        #expect(unknown?.code == .unknownKey)
        let type = await #expect(throws: StemmaError.self) {
            try await store.forEach(
                scale, inputs: raw, 2.0, outputs: filtered, over: ["subject": ["one"], "session": .all])
        }
        #expect(type?.code == .keyTypeMismatch)
        let few = await #expect(throws: StemmaError.self) {
            try await store.forEach(
                scale, inputs: raw, outputs: filtered, over: ["subject": .all, "session": .all])
        }
        #expect(few?.code == .argumentMismatch)
        #expect(counter.count == 0)
    }
}

/// Holds threads until it is opened.
private final class Gate: Sendable {
    private let state = Atomic<Bool>(false)
    var isOpen: Bool { state.load(ordering: .acquiring) }
    func open() { state.store(true, ordering: .releasing) }
    func wait() { while !isOpen { usleep(5_000) } }
}

extension BatchReport {
    /// Computed, cached, skipped, failed.
    fileprivate var counts: String { "\(computed) \(cached) \(skipped) \(failed)" }
}

extension Store {
    fileprivate func versionsOfFiltered() throws -> [Version] { try workTree.versions(of: "FilteredSignal") }
}
