import Foundation
import StemmaLineage
import TestSupport
import Testing

@testable import Stemma

@Suite("Functions marked @Thunk")
struct CallTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let out = Variable<[Double]>("Out")

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.create(at: directory.file("results"), keys: []).store
    }

    @Test("The function is still a function")
    func plain() throws {
        #expect(scaled([1, 2], by: 3) == [3, 6])
        #expect(Statistics.mean([1, 3]) == 2)
    }

    @Test("A second call is answered from the store")
    func hit() throws {
        let first = try store.call(scaled, [1.0, 2], 3)
        #expect(try first.value == [3, 6])
        #expect(!first.isFromStore)
        try store.save(first, as: out, at: [:])
        #expect(try store.call(scaled, [1.0, 2], 3).isFromStore)
        #expect(try !store.call(scaled, [1.0, 2], 4).isFromStore)
    }

    @Test("A default is captured as an argument: calls with it and with its value are one call")
    func defaults() throws {
        let first = try store.call(scaled, [1.0])
        try store.save(first, as: out, at: [:])
        #expect(try first.value == [2])
        #expect(try store.call(scaled, [1.0], 2).isFromStore)
        #expect(try store.call(hiddenByAnotherName, 5, 3).value == 2)
        #expect(try store.call(hiddenByAnotherName, 5, 3, 1).value == 3)
        #expect(throws: StemmaError.self) { try store.call(scaled) }
        #expect(throws: StemmaError.self) { try store.call(scaled, [1.0], 2, 3) }
    }

    @Test("What a function throws is passed on")
    func errors() {
        #expect(throws: EmptySignal.self) { try store.call(halved, [Double]()) }
    }

    @Test("Static functions are thunks under the names of their types")
    func members() throws {
        #expect(Statistics.mean.name == "Statistics.mean")
        #expect(try store.call(Statistics.mean, [1.0, 3]).value == 2)
        #expect(try store.call(Statistics.configuration, "a ").value.hasPrefix("a "))
    }

    @Test("Lineage has labels, or names where there are none, and lists other packages")
    func lineage() throws {
        try store.save(store.call(scaled, [1.0], 3), as: out, at: [:])
        let digest = try #require(try store.load(out, at: [:]).record?.lineage)
        let record = try LineageRecord(blob: store.metadata(digest))
        #expect(record.constants.map(\.name) == ["signal", "by"])
        #expect(record.function?.identity == scaled.identity)
        let text = String(decoding: scaled.function.blob, as: UTF8.self)
        #expect(text.contains(#""parameters":[{"name":"_","type":"Swift.Array<Swift.Double>"},{"name":"by""#))
    }

    @Test("The identity names what the function reaches, and conditions with their values")
    func parts() throws {
        func names(_ basis: FunctionRecord.Basis) -> Set<String> {
            guard case .derived(let parts) = basis else { return [] }
            return Set(parts.map { "\($0.kind) \($0.name)" })
        }
        let all = names(halved.record.basis)
        #expect(all.isSuperset(of: ["thunk halved", "variable half", "type EmptySignal", "target Stemma"]))
        #expect(!all.contains("function scaled"))
        #expect(names(Statistics.configuration.record.basis).contains("condition DEBUG"))
    }

    @Test("Results under an older identity stay valid when that is declared")
    func compatible() throws {
        let old = Thunk<[Double], Double, [Double]>("gain", version: "1", parameters: ["signal", "by"]) {
            signal, by in signal.map { $0 + by }
        }
        try store.save(store.call(old, [1.0], 2), as: out, at: [:])
        #expect(try !store.call(gain, [1.0], 2).isFromStore)
        let answered = try store.call(gain.compatible(with: old.identity.hex), [1.0], 2)
        #expect(answered.isFromStore)
        #expect(try answered.value == [3])

        // Its lineage says by whom it was made.
        let again = Variable<[Double]>("Again")
        try store.save(answered, as: again, at: [:])
        let digest = try #require(try store.load(again, at: [:]).record?.lineage)
        #expect(try LineageRecord(blob: store.metadata(digest)).function?.identity == old.identity)
    }

    @Test("The elements of a tuple are outputs of their own")
    func unpacked() throws {
        let (low, high) = try store.call(extent, [3.0, 1, 2])
        #expect(try low.value == 1)
        #expect(try high.value == 3)
        #expect(extent.record.outputs == ["Swift.Double", "Swift.Double"])
    }

    @Test("A function that makes a file has the file as its result")
    func generatedFile() throws {
        let target = FileTarget(directory.file("plot.txt"))
        let file = try store.call(plot, [1.0], target)
        #expect(try file.value.size == 5)
        try store.save(file, as: Variable<GeneratedFile>("Plot"), at: [:])
        #expect(try store.call(plot, [1.0], target).isFromStore)
    }

    @Test("An identity that is no digest is refused at the call")
    func notAnIdentity() {
        let error = #expect(throws: StemmaError.self) {
            try store.call(gain.compatible(with: "1234"), [1.0], 2)
        }
        #expect(error?.code == .argumentMismatch)
    }
}
