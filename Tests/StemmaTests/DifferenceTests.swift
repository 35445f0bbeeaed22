import Stemma
import TestSupport
import Testing

/// A view of another program's making: what another one has, but for the records of one subject.
private struct WithoutSubject: ReadView {
    let base: any ReadView
    let subject: Scalar

    var store: Store { base.store }

    private func isSeen(_ record: Record) -> Bool { record.keys["subject"] != subject }

    func variables() throws -> [VariableSummary] { try base.variables() }
    func versions(of variable: String) throws -> [Version] { try base.versions(of: variable) }
    func variants(of variable: String, keys: Keys) throws -> [Record] {
        try base.variants(of: variable, keys: keys).filter(isSeen)
    }
    func chunks(of variable: String, matching filter: Filter) throws -> [RecordChunk] {
        try base.chunks(of: variable, matching: filter)
    }
    func records(in chunk: RecordChunk) throws -> [Record] { try base.records(in: chunk).filter(isSeen) }
    func problems(of variable: String) throws -> [StemmaError] { try base.problems(of: variable) }
}

@Suite("Differences")
struct DifferenceTests {
    @Test("A view that a program has made is compared by its records")
    func otherViews() throws {
        let fixture = try StoreFixture()
        func save(_ subject: Int, _ value: Double) throws {
            try fixture.store.save(
                value, as: rate, at: ["subject": .number(Double(subject)), "session": "A"])
        }
        for subject in 1...3 { try save(subject, 60) }
        try fixture.store.save([1], as: filtered, at: ["subject": 3, "session": "A"])
        _ = try fixture.store.commit("one")
        try save(2, 70)
        try save(4, 60)
        let (head, now) = (try fixture.store.head(), fixture.store.workTree)
        let others = WithoutSubject(base: now, subject: 3)
        let difference = try fixture.store.difference(from: head, to: others)
        #expect(
            difference.changes.map {
                "\($0.status) \(fixture.store.settings.keys.text(of: $0.record.address))"
            } == [
                "removed FilteredSignal subject=3 session=A", "changed HeartRate subject=2 session=A",
                "removed HeartRate subject=3 session=A", "added HeartRate subject=4 session=A",
            ])
        #expect(difference.unchanged == 1)
        let one = try fixture.store.difference(
            from: head, to: others, variable: "HeartRate", matching: Filter(keys: ["subject": 2]))
        #expect(one.changes.map(\.before?.value) == [60])
        #expect(one.changes.map(\.after?.value) == [70])
        #expect(one.changes.map(\.fields) == [["content", "value"]])
        // Nothing hidden, nothing else: the two ways agree.
        let all = WithoutSubject(base: now, subject: 9)
        #expect(
            try fixture.store.difference(from: head, to: all).changes
                == fixture.store.difference(from: head, to: now).changes)
    }
}
