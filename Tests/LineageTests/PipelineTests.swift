import StemmaBlobs
import StemmaRecords
import Testing

@testable import StemmaLineage

@Suite("The pipeline")
struct PipelineTests {
    private let blobs = LineageBlobs()

    private func pipeline(_ records: [Record]) throws -> Pipeline {
        var builder = PipelineBuilder()
        for record in records {
            if let lineage = record.lineage { try builder.look(at: lineage, source: blobs.source) }
            builder.add(record)
        }
        return builder.finish()
    }

    private func text(_ pipeline: Pipeline) -> [String] {
        func name(_ end: Pipeline.End) -> String {
            switch end {
            case .variable(let index): pipeline.variables[index].name
            case .step(let index): pipeline.steps[index].function.name + "()"
            }
        }
        return pipeline.edges.map {
            "\(name($0.from)) -\($0.argument ?? "")-> \(name($0.to)) \($0.count)"
        }
    }

    @Test("Variables become variables through functions, whatever the order of records")
    func steps() throws {
        var records: [Record] = []
        for subject in 1...3 {
            let keys: Keys = ["subject": .integer(subject)]
            let raw = blobs.data("Raw", keys)
            let filtered = blobs.call("bandpass", [raw], as: "Filtered", keys: keys)
            records += [raw, filtered, blobs.call("mean", [filtered], as: "Mean", keys: keys)]
        }
        let pipeline = try pipeline(records)
        #expect(pipeline.variables.map(\.name) == ["Filtered", "Mean", "Raw"])
        #expect(pipeline.variables.map(\.records) == [3, 3, 3])
        #expect(pipeline.variables.map(\.data) == [0, 0, 3])
        #expect(pipeline.steps.map(\.function.name) == ["bandpass", "mean"])
        #expect(pipeline.steps.map(\.calls) == [3, 3])
        #expect(
            text(pipeline) == [
                "Raw -x0-> bandpass() 3", "Filtered -x0-> mean() 3", "bandpass() --> Filtered 3",
                "mean() --> Mean 3",
            ])
        #expect(try text(self.pipeline(records.reversed())) == text(pipeline))
    }

    @Test("Steps in between that were not saved, edits, and lineage that is missing")
    func special() throws {
        let raw = blobs.data("Raw")
        let middle = blobs.call("first", [raw], as: "-")
        let last = blobs.call("last", [blobs.call("second", [middle], as: "-"), middle], as: "Out")
        let broken = blobs.call("broken", [raw], as: "Out")
        blobs[try #require(broken.lineage)] = nil
        let pipeline = try pipeline([last, broken, blobs.edit(raw, reason: "a slip")])
        #expect(
            text(pipeline) == [
                "Raw -x0-> first() 1", "first() -x1-> last() 1", "second() -x0-> last() 1",
                "first() -x0-> second() 1", "last() --> Out 1",
            ])
        #expect(pipeline.variables.map(\.unreadable) == [1, 0])
        #expect(pipeline.variables.map(\.edited) == [0, 1])
        #expect(pipeline.steps.map(\.calls) == [1, 1, 1])
    }

    @Test("Twenty thousand steps in one go take no stack")
    func deepChain() throws {
        var record = blobs.data("Raw")
        for step in 1...20_000 {
            record = blobs.call("step", [record], as: "-", keys: ["subject": .integer(step)])
        }
        let pipeline = try pipeline([blobs.call("end", [record], as: "Out")])
        #expect(
            text(pipeline) == [
                "step() -x0-> end() 1", "Raw -x0-> step() 1", "step() -x0-> step() 19999", "end() --> Out 1",
            ])
    }
}
