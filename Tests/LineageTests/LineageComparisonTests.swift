import StemmaBlobs
import StemmaLineage
import StemmaRecords
import Testing

@Suite("Lineage records compared")
struct LineageComparisonTests {
    private static func digest(_ text: String) -> Digest { Digest.of(Array(text.utf8)) }

    private func input(
        _ name: String, _ content: String, at subject: Scalar? = nil, lineage: String? = nil,
        position: Int = 0
    ) -> LineageRecord.Input {
        LineageRecord.Input(
            name: name, position: position, format: .json, content: Self.digest(content),
            variable: subject == nil ? nil : "Raw", keys: subject.map { ["subject": $0] },
            lineage: lineage.map(Self.digest))
    }

    private func call(
        _ constants: KeyValuePairs<String, JSONValue> = [:], name: String = "f", identity: String = "1",
        inputs: [LineageRecord.Input] = []
    ) -> LineageRecord {
        LineageRecord(
            origin: .call(
                .init(name: name, language: "swift", identity: Self.digest(identity)),
                invocation: Self.digest("i")),
            inputs: inputs,
            constants: constants.enumerated().map {
                .init(name: $1.key, position: $0, type: "Swift.Double", value: .inline($1.value))
            }, outputs: [])
    }

    private func edit(_ reason: String) -> LineageRecord {
        LineageRecord(origin: .edit(reason: reason), outputs: [])
    }

    private func compare(_ before: LineageRecord, _ after: LineageRecord) -> LineageComparison {
        LineageComparison(from: before, to: after)
    }

    @Test("A constant that changed, came or went is told by name, and several are all told")
    func constants() {
        #expect(compare(call(["a": 1, "b": 2]), call(["a": 1, "b": 2])).own.isEmpty)
        #expect(
            compare(call(["a": 1, "b": 2, "c": 3]), call(["a": 4, "b": 2, "d": 5])).own == [
                .constant("a", from: .inline(1), to: .inline(4)), .constant("d", from: nil, to: .inline(5)),
                .constant("c", from: .inline(3), to: nil),
            ])
    }

    @Test(
        "A function with another identity is told beside its constants; of another function no constants are compared"
    )
    func functions() {
        let changed = compare(call(["a": 1], identity: "1"), call(["a": 2], identity: "2")).own
        #expect(changed.count == 2)
        #expect(changed.last == .constant("a", from: .inline(1), to: .inline(2)))
        let other = compare(call(["a": 1], name: "f"), call(["a": 2], name: "g")).own
        guard case .function(let from, let to)? = other.first else { return #expect(Bool(false)) }
        #expect(other.count == 1 && from.name == "f" && to.name == "g")
    }

    @Test(
        "An input in another state is followed; one from another place is a cause, unless it was merely not saved before"
    )
    func inputs() {
        let state = compare(
            call(inputs: [input("x", "1", at: 1, lineage: "l")]),
            call(inputs: [input("x", "2", at: 1, lineage: "m")]))
        #expect(state.own.isEmpty)
        #expect(state.upstream.map(\.after.lineage) == [Self.digest("m")])
        let elsewhere = compare(
            call(inputs: [input("x", "1", at: 1)]), call(inputs: [input("x", "1", at: 2)]))
        #expect(elsewhere.upstream.isEmpty)
        #expect(elsewhere.own.count == 1)
        let saved = compare(
            call(inputs: [input("x", "1", lineage: "l")]),
            call(inputs: [input("x", "2", at: 1, lineage: "m")]))
        #expect(saved.own.isEmpty)
        #expect(saved.upstream.count == 1)
        let onlySaved = compare(
            call(inputs: [input("x", "1", lineage: "l")]),
            call(inputs: [input("x", "1", at: 1, lineage: "l")]))
        #expect(onlySaved.own.count == 1)
    }

    @Test("A constant in place of an input is one cause")
    func replaced() {
        let own = compare(call(inputs: [input("x", "1")]), call(["x": 7])).own
        #expect(own == [.input("x", from: .input(input("x", "1")), to: .constant(.inline(7)))])
    }

    @Test("A list that grew pairs its members by their place")
    func lists() {
        let before = (1...3).map { input("list", "\($0)", at: .integer($0), position: $0) }
        var after = [input("list", "0", at: 0, position: 0)] + before
        let grown = compare(call(inputs: before), call(inputs: after))
        #expect(grown.upstream.isEmpty)
        #expect(grown.own == [.input("list", from: nil, to: .input(after[0]))])
        after[2].content = Self.digest("other")
        #expect(
            compare(call(inputs: before), call(inputs: after)).upstream.map(\.after.keys) == [["subject": 2]])
    }

    @Test("An edit by hand is told with its reason, whatever it replaces")
    func edits() {
        #expect(compare(call(["a": 1]), edit("artefact")).own == [.edit(from: nil, to: "artefact")])
        #expect(compare(edit("artefact"), call(["a": 1])).own == [.edit(from: "artefact", to: nil)])
        #expect(compare(edit("a"), edit("b")).own == [.edit(from: "a", to: "b")])
        #expect(compare(edit("a"), edit("a")).own == [.edit(from: "a", to: "a")])
    }
}
