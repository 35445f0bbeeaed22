import StemmaBlobs
import TestSupport
import Testing

@Suite("Programs that are started")
struct ChildProcessTests {
    private func run(
        _ script: String, limit: Double? = nil, isStopped: () -> Bool = { false }
    ) throws -> (ending: ChildProcess.Ending, lastLines: String) {
        try ChildProcess(
            "/bin/sh", ["sh", "-c", script], environment: ["A": "b"], directory: "/"
        ).wait(limit: limit, isStopped: isStopped)
    }

    @Test("It has the environment and directory that it is given, nothing to read, and says how it ended")
    func endings() throws {
        #expect(try run("true").ending == .exited(0))
        let result = try run("pwd >&2; echo $A >&2; cat >&2; exit 7")
        #expect(result.ending == .exited(7) && result.lastLines == "/\nb")
        #expect(try run("kill -9 $$").ending == .signal(9))
        #expect(throws: StemmaError.self) {
            try ChildProcess("/nonexistent", ["x"], environment: [:], directory: "/")
        }
    }

    @Test("It is ended when its time is over or somebody wants it, also when it will not listen")
    func ended() throws {
        #expect(try run("sleep 100", limit: 0.1).ending == .timeLimit)
        #expect(try run("sleep 100", isStopped: { true }).ending == .interrupted)
        #expect(try run("trap '' TERM; sleep 100; sleep 100", limit: 0.1).ending == .timeLimit)
    }

    @Test("One that leaves others behind, which hold its streams, is not waited for longer than it lives")
    func left() throws {
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try run("sleep 5 & echo done >&2").lastLines == "done")
        #expect(clock.now - start < .seconds(3))
    }

    @Test("Of what it writes the end is kept, however much it is")
    func tail() throws {
        let result = try run("i=0; while [ $i -lt 60000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1")
        #expect(result.lastLines.split(separator: "\n").count == 20)
        #expect(result.lastLines.hasSuffix("line 59999"))
    }
}
