import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Family trees")
struct FamilyTreeTests {
    private static let gain = Variable<Double>("Gain")
    private static let raw = Variable<Double>("Raw")
    private static let clean = Variable<Double>("Clean")
    private static let mean = Variable<Double>("Mean")
    private static let scale = Thunk("scale", version: "2", parameters: ["signal", "gain", "offset"]) {
        (signal: Double, gain: Double, offset: Double) in signal * gain + offset
    }
    private static let half = Thunk("half", version: "1", parameters: ["signal"]) { (signal: Double) in
        signal / 2
    }

    private static func keys(_ subject: Int) -> Keys { ["subject": .integer(subject), "session": "A"] }

    private static func address(_ name: String, _ subject: Int = 1) -> Address {
        Address(variable: name, keys: keys(subject))
    }

    /// Raw and Gain -> scale -> Clean -> half (not saved) -> half -> Mean, for two subjects.
    private func pipeline() throws -> StoreFixture {
        let fixture = try StoreFixture()
        for subject in 1...2 { try run(fixture.store, subject, raw: Double(subject)) }
        return fixture
    }

    private func run(_ store: Store, _ subject: Int, raw: Double) throws {
        let keys = Self.keys(subject)
        try store.save(raw, as: Self.raw, at: keys)
        try store.save(3, as: Self.gain, at: keys)
        let clean = try store.call(
            Self.scale, store.load(Self.raw, at: keys), store.load(Self.gain, at: keys), 0.5)
        try store.save(clean, as: Self.clean, at: keys)
        let mean = try store.call(
            Self.half, store.call(Self.half, store.load(Self.clean, at: keys)))
        try store.save(mean, as: Self.mean, at: keys)
    }

    private func names(_ graph: LineageGraph) throws -> [String] {
        let keys = try KeyDeclarations(StoreFixture.keys)
        return graph.nodes.map { node in
            node.address.map { keys.text(of: $0) } ?? "(not saved)"
        }
    }

    @Test("A record's lineage goes up to the data, with functions and constants; depth ends it")
    func upstream() throws {
        let fixture = try pipeline()
        let graph = try fixture.store.lineage(of: Self.address("Mean"))
        #expect(
            try names(graph) == [
                "Mean subject=1 session=A", "(not saved)", "Clean subject=1 session=A",
                "Raw subject=1 session=A", "Gain subject=1 session=A",
            ])
        guard case .call(let call) = graph.nodes[2].origin else {
            Issue.record("no call: \(graph.nodes[2])")
            return
        }
        #expect(call.function.name == "scale" && call.function.version == "2")
        #expect(call.constants.map(\.name) == ["offset"])
        #expect(graph.nodes[2].inputs.map(\.name) == ["signal", "gain"])
        let short = try fixture.store.lineage(of: Self.address("Mean"), depth: 1)
        #expect(short.nodes.map(\.cutInputs) == [0, 1])
        #expect(throws: StemmaError.self) { try fixture.store.lineage(of: Self.address("Mean", 9)) }
    }

    @Test("At a commit the lineage is that of the record as it was, whatever happened since")
    func atCommit() throws {
        let fixture = try pipeline()
        let store = fixture.store
        _ = try store.commit("first")
        let before = try store.lineage(of: Self.address("Mean"))
        try run(store, 1, raw: 10)
        try store.transaction { _ = try $0.remove(Self.address("Raw")) }
        #expect(try store.lineage(of: Self.address("Mean")).nodes[0].content != before.nodes[0].content)
        try store.transaction { _ = try $0.remove(Self.address("Mean")) }
        #expect(throws: StemmaError.self) { try store.lineage(of: Self.address("Mean")) }

        let then = try store.lineage(of: Self.address("Mean"), in: store.snapshot("HEAD"))
        #expect(then.nodes.map(\.content) == before.nodes.map(\.content))
        #expect(try names(then) == names(before))
    }

    @Test("Downstream is what was made from the record's payload, with the steps to it, in any view")
    func downstream() throws {
        let fixture = try pipeline()
        let store = fixture.store
        func made(from name: String, _ subject: Int = 1, in view: any ReadView) throws -> [String] {
            var found: [String] = []
            let record = try view.record(at: Self.address(name, subject))
            let counts = try store.downstream(of: record, in: view) { record, steps in
                found.append("\(store.settings.keys.text(of: record.address)) \(steps)")
                return true
            }
            #expect(counts.records == found.count && counts.unknown == 0)
            return found
        }
        let expected = ["Clean subject=1 session=A 1", "Mean subject=1 session=A 3"]
        #expect(try made(from: "Raw", in: store.workTree) == expected)
        // Both gains are 3.
        #expect(
            try made(from: "Gain", 2, in: store.workTree) == [
                "Clean subject=2 session=A 1", "Mean subject=2 session=A 3",
            ])
        #expect(try made(from: "Clean", in: store.workTree) == ["Mean subject=1 session=A 2"])
        #expect(try made(from: "Mean", in: store.workTree) == [])

        _ = try store.commit("first")
        try store.save(7, as: Self.raw, at: Self.keys(1))
        #expect(try made(from: "Raw", in: store.workTree) == [])
        #expect(try made(from: "Raw", in: store.snapshot("HEAD")) == expected)

        let clean = try store.workTree.record(at: Self.address("Clean"))
        let graph = try store.downstreamGraph(of: clean, in: store.workTree)
        #expect(
            try names(graph) == ["Mean subject=1 session=A", "(not saved)", "Clean subject=1 session=A"])
    }

    @Test("Lineage that is missing is told of, where it is and in the counts")
    func missing() throws {
        let fixture = try pipeline()
        // Every transaction wrote a pack of its own; this one has the lineage of Clean subject=1.
        let folder = fixture.store.path + "/objects/packs/"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let content = String(decoding: try StockTool.output("zstd", "-dc", folder + name), as: UTF8.self)
            guard content.contains("\"name\":\"gain\""), content.contains("\"subject\":1}") else { continue }
            try FileManager.default.removeItem(atPath: folder + name)
        }
        let store = try fixture.reopened()
        let graph = try store.lineage(of: Self.address("Mean"))
        guard case .unreadable(let error) = graph.nodes[2].origin else {
            Issue.record("\(graph.nodes)")
            return
        }
        #expect(error.code == .objectMissing)
        let raw = try store.workTree.record(at: Self.address("Raw"))
        let counts = try store.downstream(of: raw, in: store.workTree) { _, _ in true }
        #expect(counts.records == 0 && counts.unknown == 2)
        #expect(try store.pipeline().variables.map(\.unreadable) == [1, 0, 0, 0])
    }

    @Test("The pipeline has variables, functions and what leads where, and reads no payload")
    func wholePipeline() throws {
        let fixture = try pipeline()
        let pipeline = try fixture.store.pipeline()
        #expect(pipeline.variables.map(\.name) == ["Clean", "Gain", "Mean", "Raw"])
        #expect(pipeline.variables.map(\.data) == [0, 2, 0, 2])
        #expect(pipeline.steps.map(\.function.name) == ["half", "scale"])
        #expect(pipeline.steps.map(\.calls) == [4, 2])
        func name(_ end: Pipeline.End) -> String {
            switch end {
            case .variable(let index): pipeline.variables[index].name
            case .step(let index): pipeline.steps[index].function.name
            }
        }
        #expect(
            pipeline.edges.map { "\(name($0.from)) \($0.argument ?? "") \(name($0.to)) \($0.count)" } == [
                "Clean signal half 2", "half signal half 2", "Gain gain scale 2", "Raw signal scale 2",
                "scale  Clean 2", "half  Mean 2",
            ])
        _ = try fixture.store.commit("first")
        try fixture.store.transaction { transaction in
            for subject in 1...2 { _ = try transaction.remove(Self.address("Mean", subject)) }
        }
        #expect(try fixture.store.pipeline().steps.map(\.function.name) == ["scale"])
        let then = try fixture.store.pipeline(in: fixture.store.snapshot("HEAD"))
        #expect(then.edges == pipeline.edges)
    }

    @Test("A line that is no record is an error, not a record that is left out in silence")
    func brokenPage() throws {
        let fixture = try pipeline()
        let page = URL(fileURLWithPath: fixture.store.path + "/records/Mean/subject=1/page.jsonl")
        try Data("<<<<<<<\n".utf8).write(to: page)
        let store = try fixture.reopened()
        #expect(throws: StemmaError.self) { try store.pipeline() }
        let raw = try store.workTree.record(at: Self.address("Raw", 2))
        var found: [String] = []
        #expect(throws: StemmaError.self) {
            try store.downstream(of: raw, in: store.workTree) { record, _ in
                found.append(record.variable)
                return true
            }
        }
        #expect(found == ["Clean", "Mean"], "what can be read comes first")
    }
}
