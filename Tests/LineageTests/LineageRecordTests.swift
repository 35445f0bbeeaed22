import StemmaBlobs
import StemmaLineage
import StemmaRecords
import Testing

@Suite("Lineage records and invocations")
struct LineageRecordTests {
    private static func digest(_ text: String) -> Digest { Digest.of(Array(text.utf8)) }

    private static let function = FunctionRecord(
        language: "swift", module: "Signals", name: "bandpass", version: "3",
        parameters: [.init(name: "signal", type: "[Double]"), .init(name: "low", type: "Double")],
        outputs: ["[Double]"])

    static let record = LineageRecord(
        origin: .call(
            .init(name: "bandpass", language: "swift", identity: digest("f")), invocation: digest("i")),
        inputs: [
            .init(
                name: "signal", position: 0, format: .npy, content: digest("in"), variable: "Raw",
                keys: ["subject": 1], version: ["low": 20], lineage: digest("l"), isWhole: true),
            .init(name: "mask", position: 2, format: .json, content: digest("mask")),
        ],
        constants: [
            .init(name: "low", position: 1, type: "Swift.Double", value: .inline(20)),
            .init(
                name: "table", position: 3, type: "[Double]",
                value: .blob(digest: digest("t"), format: .npy, preview: "[1, 2")),
        ],
        keys: ["subject": 1], outputs: [.init(format: .json, digest: digest("o"), size: 5, value: 61.5)])

    @Test("Parse and print are inverse")
    func inverse() throws {
        #expect(try LineageRecord(blob: Self.record.blob) == Self.record)
        #expect(Self.record.blob.last == 0x0A)
        var edit = Self.record
        edit.origin = .edit(reason: "an artefact at 3 s")
        #expect(try LineageRecord(blob: edit.blob) == edit)
        #expect(edit.function == nil && edit.invocation == nil)
    }

    @Test("Function records are read as they were written, and anything else is refused")
    func functionRecords() throws {
        var derived = Self.function
        derived.basis = .derived([.init(kind: "file", name: "filter.py", digest: Self.digest("p"))])
        for function in [Self.function, derived] {
            #expect(try FunctionRecord(blob: function.blob) == function)
        }
        for text in ["{}", "[]", #"{"kind":"lineage"}"#, #"{"kind":"function","name":"f"}"#] {
            let error = #expect(throws: StemmaError.self) { try FunctionRecord(blob: Array(text.utf8)) }
            #expect(error?.code == .invalidLineage)
        }
    }

    @Test("It names the blobs without which it cannot be read, and not the payloads")
    func references() {
        #expect(
            Set(Self.record.references.map(\.digest)) == [
                Self.digest("f"), Self.digest("l"), Self.digest("t"),
            ])
    }

    @Test(
        "A blob that is no lineage record is an error of its own",
        arguments: ["{}", "[]", #"{"kind":"function"}"#])
    func malformed(text: String) {
        let error = #expect(throws: StemmaError.self) { try LineageRecord(blob: Array(text.utf8)) }
        #expect(error?.code == .invalidLineage)
    }

    @Test("Every part of a call enters its invocation, and parts do not run into each other")
    func invocations() {
        func invocation(
            function: FunctionRecord = Self.function, identity: Digest = Self.digest("f"),
            inputs: [(String, PayloadFormat, Digest)] = [("signal", .npy, Self.digest("in"))],
            constants: [(String, String, String)] = [("low", "Double", "20")]
        ) -> Digest {
            let invocation = Invocation(function: function, identity: identity)
            for (name, format, content) in inputs {
                invocation.add(input: name, format: format, content: content)
            }
            for (name, type, value) in constants {
                invocation.add(constant: name, type: type, bits: Array(value.utf8))
            }
            return invocation.finish()
        }
        var other = Self.function
        other.name = "bandpas"
        var module = Self.function
        module.module = "Signal"
        let all = [
            invocation(), invocation(function: other), invocation(function: module),
            invocation(identity: Self.digest("g")),
            invocation(inputs: []), invocation(inputs: [("signal", .json, Self.digest("in"))]),
            invocation(inputs: [("signa", .npy, Self.digest("in"))]),
            invocation(inputs: [("signal", .npy, Self.digest("other"))]),
            invocation(constants: []), invocation(constants: [("low", "Float", "20")]),
            invocation(constants: [("low", "Double", "2")]), invocation(constants: [("lo", "wDouble", "20")]),
            invocation(constants: [("low", "Double", "20"), ("low", "Double", "20")]),
        ]
        #expect(Set(all).count == all.count)
        #expect(invocation() == invocation())
    }
}
