import Foundation
import Stemma
import Synchronization
import TestSupport
import Testing

@Suite("Combinations of one batch that get in each other's way")
struct SharedCallTests {
    private let fixture: StoreFixture
    private let raw = Variable<[Double]>("Raw")
    private let runs = RunCounter()

    private static let keys = [
        KeyDeclaration("subject", .integer), KeyDeclaration("session", .string),
        KeyDeclaration("trial", .integer),
    ]

    private struct Unlucky: Error {}

    init() throws {
        fixture = try StoreFixture(keys: Self.keys)
        // The sessions of a subject are one call.
        for subject in 1...2 {
            for session in ["A", "B"] {
                try fixture.store.save(
                    [Double(subject)], as: raw,
                    at: ["subject": .number(Double(subject)), "session": .string(session)])
            }
        }
    }

    private func value(_ session: String) throws -> [Double] {
        try fixture.store.load(raw, at: ["subject": 1, "session": .string(session)]).value
    }

    @Test("A thread whose call another one is making goes on with other work")
    func otherWork() async throws {
        let begun = Mutex<Set<Double>>([])
        let meeting = Thunk<[Double], Double>("meeting", version: "1", parameters: ["signal"]) {
            [runs] signal in
            runs.up()
            begun.withLock { _ = $0.insert(signal[0]) }
            for _ in 0..<1000 where begun.withLock({ $0.count < 2 }) { usleep(5_000) }
            return Double(begun.withLock { $0.count })
        }
        var options = BatchOptions()
        options.jobs = 2
        let report = try await fixture.store.forEach(
            meeting, inputs: raw, outputs: rate, over: ["subject": [1, 2], "session": ["A", "B"]],
            options: options)
        #expect(report.computed == 2 && report.cached == 2 && runs.count == 2)
        for try await record in fixture.store.workTree.records(of: rate.name) {
            #expect(try fixture.store.load(record, as: Double.self).value == 2, "\(record.keys)")
        }
    }

    @Test("A call that fails is made once, and fails for all who need it", arguments: [1, 2])
    func oneFailure(jobs: Int) async throws {
        let unlucky = Thunk<[Double], Double>("unlucky", version: "1", parameters: ["signal"]) {
            [runs] _ in
            runs.up()
            usleep(50_000)
            throw Unlucky()
        }
        var options = BatchOptions()
        options.jobs = jobs
        let report = try await fixture.store.forEach(
            unlucky, inputs: raw, outputs: rate, over: ["subject": [1], "session": ["A", "B"]],
            options: options)
        #expect(report.failed == 2 && runs.count == 1)
        #expect(report.combinations.count { $0.ran == true } == 1)
        #expect(report.combinations.allSatisfy { $0.failure?.contains("Unlucky") == true })
    }

    @Test("So is one whose result breaks the schema of its variable", arguments: [1, 2])
    func oneViolation(jobs: Int) async throws {
        try fixture.store.save(1, as: rate, at: ["subject": 9, "session": "A"])
        try fixture.store.setSchema(["maximum": 10], version: SchemaVersion("0.2.0"), of: rate.name)
        let large = Thunk<[Double], Double>("large", version: "1", parameters: ["signal"]) { [runs] _ in
            runs.up()
            usleep(50_000)
            return 11
        }
        var options = BatchOptions()
        options.jobs = jobs
        let report = try await fixture.store.forEach(
            large, inputs: raw, outputs: rate, over: ["subject": [1], "session": ["A", "B"]],
            options: options)
        #expect(report.failed == 2 && runs.count == 1)
        #expect(report.combinations.allSatisfy { $0.failure?.contains("maximum") == true })
    }

    @Test("A file that changed while the function ran fails its own combination alone")
    func changedFile() async throws {
        for session in ["A", "B"] { try fixture.git.write("\(session).txt", "the same") }
        let directory = fixture.git.directory
        let read = Thunk<String, String>("read", version: "1", parameters: ["path"]) { [runs] path in
            runs.up()
            if path.hasSuffix("A.txt") {
                try "changed".write(toFile: path, atomically: true, encoding: .utf8)
            }
            return "read"
        }
        var options = BatchOptions()
        options.jobs = 1
        let report = try await fixture.store.forEach(
            read, inputs: PathTemplate("\(directory)/{session}.txt"), outputs: Variable<String>("Text"),
            over: ["subject": [1], "session": ["A", "B"]], options: options)
        #expect(report.failed == 1 && report.computed == 1 && runs.count == 2, "\(report)")
    }

    /// Stops the batch when it is looked up.
    private struct StoppingInput: BatchInput {
        let isStopped: Flag
        var variable: String? { nil }

        func argument(at keys: Keys, in store: Store) throws -> any Sendable {
            isStopped.isSet.store(true, ordering: .relaxed)
            return [1.0]
        }
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    @Test("A stop between the look at a combination and its run begins nothing")
    func stopped() async throws {
        let flag = Flag()
        let sum = Thunk<[Double], Double>("sum", version: "1", parameters: ["signal"]) { [runs] signal in
            runs.up()
            return signal[0]
        }
        var options = BatchOptions()
        options.replacesInputs = true
        options.isStopped = { flag.isSet.load(ordering: .relaxed) }
        let report = try await fixture.store.forEach(
            sum, inputs: StoppingInput(isStopped: flag), outputs: rate,
            over: ["subject": [1], "session": ["A"]], options: options)
        #expect(report.isInterrupted && runs.count == 0)
    }

    @Test("An output that would replace an input of one combination is refused before any is run")
    func inputOfOne() async throws {
        let double = Thunk<[Double], [Double]>("double", version: "1", parameters: ["signal"]) {
            [runs] signal in
            runs.up()
            return signal.map { $0 * 2 }
        }
        var options = BatchOptions()
        options.jobs = 1
        let settings = options
        let error = await #expect(throws: StemmaError.self) {
            try await fixture.store.forEach(
                double, inputs: fixed(raw, at: ["session": "B"]), outputs: raw,
                over: ["subject": [1], "session": ["A", "B"]], options: settings)
        }
        #expect(error?.code == .outputIsInput && runs.count == 0)
        #expect(try value("A") == [1])
    }

    @Test("A list does not replace the element that it was made from, unless that is insisted on")
    func elementOfItself() async throws {
        let trial = Variable<Double>("Trial")
        let place: Keys = ["subject": 1, "session": "A", "trial": 2]
        try fixture.store.save(7, as: trial, at: place)
        let split = Thunk<Double, [Double]>("split", version: "1", parameters: ["value"]) { [$0, $0 + 1] }
        var options = BatchOptions()
        func run() async throws -> BatchReport {
            try await fixture.store.forEach(
                split, inputs: fixed(trial, at: ["trial": 2]), distribute: trial,
                over: ["subject": [1], "session": ["A"]], options: options)
        }
        let report = try await run()
        #expect(report.failed == 1)
        #expect(report.combinations.first?.failure?.contains("which is the input 'value'") == true)
        #expect(try fixture.store.load(trial, at: place).value == 7)
        options.replacesInputs = true
        #expect(try await run().computed == 1)
        #expect(try fixture.store.load(trial, at: place).value == 8)
    }
}
