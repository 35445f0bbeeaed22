import Stemma
import TestSupport
import Testing

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
        let others = PartialView(base: now) { $0.keys["subject"] != 3 }
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
        let all = PartialView(base: now) { $0.keys["subject"] != 9 }
        #expect(
            try fixture.store.difference(from: head, to: all).changes
                == fixture.store.difference(from: head, to: now).changes)
    }
}
