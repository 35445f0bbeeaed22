import Foundation
import Stemma
import Synchronization
import TestSupport
import Testing

/// Counts how often a function ran.
final class RunCounter: Sendable {
    private let value = Atomic<Int>(0)
    func up() { value.add(1, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
}

@Suite("What answers a call, and what does not")
struct CacheTests {
    private let keys: Keys = ["subject": 1, "session": "A"]
    private let other: Keys = ["subject": 2, "session": "A"]
    private let raw = Variable<[Double]>("Raw")
    private let counter = RunCounter()

    private var double: Thunk<[Double], [Double]> {
        Thunk("double", version: "1", parameters: ["signal"]) { [counter] signal in
            counter.up()
            return signal.map { $0 * 2 }
        }
    }

    private func saved(_ store: Store, _ value: [Double] = [1, 2]) throws -> Traced<[Double]> {
        try store.save(value, as: raw, at: keys)
        let output = try store.call(double, store.load(raw, at: keys))
        try store.save(output, as: filtered, at: keys)
        return output
    }

    @Test("Calls that are made at once are all answered from history, whichever of them looks there")
    func atOnce() throws {
        let fixture = try StoreFixture()
        let all: [Keys] = (1...8).map { ["subject": .number(Double($0)), "session": "A"] }
        for (index, keys) in all.enumerated() {
            try fixture.store.save([1, Double(index)], as: raw, at: keys)
        }
        _ = try fixture.store.commit("raw")
        try fixture.git("switch", "-qc", "tune")
        let first = try fixture.reopened()
        for keys in all {
            try first.save(first.call(double, first.load(raw, at: keys)), as: filtered, at: keys)
        }
        _ = try first.commit("tune")
        try fixture.git("switch", "-q", "main")
        let hits = Mutex(0)
        for _ in 1...5 {
            try FileManager.default.removeItem(atPath: fixture.store.path + "/local")
            let store = try fixture.reopened()
            let inputs = try all.map { try store.load(raw, at: $0) }
            DispatchQueue.concurrentPerform(iterations: inputs.count) { index in
                let isHit = (try? store.call(double, inputs[index]).isFromStore) ?? false
                hits.withLock { $0 += isHit ? 1 : 0 }
            }
        }
        #expect(hits.withLock { $0 } == 40)
    }

    @Test("Whoever is told that objects were brought along can use the store from any thread")
    func toldOutsideOfLocks() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2], as: raw, at: keys)
        _ = try fixture.store.commit("raw")
        try fixture.git("switch", "-qc", "tune")
        let first = try fixture.reopened()
        try first.save(first.call(double, first.load(raw, at: keys)), as: filtered, at: keys)
        _ = try first.commit("tune")
        try fixture.git("switch", "-q", "main")
        let others = Mutex<Store?>(nil)
        let reads = Mutex<[Bool]>([])
        var options = StoreFixture.options
        options.report = { _ in
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                _ = try? others.withLock({ $0 })?.workTree.variables()
                done.signal()
            }
            let answered = done.wait(timeout: .now() + 20) == .success
            reads.withLock { $0.append(answered) }
        }
        let store = try Store.open(fixture.store.path, options: options)
        others.withLock { $0 = store }
        try store.save(store.call(double, store.load(raw, at: keys)), as: filtered, at: keys)
        #expect(reads.withLock { $0 } == [true])
        others.withLock { $0 = nil }
    }

    @Test("A hit of an older identity from another branch brings its function along")
    func compatibleFromElsewhere() throws {
        let fixture = try StoreFixture()
        try fixture.store.save([1, 2], as: raw, at: keys)
        try fixture.store.save([1, 2], as: raw, at: other)
        _ = try fixture.store.commit("raw")
        try fixture.git("switch", "-qc", "tune")
        let first = try fixture.reopened()
        let made = try first.call(double, first.load(raw, at: keys))
        try first.save(made, as: filtered, at: keys)
        _ = try first.commit("tune")
        try fixture.git("switch", "-q", "main")
        let store = try fixture.reopened()
        let old = try #require(try store.lineage(of: made)?.identity)
        let newer = Thunk<[Double], [Double]>("double", version: "2", parameters: ["signal"]) { $0 }
            .compatible(with: old.hex)
        let hit = try store.call(newer, store.load(raw, at: other))
        #expect(hit.isFromStore)
        try store.save(hit, as: filtered, at: other)
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "main")
        let copy = fixture.directory.file("copy")
        try fixture.git(
            "clone", "-q", "--single-branch", "-b", "main", "file://\(fixture.git.directory)", copy)
        let there = try Store.open("\(copy)/results", options: StoreFixture.options)
        #expect(try there.check(deep: true).findings.isEmpty)
        #expect(try there.load(filtered, at: other).value == [2, 4])
    }

    @Test("A record whose lineage is nowhere is refused, however often it is asked for in a transaction")
    func danglingLineage() throws {
        let fixture = try StoreFixture()
        let elsewhere = try StoreFixture()
        let made = try saved(elsewhere.store)
        let loaded = try elsewhere.store.load(filtered, at: keys)
        // The payload is here, and the lineage is not.
        try fixture.store.save(made.value, as: raw, at: keys)
        try fixture.store.transaction { transaction in
            for _ in 1...2 {
                let error = #expect(throws: StemmaError.self) {
                    try transaction.save(loaded, as: filtered, at: keys)
                }
                #expect(error?.code == .objectMissing)
            }
        }
        #expect(try fixture.store.check(deep: true).findings.isEmpty)
    }

    @Test("A payload that is gone is a miss that says so, and the function runs again")
    func gone() throws {
        let fixture = try StoreFixture()
        let big = (0..<200_000).map(Double.init)
        let output = try saved(fixture.store, big)
        let hex = output.content.hex
        try FileManager.default.removeItem(
            atPath: "\(fixture.store.path)/objects/\(hex.prefix(2))/\(hex).zst")
        let store = try fixture.reopened()
        let again = try store.call(double, store.load(raw, at: keys))
        #expect(again.missReason == .outputMissing(output.content))
        #expect(counter.count == 2)
        try store.save(again, as: filtered, at: keys)
        #expect(try store.check(deep: true).findings.isEmpty, "saving it again puts it back")
    }

    @Test("A payload that turns out to be damaged is reported and computed again, and saving repairs it")
    func damaged() throws {
        let fixture = try StoreFixture()
        let big = (0..<200_000).map(Double.init)
        let output = try saved(fixture.store, big)
        let hex = output.content.hex
        try Data("damaged".utf8).write(
            to: URL(fileURLWithPath: "\(fixture.store.path)/objects/\(hex.prefix(2))/\(hex).zst"))
        let reported = Mutex<[String]>([])
        var options = StoreFixture.options
        options.report = { event in
            if case .resultComputedAgain(let function, let cause) = event {
                reported.withLock { $0.append("\(function) \(cause.code.rawValue)") }
            }
        }
        let store = try Store.open(fixture.store.path, options: options)
        let again = try store.call(double, store.load(raw, at: keys))
        #expect(try again.value == big.map { $0 * 2 })
        #expect(reported.withLock { $0 } == ["double corrupt"])
        #expect(counter.count == 2)
    }

    @Test("A call that is forgotten runs again, and saving the fresh run brings it back")
    func forgotten() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let output = try saved(store)
        _ = try store.commit("first")
        #expect(try store.forget(.function("none of that name")) == 0)
        #expect(try store.forget(.function("double")) == 1)
        #expect(try store.forget(.function("double")) == 0, "it was forgotten already")
        _ = try store.commit("forgotten")
        #expect(try fixture.git("ls-files", "results/forgotten.jsonl") != "")
        let again = try fixture.reopened().call(double, store.load(raw, at: keys))
        #expect(again.missReason == .forgotten)
        try store.save(again, as: filtered, at: keys)
        #expect(try store.call(double, store.load(raw, at: keys)).isFromStore)
        _ = try store.commit("brought back")
        #expect(try fixture.git("ls-files", "results/forgotten.jsonl") == "")
        #expect(again.content == output.content)
    }

    @Test("Forgetting by address takes every record of the same call, whoever made it")
    func forgottenByAddress() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        _ = try saved(store)
        try store.save([1, 2], as: raw, at: other)
        let elsewhere = try store.call(double, store.load(raw, at: other))
        #expect(elsewhere.isFromStore)
        try store.save(elsewhere, as: filtered, at: other)
        #expect(try store.forget(.records(of: "FilteredSignal", matching: Filter(keys: ["subject": 1]))) == 2)
        #expect(try !store.call(double, store.load(raw, at: other)).isFromStore)
    }

    @Test("A hit from another address gets its own lineage record, with its own input")
    func ownLineage() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let first = try saved(store)
        try store.save([1, 2], as: raw, at: other)
        let second = try store.call(double, store.load(raw, at: other))
        #expect(second.isFromStore && second.invocation == first.invocation)
        let lineage = try #require(try store.lineage(of: second))
        #expect(lineage.inputs.first?.address?.keys == other)
        try store.save(second, as: filtered, at: other)
        #expect(try store.lineage(of: store.load(filtered, at: other)) == lineage)
    }

    @Test("Saving an output again changes nothing where it stands under a wider version")
    func widerVersion() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        try store.save([1, 2], as: raw, at: keys)
        let output = try store.call(double, store.load(raw, at: keys))
        try store.save(output, as: filtered, at: keys, version: ["low": 20, "backfilled": true])
        let files = try fixture.files()
        let again = try store.call(double, store.load(raw, at: keys))
        let record = try store.save(again, as: filtered, at: keys, version: ["low": 20])
        #expect(record.version == ["low": 20, "backfilled": true])
        #expect(try fixture.files() == files)
        #expect(again.record == record)
        // Another version is another variant.
        try store.save(again, as: filtered, at: keys, version: ["low": 30])
        #expect(try store.workTree.variants(of: "FilteredSignal", keys: keys).count == 2)
    }

    @Test("Lineage is known before an output is saved, and its record afterwards")
    func lineage() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        try store.save([1, 2], as: raw, at: keys, version: ["unit": "mV"])
        let scale = Thunk<[Double], Double, [Double]>(
            "scale", version: "1", parameters: ["signal", "factor"]
        ) {
            signal, factor in signal.map { $0 * factor }
        }
        let output = try store.call(scale, store.load(raw, at: keys), 2.5)
        #expect(output.record == nil && output.output == 0)
        let lineage = try #require(try store.lineage(of: output))
        #expect(lineage.function == "scale" && lineage.identity == scale.identityDigest)
        #expect(lineage.inputs.map(\.name) == ["signal"])
        #expect(
            lineage.inputs.first?.address == Address(variable: "Raw", keys: keys, version: ["unit": "mV"]))
        #expect(lineage.constants.map(\.value) == [2.5])
        let record = try store.save(output, as: filtered, at: keys)
        #expect(output.record == record && record.lineage == lineage.digest)
        #expect(try store.lineage(of: output) == lineage)
    }

    @Test("A chain of 30,000 calls that were not saved is saved with its end, and let go of")
    func longChain() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let next = Thunk<Double, Double>("next", version: "1", parameters: ["x"]) { $0 + 1 }
        var value = try store.call(next, 0.0)
        for _ in 1..<30_000 { value = try store.call(next, value) }
        try store.save(value, as: rate, at: keys)
        #expect(try store.load(rate, at: keys).value == 30_000)
        #expect(try store.call(next, 0.0).isFromStore)
    }
}
