import TestSupport
import Testing

@Suite("Why a result was computed, and forgetting it")
struct WhyTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        for subject in 1...2 {
            try fixture.run("save", "Raw", "subject=\(subject)", "session=A", "--value", "\"s\(subject)\"")
        }
        try fixture.write(
            "step.sh", "printf '\"%s %s\"' $(tr -d '\"' < $1) $2 > $3; grep -q bad $1 && exit 1; true\n")
    }

    private func step(low: Int = 20, _ options: String = "--for subject=1,2") throws -> Program.Result {
        try fixture.stemma.shell(
            "stemma run step -i signal=Raw -c low=\(low) -o Out=o.json --code step.sh --for session=A \(options) -- sh step.sh {signal} {low} {Out}"
        )
    }

    private func why(_ words: String...) throws -> String {
        try fixture.stemma.run(["why", "Out"] + words, bytes: []).output
    }

    @Test("The first component that differs from the nearest earlier call is named")
    func component() throws {
        #expect(try step("--for subject=1").status == 0)
        #expect(try why("subject=1", "session=A").contains("no other call of step is known"))
        _ = try step(low: 30)
        #expect(try why("subject=1", "session=A", "low=30").contains("the constant 'low': 20 -> 30"))
        _ = try step(low: 20)
        #expect(try why("subject=2", "session=A", "low=20").contains("the constant 'low': 30 -> 20"))
        try fixture.write("step.sh", fixture.read("step.sh") + "# more\n")
        _ = try step()
        #expect(try why("subject=1", "session=A", "low=20").contains("the code of step: file step.sh"))
        #expect(
            try fixture.stemma("why", "Raw", "subject=1", "session=A").output.contains(
                "it was not computed here"))
    }

    @Test("Only earlier calls are compared with, as long as this clone knows which they are")
    func earlier() throws {
        for low in [20, 30, 31, 32, 33, 34] { _ = try step(low: low, "--for subject=1") }
        let shown = try why("subject=1", "session=A", "low=30")
        #expect(
            shown.contains("the constant 'low': 20 -> 30") && shown.contains("the nearest earlier call"),
            "\(shown)")
        let first = try why("subject=1", "session=A", "low=20")
        #expect(first.contains("-> 20") && first.contains("none is known to be earlier"), "\(first)")
        _ = try fixture.stemma.shell("rm -r results/local")
        #expect(try why("subject=1", "session=A", "low=30").contains("none is known to be earlier"))
    }

    @Test("What stood at the address before is nearer than any other call")
    func predecessor() throws {
        _ = try step(low: 20)
        try fixture.run("commit", "-m", "first")
        try fixture.run("save", "Raw", "subject=1", "session=A", "--value", "\"new\"")
        _ = try step(low: 20)
        try fixture.run("commit", "-m", "second")
        _ = try step(low: 25)
        let shown = try why("subject=1", "session=A", "low=20")
        #expect(
            shown.contains("the input 'signal': ") && shown.contains("what stood here before"), "\(shown)")
        #expect(shown.contains("the same call now  is answered from the store"))
        let json = try fixture.run("why", "Out", "subject=1", "session=A", "low=20", "--json").lines
        #expect(json[0].contains(#""nearestIs":"predecessor""#))
        try Documented.check(json)
    }

    @Test("Where there is no record, the last run says why")
    func undone() throws {
        try fixture.run("save", "Raw", "subject=1", "session=A", "--value", "\"bad\"")
        #expect(try step("--for subject=1,7").status == 1)
        #expect(try why("subject=1", "session=A").contains("sh exited with status 1"))
        let json = try fixture.run("why", "Out", "subject=7", "session=A", "--json").lines
        #expect(json[0].contains("there is no Raw subject=7 session=A"))
        try Documented.check(json)
        #expect(try fixture.stemma("why", "Out", "subject=5", "session=A").status == 1)
    }

    @Test("Calls are forgotten by function, identity or address, run again then, and in every clone")
    func forget() throws {
        _ = try step()
        #expect(try fixture.run("forget", "Out", "subject=1").output.hasPrefix("forgot 1 call;"))
        #expect(try fixture.run("forget", "Out", "subject=1").output == "nothing to forget\n")
        #expect(try why("subject=1", "session=A").contains("the same call now  runs: the call was forgotten"))
        #expect(
            try step("-n --for subject=1,2").output.contains(
                "stale       subject=1 session=A  the call was forgotten"))
        try fixture.run("commit", "-m", "forgotten")
        let elsewhere = try TemporaryDirectory()
        _ = try fixture.git("clone", "-q", ".", elsewhere.file("copy"))
        let copy = fixture.stemma.with(directory: elsewhere.file("copy"))
        #expect(try copy("show", "--function", "step").output.contains("2 calls, 1 forgotten"))
        #expect(try step().output == "1 computed, 1 cached\n")
        #expect(try step().output == "2 cached\n")
        let identity = try #require(
            try fixture.run("show", "--function", "step").lines.first?.split(separator: " ").last)
        #expect(
            try fixture.run("forget", "--identity", String(identity), "--json").lines == [
                #"{"kind":"summary","forgotten":2}"#
            ])
        #expect(try step().output == "2 computed\n")
        #expect(try fixture.run("forget", "--function", "step").output.hasPrefix("forgot 2 calls;"))
        #expect(try fixture.stemma("forget", "--function", "stop").status == 1)
        #expect(try fixture.stemma("forget", "--identity", "12").status == 2)
        #expect(try fixture.stemma("forget").status == 2)
    }

    @Test("status --stale counts records by the input whose address holds something else now")
    func stale() throws {
        _ = try step()
        #expect(try fixture.run("status", "--stale").lines.contains("no record is stale"))
        try fixture.run("save", "Raw", "subject=1", "session=A", "--value", "\"new\"")
        let shown = try fixture.run("status", "--stale").output
        #expect(
            shown.contains(
                "  Out  1 stale  Raw has changed or is gone, for example for Out subject=1 session=A low=20"))
        let json = try fixture.run("status", "--stale", "--json").lines
        #expect(json.contains { $0.hasPrefix(#"{"kind":"stale","count":1"#) })
        #expect(json.last?.contains(#""stale":1"#) == true)
        try Documented.check(json)
        try fixture.run("remove", "Raw", "subject=2")
        #expect(try fixture.run("status", "--stale").output.contains("2 stale"))
        // A wider version of the same data is the same data.
        try fixture.run("remove", "Raw", "subject=1")
        try fixture.run("save", "Raw", "subject=1", "session=A", "rate=5", "--value", "\"s1\"")
        #expect(try fixture.run("status", "--stale").output.contains("1 stale"))
        #expect(
            try fixture.run("status").output.contains("1 stale"), "a small store is looked through unasked")
    }
}
