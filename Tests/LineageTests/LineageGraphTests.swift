import StemmaBlobs
import StemmaRecords
import Testing

@testable import StemmaLineage

@Suite("The graph of lineage")
struct LineageGraphTests {
    private let blobs = LineageBlobs()

    private func graph(_ record: Record, depth: Int? = nil) throws -> LineageGraph {
        try LineageGraph(above: [LineageStart(record)], depth: depth, source: blobs.source)
    }

    private func name(_ node: LineageGraph.Node) -> String {
        node.address.map { address in
            address.keys.entries.reduce(address.variable) { "\($0) \($1.name)=\($1.value.text)" }
        } ?? "-"
    }

    @Test("It goes up to the data, with functions, constants and the names of arguments")
    func upToTheData() throws {
        let raw = blobs.data("Raw")
        let low = LineageRecord.Constant(name: "low", position: 1, type: "Double", value: .inline(20))
        let filtered = blobs.call("bandpass", [raw], as: "Filtered", constants: [low])
        let graph = try graph(blobs.call("mean", [filtered], as: "Mean"))
        #expect(graph.nodes.map(name) == ["Mean subject=1", "Filtered subject=1", "Raw subject=1"])
        #expect(graph.nodes.map(\.distance) == [0, 1, 2])
        #expect(graph.nodes[1].inputs.map(\.name) == ["x0"])
        #expect(graph.nodes[1].inputs.map(\.node) == [2])
        guard case .call(let call) = graph.nodes[1].origin, case .data = graph.nodes[2].origin else {
            Issue.record("\(graph.nodes)")
            return
        }
        #expect(call.function.name == "bandpass" && call.function.version == "1")
        #expect(call.function.module == "Tools")
        #expect(call.constants.map(\.name) == ["low"])
        #expect(call.output == 0 && call.outputs == 1)
        #expect(graph.edgeCount == 2)
    }

    @Test("What several results were made from is one node, read once")
    func sharedInputs() throws {
        let raw = blobs.data("Raw")
        let base = blobs.call("base", [raw])
        let parts = (0..<3).map { blobs.call("part\($0)", [base, raw]) }
        let graph = try graph(blobs.call("sum", parts + [base]))
        #expect(graph.nodes.count == 6)
        #expect(graph.edgeCount == 11)
        #expect(blobs.reads.values.allSatisfy { $0 == 1 })
    }

    @Test("Equal payloads at two addresses are two nodes; one computation at two addresses is read once")
    func addresses() throws {
        let (raw, other) = (blobs.data("Raw"), blobs.data("Raw", ["subject": 2]))
        var twin = other
        twin.content = raw.content
        let base = blobs.call("base", [raw])
        var copy = base
        copy.variable = "Copy"
        let graph = try graph(blobs.call("sum", [base, copy, twin]))
        #expect(
            graph.nodes.map(name) == [
                "sum subject=1", "base subject=1", "Copy subject=1", "Raw subject=2", "Raw subject=1",
            ])
        #expect(graph.nodes[2].inputs.map(\.node) == [4])
        #expect(base.lineage.map { blobs.reads[$0] } == 1)
    }

    @Test("A chain of 100,000 steps takes no stack, and no more than linear time")
    func deepChain() throws {
        var record = blobs.data("Raw")
        for step in 1...100_000 { record = blobs.call("step", [record], keys: ["subject": .integer(step)]) }
        let graph = try graph(record)
        #expect(graph.nodes.count == 100_001)
        #expect(graph.nodes.last?.distance == 100_000)
        var reach = LineageReach(from: blobs.data("Raw"))
        let lineage = try #require(record.lineage)
        #expect(try reach.distance(of: lineage, source: blobs.source) == .steps(100_000))
    }

    @Test("Beyond the depth nothing is read, and the node says how many inputs it has there")
    func depth() throws {
        let raw = blobs.data("Raw")
        let a = blobs.call("a", [raw, blobs.data("Gain")])
        let b = blobs.call("b", [a])
        let zero = try graph(b, depth: 0)
        #expect(zero.nodes.count == 1 && zero.nodes[0].cutInputs == 1)
        #expect(a.lineage.map { blobs.reads[$0] == nil } == true)
        let one = try graph(b, depth: 1)
        #expect(one.nodes.map(\.cutInputs) == [0, 2])
        #expect(try graph(b, depth: 2).nodes.map(\.cutInputs) == [0, 0, 0, 0])
    }

    @Test("A lineage record that is missing or damaged is a node that says so, and hides nothing else")
    func unreadable() throws {
        let (left, right) = (blobs.call("left", [blobs.data("L")]), blobs.call("right", [blobs.data("R")]))
        let sum = blobs.call("sum", [left, right])
        blobs[try #require(left.lineage)] = nil
        #expect(try codes(graph(sum)) == [nil, .objectMissing, nil, nil])
        blobs[try #require(left.lineage)] = Array("{}".utf8)
        #expect(try codes(graph(sum)) == [nil, .invalidLineage, nil, nil])
        blobs[try #require(left.lineage)] = Array("{".utf8)
        #expect(try codes(graph(sum)) == [nil, .invalidLineage, nil, nil])
    }

    private func codes(_ graph: LineageGraph) -> [StemmaError.Code?] {
        graph.nodes.map { if case .unreadable(let error) = $0.origin { error.code } else { nil } }
    }

    @Test("A function whose record is missing keeps its name and identity")
    func missingFunction() throws {
        let record = blobs.call("f", [])
        let identity = try #require(blobs.lineage(of: record).function?.identity)
        blobs[identity] = nil
        guard case .call(let call) = try graph(record).nodes[0].origin else {
            Issue.record("no call")
            return
        }
        #expect(call.function.name == "f" && call.function.identity == identity)
        #expect(call.function.version == nil && call.function.module == nil)
    }

    @Test("An edit by hand has its reason, and what was edited above it")
    func edit() throws {
        let raw = blobs.data("Raw")
        let graph = try graph(blobs.edit(raw, reason: "an artefact at 3 s"))
        guard case .edit(let reason) = graph.nodes[0].origin else {
            Issue.record("no edit")
            return
        }
        #expect(reason == "an artefact at 3 s")
        #expect(graph.nodes[1].content == raw.content)
    }

    @Test("What is downstream: by payload and address or by call, on the shortest way")
    func reach() throws {
        let raw = blobs.data("Raw")
        let unsaved = blobs.call("unsaved", [raw], as: "-")
        let far = blobs.call("far", [unsaved])
        let both = blobs.call("both", [far, raw])
        var elsewhere = raw
        elsewhere.keys = ["subject": 2]
        var older = raw
        older.content = LineageBlobs.digest("older")
        let others = [blobs.call("elsewhere", [elsewhere]), blobs.call("older", [older])]
        var reach = LineageReach(from: raw)
        func distance(_ record: Record) throws -> LineageReach.Distance {
            try reach.distance(of: #require(record.lineage), source: blobs.source)
        }
        #expect(try distance(both) == .steps(1))
        #expect(try distance(far) == .steps(2))
        #expect(try others.map(distance) == [.none, .none])
        #expect(blobs.reads.values.allSatisfy { $0 == 1 })

        var ofUnsaved = LineageReach(from: unsaved)
        #expect(try ofUnsaved.distance(of: #require(far.lineage), source: blobs.source) == .steps(1))

        let broken = blobs.call("broken", [blobs.call("gone", [])])
        let gone = try #require(blobs.lineage(of: broken).inputs[0].lineage)
        blobs[gone] = nil
        #expect(try distance(broken) == .unknown)
        #expect(try distance(blobs.call("known", [broken, raw])) == .steps(1))
    }
}
