import Foundation
import Glibc
import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import TestSupport
import Testing

@testable import Stemma

@Suite("Programs that migrate")
struct ProgramMigrationTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func migration(_ words: [String], limit: Double? = 60) throws -> ProgramMigration {
        let definition = try MigrationDefinition(
            from: SchemaVersion("1"), to: SchemaVersion("2"),
            up: ["program": .array(words.map(JSONValue.string))])
        guard case .program(let program) = definition.up else { throw StemmaError(.system, "no program") }
        return ProgramMigration(
            program: program,
            surroundings: ProgramSurroundings(
                directory: directory.path, environment: ["PATH": "/usr/bin:/bin"], timeLimit: limit))
    }

    /// Runs it over numbered values of about 1 KB; the answers, and the most values that were under way at a time.
    private func run(
        _ migration: ProgramMigration, _ count: Int, padding: Int = 1000
    ) throws -> (answers: [JSONValue], ahead: Int) {
        var given = 0
        var ahead = 0
        var answers: [JSONValue] = []
        let text = JSONValue.string(String(repeating: "é", count: padding / 2))
        try migration.run(
            next: {
                guard given < count else { return nil }
                given += 1
                ahead = max(ahead, given - answers.count)
                return ["n": .number(Double(given)), "text": text]
            }, take: { answers.append($0["n"] ?? $0) })
        return (answers, ahead)
    }

    private func numbers(_ range: ClosedRange<Int>) -> [JSONValue] { range.map { .number(Double($0)) } }

    private func failure(_ words: [String], _ count: Int = 3, limit: Double? = 60) throws -> StemmaError? {
        let migration = try migration(words, limit: limit)
        return #expect(throws: StemmaError.self) { try run(migration, count) }
    }

    @Test("Values are answered in order while others are handed over, with few under way")
    func streaming() throws {
        let (answers, ahead) = try run(migration(["cat"]), 20_000)
        #expect(answers == numbers(1...20_000))
        #expect(ahead < 2_000)
    }

    @Test("A program may read all before it answers, answer what is larger, and end without a line end")
    func patient() throws {
        let script = "import sys; lines = sys.stdin.read().split(); sys.stdout.write('\\n'.join(lines))"
        #expect(try run(migration(["python3", "-c", script]), 3_000).answers == numbers(1...3_000))
        let larger = """
            import json, sys
            for line in sys.stdin:
                value = json.loads(line)
                value["more"] = value["text"] * 50
                print(json.dumps(value))
            """
        #expect(try run(migration(["python3", "-c", larger]), 300).answers == numbers(1...300))
        #expect(try run(migration(["cat"]), 0).answers.isEmpty)
        #expect(try run(migration(["cat"]), 2, padding: 1 << 20).answers == numbers(1...2))
    }

    @Test("An answer too few or too many, and one that is no JSON, are told with what the program said of it")
    func answers() throws {
        let short = try failure(["sh", "-c", "echo oh dear >&2; head -n 2"])
        #expect(short?.code == .invalidAnswer && short?.fields == ["program": "sh", "answer": "3"])
        #expect(short?.message == "answer 3 of sh is missing: it ended after 2 of 3\noh dear")
        let early = try failure(["head", "-n", "1"], 20_000)
        #expect(early?.code == .invalidAnswer && early?.fields["answer"] == "2")
        let long = try failure(["sh", "-c", "cat; echo 1; echo 2"])
        #expect(long?.fields["answer"] == "4")
        #expect(long?.message == "answer 4 of sh has no value that it would be the answer to")
        let broken = try failure(["sh", "-c", "echo hm >&2; sleep 0.1; sed -u 's/^.*:2,.*$/oops/'"])
        #expect(broken?.code == .invalidAnswer && broken?.fields["answer"] == "2")
        #expect(broken?.message.hasPrefix("answer 2 of sh is no JSON in one line: malformed JSON") == true)
        #expect(broken?.message.hasSuffix("\nhm") == true)
        let blank = try failure(["sh", "-c", "echo; cat"])
        #expect(blank?.fields["answer"] == "1")
        let integer = try failure(["sh", "-c", "echo 9007199254740993; cat"])
        #expect(integer?.code == .invalidAnswer)
    }

    @Test("A program that fails, that is not there, or that is none is told apart")
    func failures() throws {
        let failed = try failure(["sh", "-c", "cat; echo no luck >&2; exit 3"])
        #expect(failed?.code == .programFailed && failed?.message == "sh exited with status 3\nno luck")
        #expect(try failure(["sh", "-c", "kill -9 $$"])?.code == .programFailed)
        #expect(try failure(["no-such-program"])?.code == .programNotFound)
        try Data("echo".utf8).write(to: URL(fileURLWithPath: directory.file("script")))
        #expect(chmod(directory.file("script"), 0o755) == 0)
        #expect(try failure(["./script"])?.message.contains("is no program that this machine runs") == true)
        var small = try migration(["cat"])
        small.maxDocumentBytes = 100
        let large = #expect(throws: StemmaError.self) { try run(small, 1) }
        #expect(large?.code == .tooLarge)
    }

    /// What it starts in the background, and waits for.
    private var lingering: [String] { ["sh", "-c", "sleep 60 & echo $! > pid; cat; wait"] }

    /// Whether what was started in the background has ended.
    private func hasEnded() throws -> Bool {
        let text = try String(contentsOfFile: directory.file("pid"), encoding: .utf8)
        let id = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        // Its parent is gone, and whoever took it over may not have looked at it yet.
        for _ in 0..<100 {
            let state = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
            if state.map({ $0.contains(") Z ") }) ?? true { return true }
            usleep(20_000)
        }
        return false
    }

    @Test("After its time it is ended, with all that it has started")
    func timeLimit() throws {
        let error = try failure(lingering, limit: 0.5)
        #expect(error?.code == .programFailed)
        #expect(error?.message == "sh took longer than 0.5 seconds and was ended")
        #expect(try hasEnded())
    }

    @Test("It is ended when somebody says so, and when an answer is refused")
    func stopping() throws {
        var stopped = try migration(lingering)
        let marker = directory.file("pid")
        stopped.isStopped = { access(marker, F_OK) == 0 }
        let error = #expect(throws: StemmaError.self) { try run(stopped, 20_000) }
        #expect(error?.code == .interrupted)
        #expect(try hasEnded())

        struct Refusal: Error {}
        var given = 0
        #expect(throws: Refusal.self) {
            try migration(lingering).run(
                next: {
                    given += 1
                    return .number(Double(given))
                },
                take: { if $0 == 500 { throw Refusal() } })
        }
        #expect(try hasEnded())
        #expect(throws: Refusal.self) {
            try migration(["cat"]).run(next: { throw Refusal() }, take: { _ in })
        }
    }
}
