import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Programs as thunks")
struct ProgramTests {
    private let fixture: StoreFixture
    private let raw = Variable<[Double]>("Raw")

    init() throws {
        fixture = try StoreFixture()
        for subject in 1...3 {
            try fixture.store.save(
                [Double(subject)], as: raw, at: ["subject": .number(Double(subject)), "session": "A"])
        }
        try fixture.git.write("copy.sh", "cp \"$1\" \"$2\"\n")
    }

    private func program(_ command: String...) -> ProgramThunk {
        var program = ProgramThunk("copy", command: command)
        program.inputs = [.init("x", "Raw")]
        program.outputs = [.init("Copy", file: "out.npy")]
        program.code = ["copy.sh"]
        return program
    }

    private func run(
        _ program: ProgramThunk, subjects: KeyValues = .all, _ options: BatchOptions = BatchOptions()
    ) throws -> BatchReport {
        try fixture.store.run(
            program, over: [("subject", subjects), ("session", ["A"])],
            in: ProgramSurroundings(directory: fixture.git.directory, environment: ["PATH": "/usr/bin:/bin"]),
            options: options)
    }

    @Test("A program's results are those of a call: computed once, with lineage that names its inputs")
    func everyCombination() throws {
        let copy = program("sh", "copy.sh", "{x}", "{Copy}")
        #expect(try run(copy).computed == 3)
        #expect(try run(copy).cached == 3)
        let traced = try fixture.store.load(Variable<[Double]>("Copy"), at: ["subject": 2, "session": "A"])
        #expect(try traced.value == [2])
        let lineage = try #require(try fixture.store.lineage(of: traced))
        #expect(lineage.function == "copy" && lineage.inputs.map(\.name) == ["x"])
        #expect(try fixture.store.identities(ofFunction: "copy").map(\.language) == ["program"])
        #expect(try fixture.store.check(deep: true).findings.isEmpty)
    }

    @Test(
        "The parts of the identity are the command, the code and the outputs, without paths of this machine")
    func identity() throws {
        var copy = program("/bin/sh", "\(fixture.git.directory)/copy.sh", "{x}", "{Copy}")
        copy.code = ["\(fixture.git.directory)/copy.sh"]
        _ = try run(copy)
        let version = try #require(try fixture.store.identities(ofFunction: "copy").first)
        #expect(
            version.parts.map { "\($0.kind) \($0.name)" } == [
                #"command ["/bin/sh","<directory>/copy.sh","{x}","{1}"]"#, "file copy.sh",
                "output 1=out.npy",
            ])
        #expect(version.calls == 3 && version.module.isEmpty && version.version == nil)
        #expect(
            try run(program("sh", "\(fixture.git.directory)/copy.sh", "{x}", "{Copy}")).computed == 3,
            "which program a name finds is another machine's to say")
    }

    @Test(
        "A run ends when its code is changed, and what comes of that is not kept",
        arguments: ["echo '# more' >>", "touch"])
    func changedCode(_ change: String) throws {
        let script =
            "cp \"$0\" \"$1\"; [ -e second ] && \(change) copy.sh; touch second"
        var options = BatchOptions()
        options.jobs = 1
        let error = #expect(throws: StemmaError.self) {
            try run(program("sh", "-c", script, "{x}", "{Copy}"), options)
        }
        #expect(error?.code == .codeChanged && error?.fields["path"] == "copy.sh")
        let saved = try fixture.store.workTree.variants(of: "Copy", keys: ["subject": 1, "session": "A"])
        #expect(saved.count == 1, "what was computed before is kept")
        #expect(try fixture.store.workTree.variables().map(\.records) == [1, 3])
    }

    @Test("A batch inside of a transaction is refused, and does not wait for itself")
    func nested() throws {
        let error = #expect(throws: StemmaError.self) {
            try fixture.store.transaction { _ in try run(program("sh", "copy.sh", "{x}", "{Copy}")) }
        }
        #expect(error?.code == .nestedTransaction)
    }

    @Test("Code that was only touched between two runs of a batch is the same code")
    func touchedCode() throws {
        var options = BatchOptions()
        options.jobs = 1
        options.progress = { [git = fixture.git] _ in try? git.write("copy.sh", "cp \"$1\" \"$2\"\n") }
        #expect(try run(program("sh", "copy.sh", "{x}", "{Copy}"), options).computed == 3)
    }

    @Test("When it is stopped, what was computed is saved, and the rest is neither done nor failed")
    func stopped() throws {
        var options = BatchOptions()
        options.jobs = 1
        let mark = fixture.git.directory + "/stop"
        options.isStopped = { FileManager.default.fileExists(atPath: mark) }
        let report = try run(
            program(
                "sh", "-c",
                "cp \"$0\" \"$1\"; echo >> count; if [ $(wc -l < count) -gt 2 ]; then touch stop; sleep 100; fi",
                "{x}",
                "{Copy}"),
            subjects: .all, options)
        #expect(report.isInterrupted && report.computed == 2 && report.failed == 0)
        #expect(try fixture.store.workTree.variables().first { $0.name == "Copy" }?.records == 2)
    }

    @Test(
        "A call is explained by what differs from the nearest one, and stale records by what their inputs hold now"
    )
    func explained() throws {
        let copy = program("sh", "copy.sh", "{x}", "{Copy}")
        _ = try run(copy)
        let address = Address(variable: "Copy", keys: ["subject": 1, "session": "A"])
        let record = try fixture.store.workTree.record(at: address)
        let first = try #require(try fixture.store.explanation(of: record))
        #expect(first.function == "copy" && first.missReason == nil)
        guard case .input("x", _, _)? = first.nearest?.difference else {
            Issue.record("\(String(describing: first.nearest))")
            return
        }
        #expect(try fixture.store.staleRecords().isEmpty)
        try fixture.store.save([7], as: raw, at: ["subject": 1, "session": "A"])
        let stale = try fixture.store.staleRecords()
        #expect(stale.map { "\($0.count) \($0.variable) by \($0.input)" } == ["1 Copy by Raw"])
        #expect(stale.first?.example == address)
        try fixture.git.write("copy.sh", "cp \"$1\" \"$2\" # again\n")
        _ = try run(copy, subjects: [2])
        let second = try fixture.store.workTree.record(
            at: Address(variable: "Copy", keys: ["subject": 2, "session": "A"]))
        let lineage = try #require(record.lineage)
        let explanation = try #require(
            try fixture.store.explanation(of: second) { _ = try $0(lineage) })
        #expect(explanation.nearest?.kind == .predecessor)
        #expect(explanation.nearest?.changedParts == ["file copy.sh"])
        #expect(try fixture.store.forget(.function("copy")) == 4)
        #expect(try fixture.store.explanation(of: second)?.missReason == .forgotten)
    }

    @Test("What the last run left undone is remembered by variable and keys")
    func undone() throws {
        let failing = program("sh", "-c", "echo wrong >&2; exit 1", "{x}", "{Copy}")
        #expect(try run(failing, subjects: [1, 9]).failed == 1)
        let undone = try fixture.store.undoneCombinations(of: "Copy", at: ["subject": 1, "session": "A"])
        #expect(undone.map(\.message) == ["sh exited with status 1\nwrong"])
        #expect(
            try fixture.store.undoneCombinations(of: "Copy", at: ["subject": 9, "session": "A"]).count == 1)
        #expect(try fixture.store.undoneCombinations(of: "Raw", at: ["subject": 1, "session": "A"]).isEmpty)
    }
}
