import Foundation
import Stemma
import TestSupport
import Testing

@Suite("A commit whose pages are not as they should be")
struct SnapshotTests {
    private func page(_ fixture: StoreFixture, _ subject: Int, _ name: String = "page.jsonl") -> String {
        fixture.store.path + "/records/HeartRate/subject=\(subject)/\(name)"
    }

    private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// A store with two records each of three subjects, committed; `change` is committed on top of it by git.
    private func changed(_ change: (StoreFixture) throws -> Void) throws -> StoreFixture {
        let fixture = try StoreFixture()
        try fixture.store.transaction { transaction in
            for subject in 1...3 {
                for session in ["A", "B"] {
                    try transaction.save(
                        Double(subject), as: rate,
                        at: ["subject": .number(Double(subject)), "session": .string(session)])
                }
            }
        }
        _ = try fixture.store.commit("as it should be")
        try change(fixture)
        try fixture.git.commit([:], "by hand")
        return fixture
    }

    private let keys: Keys = ["subject": 1, "session": "A"]

    /// The snapshot is looked at once with the work tree as it is in the commit, once with another.
    private func check(
        _ fixture: StoreFixture, _ body: (_ view: SnapshotView, _ pages: String) throws -> Void
    ) throws {
        let commit = try fixture.git("rev-parse", "HEAD")
        let pages = "\(commit.prefix(10)):results/records/HeartRate/"
        try body(try fixture.reopened().snapshot(commit), pages)
        try fixture.git("switch", "-q", "--detach", "HEAD~1")
        try body(try fixture.reopened().snapshot(commit), pages)
    }

    private func count(_ view: SnapshotView, _ filter: Filter = Filter()) throws -> (Int, (any Error)?) {
        var count = 0
        do {
            try view.forEachRecord(of: "HeartRate", matching: filter) { _ in
                count += 1
                return true
            }
        } catch {
            return (count, error)
        }
        return (count, nil)
    }

    @Test("One identity on lines of two pages is named with both, and neither is used")
    func duplicateAcrossPages() throws {
        let fixture = try changed { try write(read(page($0, 2)) + read(page($0, 1)), page($0, 2)) }
        try check(fixture) { view, pages in
            let error = #expect(throws: StemmaError.self) { try fixture.store.load(rate, at: keys, in: view) }
            #expect(error?.code == .duplicateRecord)
            #expect(
                error?.message.contains("\(pages)subject=1/page.jsonl:1") == true, "\(error?.message ?? "")")
            #expect(
                error?.message.contains("\(pages)subject=2/page.jsonl:3") == true, "\(error?.message ?? "")")
            let problems = try view.problems(of: "HeartRate")
            #expect(problems.map(\.code) == [.duplicateRecord, .duplicateRecord])
            #expect(
                problems.first?.message.contains(
                    "\(pages)subject=1/page.jsonl:1 and \(pages)subject=2/page.jsonl:3") == true,
                "\(problems.map(\.message))")
            let (records, end) = try count(view)
            #expect(records == 8)
            #expect((end as? StemmaError)?.code == .duplicateRecord)
            #expect(try fixture.store.load(rate, at: ["subject": 3, "session": "A"], in: view).value == 3)
        }
    }

    @Test("One identity on two lines of a page is named too, and so is a line that is no record")
    func duplicateInPage() throws {
        let fixture = try changed { try write(read(page($0, 2)) + "{\n" + read(page($0, 2)), page($0, 2)) }
        try check(fixture) { view, pages in
            let problems = try view.problems(of: "HeartRate")
            #expect(
                problems.map(\.code.rawValue) == ["invalid-page", "duplicate-record", "duplicate-record"])
            #expect(
                problems.first?.message.hasPrefix("\(pages)subject=2/page.jsonl:3: ") == true,
                "\(problems.map(\.message))")
            #expect(problems.last?.message.hasSuffix("\(pages)subject=2/page.jsonl:5") == true)
        }
    }

    @Test("A record on a page and on one of a longer prefix is found")
    func overlapping() throws {
        let fixture = try changed { fixture in
            for digit in 0...3 { try write(read(page(fixture, 1)), page(fixture, 1, "\(digit).jsonl")) }
        }
        try check(fixture) { (view, _) throws in
            #expect(try view.problems(of: "HeartRate").map(\.code) == [.duplicateRecord, .duplicateRecord])
            let error = #expect(throws: StemmaError.self) { try view.variants(of: "HeartRate", keys: keys) }
            #expect(error?.code == .duplicateRecord)
        }
    }

    @Test("Records that stand where they do not belong are found by address and by filter")
    func misplaced() throws {
        let fixture = try changed { fixture in
            try write(read(page(fixture, 1)) + read(page(fixture, 3)), page(fixture, 3))
            try FileManager.default.removeItem(atPath: page(fixture, 1))
        }
        try check(fixture) { (view, _) throws in
            #expect(try fixture.store.load(rate, at: keys, in: view).value == 1)
            #expect(try view.problems(of: "HeartRate").isEmpty)
            #expect(try count(view).0 == 6)
            #expect(try count(view, Filter(keys: ["subject": 1])).0 == 2)
            #expect(try count(view, Filter(keys: ["subject": 3])).0 == 2)
        }
    }
}
