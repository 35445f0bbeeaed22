import Foundation
import Stemma
import TestSupport
import Testing

@Suite("A work tree that others change")
struct WorkTreeChangeTests {
    private func page(_ fixture: StoreFixture, _ subject: Int = 1) -> String {
        fixture.store.path + "/records/HeartRate/subject=\(subject)/page.jsonl"
    }

    private func filled() throws -> StoreFixture {
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
        return fixture
    }

    private func edit(_ path: String, _ change: (String) -> String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try change(text).write(toFile: path, atomically: false, encoding: .utf8)
    }

    @Test("A page that was deleted by hand is gone for readers")
    func deleted() throws {
        let fixture = try filled()
        try FileManager.default.removeItem(atPath: page(fixture))
        #expect(try fixture.reopened().workTree.variables().map(\.records) == [4])
        let status = try fixture.reopened().status()
        #expect(status.variables.map(\.added) == [4])
    }

    @Test("A page edited into something invalid is named with its line, and the rest stays readable")
    func invalid() throws {
        let fixture = try filled()
        try edit(page(fixture)) { $0.replacing("\"session\":\"B\"", with: "\"session\":B") }
        let store = try fixture.reopened()
        #expect(try store.load(rate, at: ["subject": 1, "session": "A"]).value == 1)
        #expect(try store.load(rate, at: ["subject": 2, "session": "B"]).value == 2)
        let error = #expect(throws: StemmaError.self) {
            try store.load(rate, at: ["subject": 1, "session": "B"])
        }
        #expect(error?.code.rawValue == "invalid-page")
        #expect(
            error?.message.hasPrefix("records/HeartRate/subject=1/page.jsonl:2: ") == true,
            "\(error?.message ?? "")")
        var seen = 0
        #expect(throws: StemmaError.self) {
            try store.workTree.forEachRecord(of: "HeartRate") { _ in
                seen += 1
                return true
            }
        }
        #expect(seen == 5)
        // Saving there would lose what somebody wrote; saving elsewhere works.
        #expect(throws: StemmaError.self) { try store.save(9, as: rate, at: ["subject": 1, "session": "A"]) }
        try store.save(9, as: filtered.asRate, at: ["subject": 1, "session": "A"])
        #expect(throws: StemmaError.self) { try store.commit("no") }
        #expect(try !store.difference(from: store.head(), to: store.workTree).problems.isEmpty)
        #expect(try store.check().findings.map(\.kind) == [.page])
    }

    @Test("One identity on two lines is named with both, and neither is used")
    func duplicate() throws {
        let fixture = try filled()
        try edit(page(fixture)) {
            // Another value, with its digest: a line that could be the record.
            $0
                + $0.split(separator: "\n")[0].replacing("\"value\":1", with: "\"value\":7").replacing(
                    "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865",
                    with: "10159baf262b43a92d95db59dae1f72c645127301661e0a3ce4e38b295a97c58") + "\n"
        }
        let store = try fixture.reopened()
        let error = #expect(throws: StemmaError.self) {
            try store.load(rate, at: ["subject": 1, "session": "A"])
        }
        #expect(error?.code == .duplicateRecord)
        #expect(error?.message.contains("page.jsonl:1 and ") == true, "\(error?.message ?? "")")
        #expect(error?.message.hasSuffix("page.jsonl:3") == true, "\(error?.message ?? "")")
        #expect(try store.load(rate, at: ["subject": 1, "session": "B"]).value == 1)
        let report = try store.check()
        #expect(
            report.findings.contains {
                $0.kind == .duplicate && $0.records == ["HeartRate subject=1 session=A"]
            })
        #expect(report.isDamaged)
    }

    @Test("One identity on lines of two pages is found too")
    func duplicateAcrossPages() throws {
        let fixture = try filled()
        let text = try String(contentsOfFile: page(fixture, 1), encoding: .utf8)
        try edit(page(fixture, 2)) { $0 + text }
        let store = try fixture.reopened()
        let error = #expect(throws: StemmaError.self) {
            try store.load(rate, at: ["subject": 1, "session": "A"])
        }
        // The one in its own page is regular, and its line is not known to the catalog.
        #expect(error?.code == .duplicateRecord)
        #expect(error?.message.contains("subject=2/page.jsonl:3") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("subject=1/page.jsonl:1") == true, "\(error?.message ?? "")")
    }

    @Test("Records out of place are found by readers, and the next save puts them right")
    func misplaced() throws {
        let fixture = try filled()
        // As after a merge by a program that knows nothing of pages.
        let text = try String(contentsOfFile: page(fixture, 1), encoding: .utf8)
        try FileManager.default.removeItem(atPath: page(fixture, 1))
        try edit(page(fixture, 2)) { text + $0 }
        let store = try fixture.reopened()
        #expect(try store.load(rate, at: ["subject": 1, "session": "A"]).value == 1)
        #expect(try store.workTree.variables().map(\.records) == [6])
        let report = try store.check()
        #expect(report.findings.map(\.kind) == [.layout])
        #expect(!report.isDamaged)
        try store.save(5, as: rate, at: ["subject": 1, "session": "C"])
        #expect(try fixture.reopened().check().findings.isEmpty)
        #expect(try String(contentsOfFile: page(fixture, 1), encoding: .utf8).hasPrefix(text))
        #expect(try fixture.reopened().workTree.variables().map(\.records) == [7])
    }

    @Test("fsck --repair puts pages right that overlap or are not canonical")
    func repair() throws {
        let fixture = try filled()
        let before = try fixture.files()
        try edit(page(fixture, 1)) { $0.replacing("\"format\":\"json\",", with: "\"format\": \"json\",") }
        try edit(page(fixture, 2)) { $0.split(separator: "\n").reversed().joined(separator: "\n") + "\n" }
        let lines = try String(contentsOfFile: page(fixture, 3), encoding: .utf8).split(separator: "\n")
        try (lines[0] + "\n").write(toFile: page(fixture, 3), atomically: true, encoding: .utf8)
        try (lines[1] + "\n").write(
            toFile: page(fixture, 3).replacing("page.jsonl", with: "0.jsonl"), atomically: true,
            encoding: .utf8)
        let store = try fixture.reopened()
        #expect(try store.workTree.variables().map(\.records) == [6])
        let report = try store.check(repair: true)
        #expect(report.findings.allSatisfy { $0.kind == .layout && $0.isRepaired })
        #expect(report.findings.count == 4)
        let after = try fixture.files()
        #expect(after.keys.sorted() == before.keys.sorted())
        for (name, bytes) in before { #expect(after[name] == bytes, "\(name)") }
        #expect(try store.check().findings.isEmpty)
    }

    @Test("A running process sees a hand edit within a moment")
    func running() throws {
        let fixture = try filled()
        #expect(try fixture.store.load(rate, at: ["subject": 1, "session": "A"]).value == 1)
        let other = try fixture.reopened()
        try other.save(42, as: rate, at: ["subject": 1, "session": "A"])
        Thread.sleep(forTimeInterval: 0.06)
        #expect(try fixture.store.load(rate, at: ["subject": 1, "session": "A"]).value == 42)
    }

    @Test("Another partition in variable.json is a catalog like one made anew")
    func partitionChanged() throws {
        let fixture = try filled()
        try edit(fixture.store.path + "/variables/HeartRate/variable.json") {
            $0.replacing("\"subject\"", with: "\"session\"")
        }
        let store = try fixture.reopened()
        #expect(try store.load(rate, at: ["subject": 1, "session": "A"]).value == 1)
        #expect(try store.check().findings.allSatisfy { $0.kind == .layout })
        let report = try store.check(repair: true)
        #expect(!report.isDamaged)
        #expect(
            FileManager.default.fileExists(
                atPath: fixture.store.path + "/records/HeartRate/session=A/page.jsonl"))
        #expect(try fixture.reopened().workTree.variables().map(\.records) == [6])
        #expect(try fixture.reopened().check().findings.isEmpty)
    }

    @Test("A catalog that is damaged in the middle is made again when that is met")
    func damagedInside() throws {
        let fixture = try StoreFixture()
        try fixture.store.transaction { transaction in
            for subject in 0..<2000 {
                try transaction.save(1, as: rate, at: ["subject": .integer(subject), "session": "A"])
            }
        }
        try FileManager.default.copyItem(atPath: fixture.store.path, toPath: fixture.git.directory + "/other")
        let catalog = URL(fileURLWithPath: fixture.git.directory + "/other/local/catalog.sqlite")
        // Closing the last connection moves all of it into the one file.
        _ = try Store.open(fixture.git.directory + "/other", options: StoreFixture.options).workTree
            .variables()
        var bytes = try Data(contentsOf: catalog)
        for index in 40_000..<bytes.count where index % 16_384 > 20 { bytes[index] = 0x5A }
        try bytes.write(to: catalog)
        let store = try Store.open(fixture.git.directory + "/other", options: StoreFixture.options)
        #expect(try store.workTree.variables().map(\.records) == [2000])
        #expect(try store.load(rate, at: ["subject": 77, "session": "A"]).value == 1)
    }

    @Test(
        "A catalog that is absent, damaged or of another version is made again",
        arguments: ["absent", "damaged", "empty", "older"])
    func rebuilt(kind: String) throws {
        let fixture = try filled()
        let catalog = fixture.store.path + "/local/catalog.sqlite"
        let other = try StoreFixture()
        switch kind {
        case "absent": try FileManager.default.removeItem(atPath: fixture.store.path + "/local")
        case "damaged":
            try FileManager.default.removeItem(atPath: fixture.store.path + "/local")
            try FileManager.default.createDirectory(
                atPath: fixture.store.path + "/local", withIntermediateDirectories: true)
            try Data(repeating: 0x41, count: 50_000).write(to: URL(fileURLWithPath: catalog))
        case "empty":
            try FileManager.default.removeItem(atPath: fixture.store.path + "/local")
            try FileManager.default.createDirectory(
                atPath: fixture.store.path + "/local", withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: catalog))
        default:
            // A store with other keys has a catalog of its own.
            try FileManager.default.removeItem(atPath: fixture.store.path + "/local")
            try FileManager.default.copyItem(
                atPath: other.store.path + "/local", toPath: fixture.store.path + "/local")
        }
        #expect(try fixture.reopened().load(rate, at: ["subject": 2, "session": "A"]).value == 2)
        #expect(try fixture.reopened().workTree.variables().map(\.records) == [6])
    }
}

extension Variable<[Double]> {
    /// A variable of numbers that is not the heart rate.
    var asRate: Variable<Double> { Variable<Double>("OtherRate") }
}
