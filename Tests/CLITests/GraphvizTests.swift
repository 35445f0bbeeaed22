import Foundation
import Stemma
import TestSupport
import Testing

@testable import StemmaCLI

/// What a program in the place of `dot` may do. It is called with `-Tsvg -o OUTPUT INPUT`.
@Suite("Drawing by Graphviz")
struct GraphvizTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Makes a script that is found as `dot`.
    ///
    /// A shell writes it: a child of another test would inherit a file that is open here, and nobody can run a file
    /// that somebody has open to write it.
    private func dot(_ script: String) throws -> Graphviz {
        let lines = "#!/bin/sh\ncd \(directory.path)\n\(script)\n"
        try Program(in: directory.path).shell("cat > dot <<'END'\n\(lines)END\nchmod +x dot")
        return Graphviz(environment: ["PATH": "\(directory.path):/usr/bin:/bin"])
    }

    private func error(_ graphviz: Graphviz, isStopped: () -> Bool = { false }) throws -> StemmaError {
        try #require(throws: StemmaError.self) { try graphviz.svg("digraph {}\n", isStopped: isStopped) }
    }

    /// Whether what a script has started, and named in a file `child`, goes on working; zombies do not, and one that was
    /// killed may take a moment.
    private func isChildAlive() throws -> Bool {
        let child = try String(contentsOfFile: directory.file("child"), encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        for _ in 0..<250 {
            let state = try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)
            guard state?.contains(/\nState:\s*[RSD]/) == true else { return false }
            usleep(20_000)
        }
        return true
    }

    @Test("What it writes is the drawing of what it was given")
    func drawing() throws {
        let drawn = try dot(#"[ "$1 $2" = "-Tsvg -o" ] && cat "$4" > "$3""#).svg("digraph {}\n")
        #expect(String(decoding: drawn, as: UTF8.self) == "digraph {}\n")
    }

    @Test("One that hangs is ended with all that it has started, and a hint says what to do without it")
    func timeLimit() throws {
        var graphviz = try dot("sleep 300 & echo $! > child; wait")
        graphviz.limit = 0.3
        let error = try error(graphviz)
        #expect(error.code == .programFailed)
        #expect(error.message == "dot took longer than 0.3 seconds and was ended")
        #expect(error.hint?.contains("--format dot") == true)
        #expect(try !isChildAlive())
    }

    @Test("One that writes without end is ended")
    func tooLarge() throws {
        var graphviz = try dot(#"exec yes > "$3""#)
        graphviz.mostBytes = 1_000_000
        let error = try error(graphviz)
        #expect(error.code == .tooLarge && error.message == "the drawing is larger than 1.0 MB", "\(error)")
    }

    @Test("One that fails, or draws nothing, is told with its last words")
    func failure() throws {
        let failed = try error(dot("echo first >&2; echo 'Error: bad \u{1B} label' >&2; exit 1"))
        #expect(failed.code == .programFailed)
        #expect(failed.message == "dot could not draw the graph: Error: bad \\u{1b} label")
        #expect(try error(dot("exit 0")).message == "dot could not draw the graph")
        #expect(try error(dot("kill -9 $$")).code == .programFailed)
    }

    @Test("It is ended when somebody wants that")
    func stopped() throws {
        #expect(try error(dot("exec sleep 300"), isStopped: { true }).code == .interrupted)
    }

    @Test("Control-C ends stemma and dot, too")
    func interrupted() throws {
        let fixture = try StoreFixture()
        let path = try #require(try dot("sleep 300 & echo $! > child; wait").environment["PATH"])
        let result = try fixture.stemma.shell(
            """
            set -m
            PATH="\(path):$PATH" stemma lineage --format svg &
            for i in $(seq 200); do [ -s \(directory.file("child")) ] && break; sleep 0.05; done
            kill -INT $!; wait $!; echo $?
            """)
        #expect(result.lines == ["130"], "\(result)")
        #expect(try !isChildAlive())
    }
}
