import Stemma
import TestSupport
import Testing

@Suite("stemma show")
struct ShowTests {
    @Test("show tells the function, its inputs and constants in the order of the call, and the history")
    func show() throws {
        let fixture = try StoreFixture()
        let keys: Keys = ["subject": 1, "session": "A"]
        let scale = Thunk("scale", version: "2", parameters: ["signal", "factor", "mode"], module: "Tools") {
            (signal: [Double], factor: Double, mode: String) in signal.map { $0 * factor }
        }
        let mean = Thunk("mean", version: "1", parameters: ["signal"], module: "Tools") {
            (signal: [Double]) in signal.reduce(0, +) / Double(signal.count)
        }
        let store = try Store.open(fixture.path("results"))
        try store.save([1, 2, 3], as: Variable<[Double]>("Raw"), at: keys)
        let raw = try store.load(Variable<[Double]>("Raw"), at: keys)
        let scaled = try store.call(scale, raw, 2.5, "high pass")
        try store.save(try store.call(mean, scaled), as: Variable<Double>("Mean"), at: keys)
        try store.save(scaled, as: Variable<[Double]>("Scaled"), at: keys, version: ["factor": 2.5])
        try fixture.run("commit", "-m", "first")

        let rawContent = try store.workTree.record(at: Address(variable: "Raw", keys: keys)).content.hex
        let shown = try fixture.run("show", "Scaled", "subject=1", "session=A").output
        let expected = """
              made by   scale, version 2
                signal  Raw subject=1 session=A (\(rawContent.prefix(12)))
                factor  2.5
                mode    "high pass"
            history

            """
        #expect(shown.contains(expected), "\(shown)")
        #expect(
            try fixture.run("show", "Mean", "subject=1", "session=A").output.contains(
                "the output of another call ("))

        let json = try fixture.run("show", "Scaled", "subject=1", "session=A", "--json").lines
        let lineage = try #require(json.first { $0.hasPrefix(#"{"kind":"lineage","#) })
        #expect(lineage.contains(#""module":"Tools","name":"scale","version":"2""#))
        #expect(lineage.contains(#""value":2.5"#))
        try Documented.check(json)
    }
}
