import Foundation
import Stemma
import Synchronization
import TestSupport
import Testing

@Suite("Thunks")
struct ThunkTests {
    /// Counts how often a function ran.
    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        func up() { value.add(1, ordering: .relaxed) }
        var count: Int { value.load(ordering: .relaxed) }
    }

    private struct Summary: Codable, Equatable, Sendable {
        var mean: Double
        var count: Int
    }

    private static func scale(_ counter: Counter, version: String = "1") -> Thunk<[Double], Double, [Double]>
    {
        Thunk("scale", version: version, parameters: ["signal", "factor"]) { signal, factor in
            counter.up()
            return signal.map { $0 * factor }
        }
    }

    private static func mean(_ counter: Counter) -> Thunk<[Double], Double> {
        Thunk("mean", version: "1", parameters: ["signal"]) { signal in
            counter.up()
            return signal.reduce(0, +) / Double(signal.count)
        }
    }

    private let keys: Keys = ["subject": 1, "session": "A"]
    private let raw = Variable<[Double]>("Raw")

    @Test("A second call with the same inputs is answered from the store, in any process")
    func hit() throws {
        let fixture = try StoreFixture()
        let counter = Counter()
        try fixture.store.save([1, 2, 3], as: raw, at: keys)
        func run(_ store: Store) throws -> Traced<[Double]> {
            let output = try store.call(Self.scale(counter), store.load(raw, at: keys), 2)
            try store.save(output, as: filtered, at: keys, version: ["factor": 2])
            return output
        }
        let first = try run(fixture.store)
        #expect(!first.isFromStore)
        let files = try fixture.files()
        let second = try run(fixture.reopened())
        #expect(second.isFromStore)
        #expect(try second.value == [2, 4, 6])
        #expect(first.invocation == second.invocation)
        #expect(counter.count == 1)
        #expect(try fixture.files() == files, "the second run changes nothing")
    }

    @Test("A hit does not read the payload until it is asked for")
    func lazy() throws {
        let fixture = try StoreFixture()
        let counter = Counter()
        let big = (0..<400_000).map(Double.init)
        try fixture.store.save(big, as: raw, at: keys)
        try fixture.store.save(
            fixture.store.call(Self.scale(counter), fixture.store.load(raw, at: keys), 2), as: filtered,
            at: keys)
        // The payloads are files of their own; without being read they can be damaged and still be hit.
        let store = try fixture.reopened()
        let output = fixture.store.path + "/objects"
        let content = try store.workTree.record(at: Address(variable: "FilteredSignal", keys: keys)).content
        let file = "\(output)/\(content.hex.prefix(2))/\(content).zst"
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: file))
        let hit = try store.call(Self.scale(counter), store.load(raw, at: keys), 2)
        #expect(hit.isFromStore)
        #expect(counter.count == 1, "it was not looked at")
        let value = try hit.value
        #expect(value == big.map { $0 * 2 }, "damage that is met is made good by running the function")
        #expect(counter.count == 2)
    }

    @Test("Another version, constant or input runs again; returning to the old one does not")
    func misses() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let counter = Counter()
        try store.save([1, 2, 3], as: raw, at: keys)
        func run(_ version: String, _ factor: Double) throws -> Bool {
            let output = try store.call(
                Self.scale(counter, version: version), store.load(raw, at: keys), factor)
            try store.save(output, as: filtered, at: keys)
            return output.isFromStore
        }
        #expect(try !run("1", 2))
        #expect(try !run("2", 2))
        #expect(try !run("2", 3))
        #expect(try run("1", 2), "an overwritten result is still answered")
        try store.save([1, 2, 4], as: raw, at: keys)
        #expect(try !run("1", 2))
        #expect(counter.count == 4)
    }

    @Test("Outputs are unwrapped for the next thunk, and lineage keeps the chain")
    func chain() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let (first, second) = (Counter(), Counter())
        try store.save([1, 2, 3], as: raw, at: keys)
        func run(_ store: Store) throws -> Traced<Double> {
            let scaled = try store.call(Self.scale(first), store.load(raw, at: keys), 2)
            let mean = try store.call(Self.mean(second), scaled)
            try store.save(mean, as: rate, at: keys)
            return mean
        }
        #expect(try run(store).value == 4)
        // The scaled signal was never saved: its lineage record is there all the same.
        let record = try store.workTree.record(at: Address(variable: "HeartRate", keys: keys))
        #expect(record.lineage != nil)
        #expect(record.output == 0)
        #expect(try store.check(deep: true).findings.isEmpty)
        _ = try store.commit("rate")
        #expect(try run(fixture.reopened()).value == 4)
        #expect(second.count == 1)
    }

    @Test("A recomputed input with the same payload leaves what follows a hit")
    func sameOutcome() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let (first, second) = (Counter(), Counter())
        try store.save([1, 2, 3], as: raw, at: keys)
        for version in ["1", "2"] {
            let scaled = try store.call(Self.scale(first, version: version), store.load(raw, at: keys), 2)
            try store.save(store.call(Self.mean(second), scaled), as: rate, at: keys)
        }
        #expect(first.count == 2)
        #expect(second.count == 1)
    }

    @Test("A result of another branch answers a call")
    func otherBranch() throws {
        let fixture = try StoreFixture()
        let counter = Counter()
        try fixture.store.save([1, 2, 3], as: raw, at: keys)
        _ = try fixture.store.commit("raw")
        try fixture.git("switch", "-q", "-c", "other")
        try fixture.store.save(
            fixture.store.call(Self.scale(counter), fixture.store.load(raw, at: keys), 2), as: filtered,
            at: keys)
        _ = try fixture.store.commit("scaled")
        try fixture.git("switch", "-q", "main")
        let store = try fixture.reopened()
        let output = try store.call(Self.scale(counter), store.load(raw, at: keys), 2)
        #expect(output.isFromStore)
        #expect(try output.value == [2, 4, 6])
        try store.save(output, as: filtered, at: keys)
        _ = try store.commit("the same here")
        #expect(try store.check(deep: true).findings.isEmpty)
        #expect(counter.count == 1)
    }

    @Test("A call inside a transaction works, also when history was not searched yet")
    func insideTransaction() throws {
        let fixture = try StoreFixture()
        let counter = Counter()
        try fixture.store.save([1, 2, 3], as: raw, at: keys)
        _ = try fixture.store.commit("raw")
        let store = try fixture.reopened()
        try store.transaction { transaction in
            let output = try store.call(Self.scale(counter), store.load(raw, at: keys), 2)
            try transaction.save(output, as: filtered, at: keys)
        }
        #expect(try store.load(filtered, at: keys).value == [2, 4, 6])
    }

    @Test("Lineage that many calls share is kept once")
    func sharedLineage() throws {
        let fixture = try StoreFixture()
        let add = Thunk<Double, Double, Double>("add", version: "1", parameters: ["a", "b"]) { $0 + $1 }
        var value = try fixture.store.call(add, 1, 1)
        for _ in 0..<40 { value = try fixture.store.call(add, value, value) }
        try fixture.store.save(value, as: rate, at: keys)
        #expect(try fixture.store.load(rate, at: keys).value == 0x1p41)
        #expect(try fixture.store.stats().packedObjects == 42)
    }

    @Test("What the function throws is passed on and not cached")
    func errors() throws {
        struct Failure: Error {}
        let fixture = try StoreFixture()
        let counter = Counter()
        let failing = Thunk<Double, Double>("failing", version: "1", parameters: ["x"]) { _ in
            counter.up()
            throw Failure()
        }
        for _ in 0..<2 { #expect(throws: Failure.self) { try fixture.store.call(failing, 1.0) } }
        #expect(counter.count == 2)
    }

    @Test("Arguments of the wrong number or type are refused, and named")
    func arguments() throws {
        let fixture = try StoreFixture()
        let scale = Self.scale(Counter())
        let few = #expect(throws: StemmaError.self) { try fixture.store.call(scale, [1.0]) }
        #expect(few?.code == .argumentMismatch)
        let wrong = #expect(throws: StemmaError.self) { try fixture.store.call(scale, [1.0], "two") }
        #expect(wrong?.message.contains("'factor'") == true)
        let unnamed = Thunk<Double, Double>("unnamed", version: "1", parameters: []) { $0 }
        #expect(throws: StemmaError.self) { try fixture.store.call(unnamed, 1.0) }
    }

    @Test("Two zeros are two constants; a literal 20 is the same as 20.0")
    func constants() throws {
        let fixture = try StoreFixture()
        let sign = Thunk<Double, Double>("sign", version: "1", parameters: ["x"]) {
            $0.sign == .minus ? -1 : 1
        }
        let positive = try fixture.store.call(sign, 0.0)
        let negative = try fixture.store.call(sign, -0.0)
        #expect(positive.invocation != negative.invocation)
        #expect(try fixture.store.call(sign, 20).invocation == fixture.store.call(sign, 20.0).invocation)
    }

    @Test("A Codable result comes back as it was, and NaN in it is refused by path")
    func codable() throws {
        let fixture = try StoreFixture()
        let summarise = Thunk<Double, Summary>("summarise", version: "1", parameters: ["x"]) {
            Summary(mean: $0, count: 3)
        }
        let output = try fixture.store.call(summarise, 1.5)
        let summaries = Variable<Summary>("Summary")
        try fixture.store.save(output, as: summaries, at: keys)
        #expect(try fixture.store.load(summaries, at: keys).value == Summary(mean: 1.5, count: 3))
        let undefined = Thunk<Double, Summary>("undefined", version: "1", parameters: ["x"]) {
            Summary(mean: .nan * $0, count: 0)
        }
        let error = #expect(throws: StemmaError.self) { try fixture.store.call(undefined, 1.5) }
        #expect(error?.message.contains("mean") == true, "\(error?.message ?? "")")
    }

    private struct Options: Codable, Sendable {
        var width = 3
    }

    @Test(
        "Names of private types are the same in every process, and the output's type is part of the identity")
    func types() throws {
        let fixture = try StoreFixture()
        let wide = Thunk<Options, Double>("wide", version: "1", parameters: ["options"]) { Double($0.width) }
        try fixture.store.save(fixture.store.call(wide, Options()), as: rate, at: keys)
        let record = try fixture.store.workTree.record(at: Address(variable: "HeartRate", keys: keys))
        let lineage = String(
            decoding: try fixture.store.metadata(try #require(record.lineage)), as: UTF8.self)
        #expect(lineage.contains("(private).Options") || lineage.contains("ThunkTests.Options"), "\(lineage)")
        #expect(!lineage.contains("$"))
        let other = Thunk<Options, Int>("wide", version: "1", parameters: ["options"]) { $0.width }
        #expect(try !fixture.store.call(other, Options()).isFromStore)
        #expect(try fixture.store.call(wide, Options()).isFromStore)
    }
}
