import Foundation
import Stemma
import StemmaBlobs
import TestSupport
import Testing

@Suite("A process that dies, or a disk that is full, at any writing call")
struct CrashTests {
    /// What a store holds: every record with its value.
    private typealias Content = [String: Double]

    private static func content(_ store: Store) throws -> Content {
        var content: Content = [:]
        for variable in try store.workTree.variables() {
            try store.workTree.forEachRecord(of: variable.name) { record in
                if record.format == .npy {
                    content[store.settings.keys.text(of: record.address)] = try store.load(
                        record, as: [Double].self
                    ).value.reduce(0, +)
                } else {
                    content[store.settings.keys.text(of: record.address)] = try store.load(
                        record, as: Double.self
                    ).value
                }
                return true
            }
        }
        return content
    }

    private static func filled() throws -> StoreFixture {
        let fixture = try StoreFixture(keys: [KeyDeclaration("subject", .integer)])
        try fixture.store.transaction { transaction in
            for subject in 0..<510 {
                try transaction.save(1, as: rate, at: ["subject": .number(Double(subject))])
            }
            try transaction.save([1, 2], as: filtered, at: ["subject": 0])
        }
        _ = try fixture.store.commit("filled")
        return fixture
    }

    private enum Operation: CaseIterable {
        case save, split, merge, newVariable, large

        func run(_ store: Store) throws {
            switch self {
            case .save: try store.save(2, as: rate, at: ["subject": 3])
            case .split:
                try store.transaction { transaction in
                    for subject in 600..<610 {
                        try transaction.save(1, as: rate, at: ["subject": .number(Double(subject))])
                    }
                    try transaction.save([5, 6], as: filtered, at: ["subject": 0])
                }
            case .merge:
                try store.transaction { transaction in
                    for subject in 0..<400 {
                        try transaction.remove(
                            Address(variable: rate.name, keys: ["subject": .number(Double(subject))]))
                    }
                }
            case .newVariable: try store.save(7, as: Variable<Double>("Other"), at: ["subject": 1])
            case .large: try store.save((0..<200_000).map(Double.init), as: filtered, at: ["subject": 1])
            }
        }
    }

    @Test("Leaves the state before or the state after, and the next save works", arguments: 0..<5, [0, 1])
    func everyCall(number: Int, kind: Int) throws {
        let operation = Operation.allCases[number]
        let fault: FaultInjector.Fault = kind == 0 ? .crash : .diskFull
        let model = try Self.filled()
        let before = try Self.content(model.store)
        let (result, calls) = FileSystem.faults.run(under: model.store.path) {
            try operation.run(model.store)
        }
        try result.get()
        let after = try Self.content(model.reopened())
        #expect(before != after)
        #expect(calls > 5)

        for call in 1...calls {
            let fixture = try Self.filled()
            let store = try fixture.reopened()
            let (result, _) = FileSystem.faults.run(under: store.path, failing: call, with: fault) {
                try operation.run(store)
            }
            let state = try Self.content(fixture.reopened())
            if case .success = result {
                #expect(state == after, "\(operation), call \(call) of \(calls)")
            } else if kind == 1 {
                // A process that goes on says the truth: what it reports as failed has not happened.
                #expect(state == before, "\(operation), call \(call) of \(calls)")
                if operation != .large {
                    let files = try fixture.reopened().status().files
                    #expect(files.isEmpty, "\(operation), call \(call) of \(calls) leaves nothing to commit")
                }
            } else {
                #expect(state == before || state == after, "\(operation), call \(call) of \(calls)")
            }
            let again = try fixture.reopened()
            try again.save(9, as: rate, at: ["subject": 5])
            #expect(try again.load(rate, at: ["subject": 5]).value == 9)
            #expect(try again.check(deep: true).findings.isEmpty, "\(operation), call \(call) of \(calls)")
            _ = try again.commit("after")
            #expect(try fixture.git("status", "--porcelain") == "", "\(operation), call \(call) of \(calls)")
        }
    }

    /// Runs an operation that dies at some call and leaves a journal; `nil` when no such call is left.
    private func dead(_ operation: Operation, from first: Int) throws -> (fixture: StoreFixture, call: Int)? {
        let model = try Self.filled()
        let (_, calls) = FileSystem.faults.run(under: model.store.path) { try? operation.run(model.store) }
        guard first <= calls else { return nil }
        for call in first...calls {
            let fixture = try Self.filled()
            let store = try fixture.reopened()
            _ = FileSystem.faults.run(under: store.path, failing: call, with: .crash) {
                try operation.run(store)
            }
            if FileManager.default.fileExists(atPath: store.path + "/local/journal") {
                return (fixture, call)
            }
        }
        return nil
    }

    @Test("A git commit between the crash and the next command loses nothing", arguments: 0..<5)
    func committedMeanwhile(number: Int) throws {
        let operation = Operation.allCases[number]
        let model = try Self.filled()
        try operation.run(model.store)
        let after = try Self.content(model.reopened())
        var next = 1
        var tried = 0
        while let (fixture, call) = try dead(operation, from: next) {
            next = call + 1
            tried += 1
            try fixture.git("add", "-A")
            try fixture.git("commit", "-q", "--allow-empty", "-m", "by hand")
            let store = try fixture.reopened()
            #expect(try Self.content(store) == after, "\(operation), call \(call)")
            #expect(try store.check(deep: true).findings.isEmpty, "\(operation), call \(call)")
            _ = try store.commit("the rest")
            #expect(try fixture.git("status", "--porcelain") == "", "\(operation), call \(call)")
        }
        #expect(tried > 0)
    }

    @Test("A change whose record is not what it was is set aside, reported, and changes nothing")
    func setAside() throws {
        let (fixture, _) = try #require(try dead(.save, from: 1))
        let page = fixture.store.path + "/records/HeartRate/page.jsonl"
        let text = try String(contentsOfFile: page, encoding: .utf8)
        let other = try StoreFixture(keys: [KeyDeclaration("subject", .integer)])
        try other.store.save(77, as: rate, at: ["subject": 3])
        let line = try String(
            contentsOfFile: other.store.path + "/records/HeartRate/page.jsonl", encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.contains("\"subject\":3}") ? line.dropLast() : $0 }
        try lines.map { $0 + "\n" }.joined().write(toFile: page, atomically: true, encoding: .utf8)
        let again = try fixture.reopened()
        #expect(try again.load(rate, at: ["subject": 3]).value == 77)
        #expect(try again.status().unfinished.count == 1)
        #expect(!FileManager.default.fileExists(atPath: again.path + "/local/journal"))
    }

    @Test(
        "A journal cannot name a file outside the store",
        arguments: ["../../victim.jsonl", "V/../../../victim.jsonl"])
    func hostileJournal(path: String) throws {
        let fixture = try Self.filled()
        let victim = fixture.git.directory + "/victim.jsonl"
        try "mine".write(toFile: victim, atomically: true, encoding: .utf8)
        let journal =
            #"{"format":1,"head":null}\#n{"after":null,"before":null,"page":"\#(path)","temporary":null}\#n"#
        try journal.write(toFile: fixture.store.path + "/local/journal", atomically: true, encoding: .utf8)
        let store = try fixture.reopened()
        try store.save(2, as: rate, at: ["subject": 3])
        #expect(FileManager.default.fileExists(atPath: victim))
        #expect(try store.status().unfinished.count == 1)
    }

    @Test("A second writer waits for the lock and is told who holds it")
    func locked() throws {
        let fixture = try Self.filled()
        var options = StoreFixture.options
        options.wait = 0.05
        options.command = "impatient"
        let other = try Store.open(fixture.store.path, options: options)
        try fixture.store.transaction { transaction in
            try transaction.save(2, as: rate, at: ["subject": 3])
            let error = #expect(throws: StemmaError.self) { try other.save(3, as: rate, at: ["subject": 3]) }
            #expect(error?.code.rawValue == "locked")
            #expect(error?.message.contains("a test") == true, "\(error?.message ?? "")")
            // Readers are not kept waiting, and see the state before.
            #expect(try other.load(rate, at: ["subject": 3]).value == 1)
            #expect(try fixture.store.load(rate, at: ["subject": 3]).value == 1)
        }
        #expect(try fixture.reopened().load(rate, at: ["subject": 3]).value == 2)
    }

    @Test("A page that another program writes during a transaction is not overwritten")
    func changedMeanwhile() throws {
        let fixture = try Self.filled()
        let page = fixture.store.path + "/records/HeartRate/page.jsonl"
        let error = #expect(throws: StemmaError.self) {
            try fixture.store.transaction { transaction in
                try transaction.save(2, as: rate, at: ["subject": 3])
                let text = try String(contentsOfFile: page, encoding: .utf8)
                try text.split(separator: "\n").dropLast().map { $0 + "\n" }.joined()
                    .write(toFile: page, atomically: true, encoding: .utf8)
            }
        }
        #expect(error?.code == .workTreeChanged)
        #expect(try fixture.reopened().workTree.variables().first { $0.name == "HeartRate" }?.records == 509)
    }

    @Test("A transaction inside another of the same store is refused")
    func nested() throws {
        let fixture = try Self.filled()
        let error = #expect(throws: StemmaError.self) {
            try fixture.store.transaction { _ in try fixture.store.save(2, as: rate, at: ["subject": 3]) }
        }
        #expect(error?.code == .nestedTransaction)
    }

    @Test("Tasks of one process save and read at the same time")
    func tasks() async throws {
        let fixture = try Self.filled()
        let store = fixture.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<10 {
                        if task % 2 == 0 {
                            try store.save(
                                Double(step), as: rate,
                                at: ["subject": .number(Double(1000 + task * 100 + step))])
                        } else {
                            #expect(try store.load(rate, at: ["subject": 3]).value == 1)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try fixture.reopened().workTree.variables().first { $0.name == "HeartRate" }?.records == 550)
    }

    @Test("A listing is of one moment, whatever is saved and removed meanwhile")
    func listing() async throws {
        let fixture = try StoreFixture()
        func fill(_ value: Double) throws {
            try fixture.reopened().transaction { transaction in
                for subject in 0..<50 {
                    try transaction.save(value, as: rate, at: ["subject": .integer(subject), "session": "A"])
                }
            }
        }
        try fill(1)
        var values: [JSONValue?] = []
        for try await record in fixture.store.workTree.records(of: "HeartRate") {
            values.append(record.value)
            if values.count == 5 { try fill(2) }
        }
        #expect(values.count == 50 && values.allSatisfy { $0 == 1 })
        #expect(try fixture.reopened().load(rate, at: ["subject": 7, "session": "A"]).value == 2)
    }
}
