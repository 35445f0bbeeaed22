import StemmaBlobs
import StemmaLineage
import StemmaRecords
import TestSupport
import Testing

@testable import Stemma

@Suite("Why records differ, in pipelines of any shape")
struct ExplanationScaleTests {
    /// A pipeline of integer functions: each node takes earlier ones, and a constant.
    private struct Pipeline {
        struct Node {
            var isData: Bool
            var inputs: [Int] = []
            var isSaved = true
            /// The value of data, or the constant.
            var number: Int
            var version = 1
        }

        var nodes: [Node]

        init(_ count: Int, _ random: inout SeededGenerator) {
            nodes = (0..<count).map { index in
                if index < 3 || Int.random(in: 0..<6, using: &random) == 0 {
                    return Node(isData: true, number: .random(in: 0..<9, using: &random))
                }
                let inputs = (0..<2).map { _ in Int.random(in: 0..<index, using: &random) }
                return Node(
                    isData: false, inputs: inputs, isSaved: Int.random(in: 0..<4, using: &random) > 0,
                    number: .random(in: 0..<9, using: &random))
            }
        }

        /// Changes some data, constants and functions.
        mutating func change(_ random: inout SeededGenerator) {
            for index in nodes.indices where Int.random(in: 0..<8, using: &random) == 0 {
                if nodes[index].isData || Bool.random(using: &random) { nodes[index].number += 10 }
                if !nodes[index].isData, Bool.random(using: &random) { nodes[index].version += 1 }
            }
        }

        func run(in store: Store) throws {
            var results: [Traced<Int>] = []
            for (index, node) in nodes.enumerated() {
                let (variable, keys) = (Variable<Int>("V\(index)"), CauseFixture.keys(1))
                if node.isData {
                    try store.save(node.number, as: variable, at: keys)
                    results.append(try store.load(variable, at: keys))
                    continue
                }
                // Many different inputs give the same value.
                let thunk = Thunk("f\(index)", version: "\(node.version)", parameters: ["a", "b", "c"]) {
                    (a: Int, b: Int, c: Int) in (a + 3 * b + c) % 7
                }
                let result = try store.call(
                    thunk, results[node.inputs[0]], results[node.inputs[1]], node.number)
                if node.isSaved { try store.save(result, as: variable, at: keys) }
                results.append(result)
            }
        }

        /// What differs in a node itself.
        func own(_ index: Int, _ other: Pipeline) -> [String] {
            let (a, b) = (nodes[index], other.nodes[index])
            var own: [String] = []
            if a.version != b.version { own.append(#"function f\#(index) "1" -> "\#(b.version)""#) }
            if a.number != b.number {
                own.append(
                    a.isData
                        ? "data V\(index) subject=1 \(a.number) -> \(b.number) changed"
                        : "constant f\(index).c \(a.number) -> \(b.number)")
            }
            return own
        }

        /// Every cause by construction: what differs in a node and in all that leads to it.
        func causes(_ other: Pipeline) -> Set<String> {
            var all: [Set<String>] = []
            var counts: [String: (direct: Int, downstream: Int)] = [:]
            for (index, node) in nodes.enumerated() {
                let own = Set(own(index, other))
                let upstream = node.inputs.reduce(into: Set<String>()) { $0.formUnion(all[$1]) }
                all.append(own.union(upstream))
                guard node.isSaved else { continue }
                for cause in own { counts[cause, default: (0, 0)].direct += 1 }
                for cause in upstream.subtracting(own) { counts[cause, default: (0, 0)].downstream += 1 }
            }
            return Set(counts.map { "\($0): \($1.direct) + \($1.downstream)" })
        }
    }

    @Test("In random pipelines the causes are those that were made", arguments: 0..<12)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let study = try CauseFixture()
        let before = Pipeline(40, &random)
        var after = before
        after.change(&random)
        try before.run(in: study.store)
        try study.commit()
        try after.run(in: study.store)
        #expect(try Set(study.causes()) == before.causes(after), "seed \(seed)")
    }

    /// Puts a chain of calls into the store, each with both inputs from the one before; the digest of the last.
    private func putChain(_ study: CauseFixture, length: Int, constant: Int) throws -> Digest {
        try study.store.transaction { transaction in
            var last: Digest?
            for step in 0..<length {
                let content = Digest.of(Array("\(step) \(constant)".utf8))
                let inputs = last.map { last in
                    ["a", "b"].enumerated().map { position, name in
                        LineageRecord.Input(
                            name: name, position: position, format: .json, content: content, lineage: last)
                    }
                }
                let record = LineageRecord(
                    origin: .call(
                        .init(
                            name: step == 0 ? "first" : "next", language: "swift", identity: Digest.of([1])),
                        invocation: content),
                    inputs: inputs ?? [],
                    constants: step > 0
                        ? []
                        : [
                            .init(
                                name: "c", position: 0, type: "Int", value: .inline(.number(Double(constant)))
                            )
                        ],
                    outputs: [])
                last = try transaction.put(record.blob, kind: .lineage)
            }
            return try #require(last)
        }
    }

    @Test("A chain of 100,000 steps, each of which uses the last one twice, is followed to its beginning")
    func deep() throws {
        let study = try CauseFixture()
        func save(_ constant: Int) throws {
            let lineage = try putChain(study, length: 100_000, constant: constant)
            try study.put(
                Record(
                    variable: "Last", keys: CauseFixture.keys(1), content: Digest.of([UInt8(constant)]),
                    format: .json, size: 1, lineage: lineage, output: 0))
        }
        try save(1)
        let old = try study.record("Last")
        try save(2)
        let new = try study.record("Last")
        var difference = Difference()
        difference.changes = [.changed(before: old, after: new)]
        let view = study.store.workTree
        let causes = try study.store.explanation(of: difference, from: view, to: view).causes
        #expect(causes.map(CauseFixture.text) == ["constant first.c 1 -> 2: 0 + 1"])
    }
}
