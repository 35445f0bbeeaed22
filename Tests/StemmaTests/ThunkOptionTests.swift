import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Options of thunks")
struct ThunkOptionTests {
    private let keys: Keys = ["subject": 1, "session": "A"]
    private let raw = Variable<[Double]>("Raw")
    private let counter = RunCounter()

    @Test("A tuple becomes an output for each element, told apart by index and answered in order")
    func unpacked() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let split = Thunk<[Double], Unpacked<[Double], Double, String>>(
            "split", version: "1", parameters: ["signal"],
            unpackOutput: { [counter] signal in
                counter.up()
                return (signal.reversed(), signal.reduce(0, +), "sum")
            })
        try store.save([1, 2, 3], as: raw, at: keys)
        func run(_ store: Store) throws -> (Traced<[Double]>, Traced<Double>, Traced<String>) {
            try store.call(split, store.load(raw, at: keys))
        }
        let first = try run(store)
        #expect([first.0.output, first.1.output, first.2.output] == [0, 1, 2])
        try store.save(first.1, as: rate, at: keys)
        #expect(
            try !run(fixture.reopened()).0.isFromStore, "an output that nobody saved cannot be answered")
        try store.transaction { transaction in
            try transaction.save(first.0, as: filtered, at: keys)
            try transaction.save(first.1, as: rate, at: keys)
            try transaction.save(first.2, as: Variable<String>("What"), at: keys)
        }
        let second = try run(fixture.reopened())
        #expect(second.0.isFromStore && second.1.isFromStore && second.2.isFromStore)
        #expect(try second.0.value == [3, 2, 1])
        #expect(try second.1.value == 6)
        #expect(try second.2.value == "sum")
        let records = try ["FilteredSignal", "HeartRate", "What"].map {
            try store.workTree.record(at: Address(variable: $0, keys: keys))
        }
        #expect(records.map(\.output) == [0, 1, 2])
        #expect(Set(records.map(\.lineage)).count == 1)
        #expect(counter.count == 2)
    }

    @Test(
        "A list becomes as many outputs as the thunk says; another number is an error that names the function"
    )
    func list() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        func halves(_ outputs: Int) -> Thunk<[Double], OutputList<[Double]>> {
            Thunk(
                "halves", version: "1", parameters: ["signal"], outputs: outputs,
                unpackOutput: { signal in
                    let middle = signal.count / 2
                    return [Array(signal[..<middle]), Array(signal[middle...])]
                })
        }
        let parts = try store.call(halves(2), [1.0, 2, 3])
        #expect(try parts.map { try $0.value } == [[1], [2, 3]])
        let error = #expect(throws: StemmaError.self) { try store.call(halves(3), [1.0, 2, 3]) }
        #expect(error?.code == .wrongOutputCount)
        #expect(error?.message == "halves returned 2 outputs; its thunk says 3")
    }

    @Test(
        "A function that takes a wrapped value is handed keys, version and digest, and these are part of the call"
    )
    func whole() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let describe = Thunk<Wrapped<[Double]>, String>("describe", version: "1", parameters: ["signal"]) {
            [counter] signal in
            counter.up()
            return "\(signal.keys): \(try signal.value.count)"
        }
        let text = Variable<String>("Text")
        for subject in [1, 2] {
            let keys: Keys = ["subject": .number(Double(subject)), "session": "A"]
            try store.save([1, 2], as: raw, at: keys)
            let output = try store.call(describe, store.load(raw, at: keys))
            #expect(!output.isFromStore, "the same payload at other keys is another call")
            #expect(try output.value == "\(keys): 2")
            try store.save(output, as: text, at: keys)
            #expect(try store.call(describe, store.load(raw, at: keys)).isFromStore)
        }
        #expect(counter.count == 2)
        #expect(throws: StemmaError.self) { try store.call(describe, [1.0]) }
    }

    @Test("A step that makes a file is skipped while the file is there as it was made")
    func generatedFile() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let plot = Thunk<[Double], FileTarget, GeneratedFile>(
            "plot", version: "1", parameters: ["signal", "file"]
        ) {
            [counter] signal, target in
            counter.up()
            let text = "\(target.keys): \(signal)"
            try Data(text.utf8).write(to: URL(fileURLWithPath: target.path))
            return try GeneratedFile(at: target)
        }
        let figures = Variable<GeneratedFile>("Figure")
        let path = fixture.directory.file("plot.txt")
        try store.save([1, 2], as: raw, at: keys)
        func run() throws -> Traced<GeneratedFile> {
            let figure = try store.call(plot, store.load(raw, at: keys), FileTarget(path, keys: keys))
            try store.save(figure, as: figures, at: keys)
            return figure
        }
        #expect(try run().missReason == .newCall)
        #expect(try run().isFromStore)
        #expect(try store.load(figures, at: keys).value.path == path)
        try Data("scribbled over".utf8).write(to: URL(fileURLWithPath: path))
        func whyNow() throws -> MissReason? {
            try store.explanation(of: store.workTree.record(at: Address(variable: "Figure", keys: keys)))?
                .missReason
        }
        #expect(try whyNow() == .fileChanged(path), "the question why looks at the file, too")
        #expect(try run().missReason == .fileChanged(path))
        #expect(try run().isFromStore)
        #expect(try whyNow() == nil)
        try FileManager.default.removeItem(atPath: path)
        #expect(try run().missReason == .fileMissing(path))
        #expect(counter.count == 3)
        let lineage = try #require(try store.lineage(of: store.load(figures, at: keys)))
        #expect(lineage.constants.first?.value?["path"]?.asString == path)
        let other = FileTarget(path, keys: ["subject": 2, "session": "A"])
        #expect(
            try !store.call(plot, store.load(raw, at: keys), other).isFromStore, "the function sees the keys")
    }

    @Test("A file that differs each time it is made is the newest one's, at once")
    func differentEachTime() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let plot = Thunk<FileTarget, GeneratedFile>("plot", version: "1", parameters: ["file"]) {
            [counter] target in
            counter.up()
            try Data("\(counter.count)".utf8).write(to: URL(fileURLWithPath: target.path))
            return try GeneratedFile(at: target)
        }
        let path = fixture.directory.file("plot.txt")
        func run() throws -> MissReason? {
            let figure = try store.call(plot, FileTarget(path, keys: keys))
            try store.save(figure, as: Variable<GeneratedFile>("Figure"), at: keys)
            return figure.missReason
        }
        for count in 1...10 {
            // So that the next call looks at the catalog, and what it finds is kept for a moment.
            usleep(60_000)
            #expect(try run() != nil)
            #expect(try run() == nil, "\(count)")
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(counter.count == 10)
    }

    /// What several functions could change for each other.
    private final class Box: Codable, @unchecked Sendable {
        var number: Int
        init(_ number: Int) { self.number = number }
    }

    /// A value whose mirror does not show what it holds.
    private struct Hiding: Codable, CustomReflectable {
        let box: Box
        var customMirror: Mirror { Mirror(self, children: [:]) }
    }

    @Test("What one function does to an instance of a class is not seen by the next one")
    func mutatedInstance() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let make = Thunk<Int, Box>("make", version: "1", parameters: ["number"]) { Box($0) }
        let bump = Thunk<Box, Int>("bump", version: "1", parameters: ["box"]) {
            $0.number += 100
            return $0.number
        }
        let read = Thunk<Box, Int>("read", version: "1", parameters: ["box"]) { $0.number }
        let list = Thunk<[String: [Box?]], Int>("list", version: "1", parameters: ["boxes"]) { boxes in
            boxes.values.joined().compactMap(\.self).forEach { $0.number += 1 }
            return boxes.values.joined().reduce(0) { $0 + ($1?.number ?? 0) }
        }
        let box = try store.call(make, 1)
        #expect(try store.call(bump, box).value == 101)
        #expect(try store.call(bump, box).value == 101)
        #expect(try store.call(read, box).value == 1)
        try box.value.number = 7
        #expect(try store.call(read, box).value == 1, "what the holder of the value does is its own")
        let boxes = Thunk<Int, [String: [Box?]]>("boxes", version: "1", parameters: ["n"]) {
            ["a": [Box($0), nil]]
        }
        let hide = Thunk<Int, Hiding>("hide", version: "1", parameters: ["n"]) { Hiding(box: Box($0)) }
        let found = Thunk<Hiding, Int>("found", version: "1", parameters: ["hiding"]) {
            $0.box.number += 1
            return $0.box.number
        }
        let hiding = try store.call(hide, 5)
        #expect(try store.call(found, hiding).value == 6)
        #expect(try store.call(found, hiding).value == 6)
        let several = try store.call(boxes, 5)
        #expect(try store.call(list, several).value == 6)
        #expect(try store.call(list, several).value == 6)
    }

    @Test("Constants reach the function as they are recorded, whatever else their type can hold")
    func normalized() throws {
        let fixture = try StoreFixture()
        let start = Thunk<Data, Int>("start", version: "1", parameters: ["data"]) { $0.startIndex }
        let bytes = Data([1, 2, 3, 4, 5])
        #expect(try fixture.store.call(start, bytes[2...]).value == 0)
        let length = Thunk<Lossy, Int>("length", version: "1", parameters: ["lossy"]) { $0.hidden }
        #expect(try fixture.store.call(length, Lossy(shown: 1, hidden: 5)).value == 0)
    }

    /// A type whose payload leaves something out.
    private struct Lossy: Storable {
        var shown: UInt8
        var hidden = 0
        static var payloadFormat: PayloadFormat { .bytes }
        func payload() -> [UInt8] { [shown] }
        init(shown: UInt8, hidden: Int) { (self.shown, self.hidden) = (shown, hidden) }
        init(payload: [UInt8]) { shown = payload.first ?? 0 }
    }

    @Test("A large value of unknown origin is refused by argument and step, unless the store is ephemeral")
    func unknownOrigin() throws {
        let fixture = try StoreFixture()
        let mean = Thunk<[Double], Double>("mean", version: "1", parameters: ["signal"]) {
            $0.reduce(0, +) / Double($0.count)
        }
        let large = (0..<10_000).map(Double.init)
        let error = #expect(throws: StemmaError.self) { try fixture.store.call(mean, large) }
        #expect(error?.code == .unknownOrigin)
        #expect(error?.message.contains("'signal'") == true && error?.message.hasPrefix("mean:") == true)
        #expect(try fixture.store.call(mean, [1.0, 2]).value == 1.5, "a small one is a constant")

        var options = StoreFixture.options
        options.isEphemeral = true
        let store = try Store.open(fixture.store.path, options: options)
        let output = try store.call(mean, large)
        try store.save(output, as: rate, at: keys)
        #expect(try store.call(mean, large).isFromStore)
        let lineage = try #require(try store.lineage(of: output))
        #expect(lineage.inputs.map(\.name) == ["signal"] && lineage.inputs[0].address == nil)
        #expect(
            try store.stats().packedObjects == 2, "a lineage record and a function record, and no payload")
        #expect(try store.check(deep: true).findings.isEmpty)
    }

    private struct Partial: Codable, Sendable {
        var low: Double
        var mode = 0
        private enum CodingKeys: CodingKey { case low }
    }

    @Test("A function does not see what a constant leaves out of its encoding")
    func partialConstant() throws {
        let fixture = try StoreFixture()
        let mode = Thunk<Partial, Int>("mode", version: "1", parameters: ["options"]) { $0.mode }
        let first = try fixture.store.call(mode, Partial(low: 1, mode: 7))
        #expect(try first.value == 0)
        try fixture.store.save(first, as: Variable<Int>("Mode"), at: keys)
        #expect(try fixture.store.call(mode, Partial(low: 1, mode: 8)).isFromStore)
    }

    @Test("A file that is made again with other bytes answers from then on")
    func regenerated() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let plot = Thunk<Double, FileTarget, GeneratedFile>("plot", version: "1", parameters: ["x", "file"]) {
            [counter] x, target in
            counter.up()
            // As plots do that have the date in them.
            try Data("\(counter.count): \(x)".utf8).write(to: URL(fileURLWithPath: target.path))
            return try GeneratedFile(at: target)
        }
        let path = fixture.directory.file("plot.txt")
        for round in 1...6 {
            let made = try store.call(plot, 1.5, FileTarget(path))
            #expect(!made.isFromStore)
            try store.save(made, as: Variable<GeneratedFile>("Figure"), at: keys)
            #expect(try store.call(plot, 1.5, FileTarget(path)).isFromStore, "round \(round)")
            #expect(try fixture.reopened().call(plot, 1.5, FileTarget(path)).isFromStore, "round \(round)")
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test("A value edited by hand carries what it was, and why it was changed")
    func edited() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        try store.save([1, 200, 3], as: raw, at: keys)
        let signal = try store.load(raw, at: keys)
        let mended = try store.edited([1, 2, 3], of: signal, reason: "an artefact in the second sample")
        let mean = Thunk<[Double], Double>("mean", version: "1", parameters: ["signal"]) {
            $0.reduce(0, +) / Double($0.count)
        }
        // The edit is part of the lineage also when only what was made from it is saved.
        let output = try store.call(mean, mended)
        try store.save(output, as: rate, at: keys)
        let lineage = try #require(try store.lineage(of: store.load(rate, at: keys)))
        #expect(lineage.inputs.first?.lineage != nil)
        try store.save(mended, as: raw, at: keys)
        let edit = try #require(try store.lineage(of: store.load(raw, at: keys)))
        #expect(edit.reason == "an artefact in the second sample" && edit.function == nil)
        #expect(edit.digest == lineage.inputs.first?.lineage)
        #expect(edit.inputs.first?.content == signal.content)
        _ = try store.commit("mended")
        #expect(try store.check(deep: true).findings.isEmpty)
        #expect(try store.call(mean, store.load(raw, at: keys)).isFromStore)
        #expect(throws: StemmaError.self) { try store.edited([1], of: signal, reason: " ") }
    }
}
