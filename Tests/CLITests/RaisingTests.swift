import TestSupport
import Testing

@Suite("Records that are raised when they are loaded")
struct RaisingTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(keys: ["subject:integer"])
        for subject in 1...2 {
            try fixture.run("save", "Trial", "subject=\(subject)", "--value", #"{"onset":\#(subject)}"#)
        }
        try fixture.write(
            "up.json", #"{"from":"0.0.1","to":"0.1.0","up":[{"op":"rename","at":"/onset","to":"start"}]}"#)
        try run()
        try fixture.run("commit", "-m", "old form")
    }

    private func migrate(_ options: String...) throws {
        let arguments = ["migrate", "Trial", "--to", "0.1.0", "--with", "up.json"] + options
        let result = try fixture.stemma.run(arguments, bytes: [])
        try #require(result.status == 0, "\(result)")
    }

    @discardableResult
    private func run(_ options: String...) throws -> Program.Result {
        try fixture.stemma.run(
            ["run", "copy", "-i", "x=Trial", "-o", "Copy=out.json", "--for", "subject"] + options
                + ["--", "cp", "{x}", "{Copy}"], bytes: [])
    }

    private func json(_ arguments: String...) throws -> [String] {
        let lines = try fixture.stemma.run(arguments + ["--json"], bytes: []).lines
        try Documented.check(lines)
        return lines
    }

    @Test("load gives the new form, with --as-stored the bytes as they are, with --at what it was then")
    func load() throws {
        try migrate("--lazy")
        #expect(try fixture.run("load", "Trial", "subject=2").output == "{\"start\":2}\n")
        #expect(try fixture.run("load", "Trial", "subject=2", "--as-stored").output == "{\"onset\":2}\n")
        #expect(try fixture.run("load", "Trial", "subject=2", "--at", "HEAD~1").output == "{\"onset\":2}\n")
        #expect(try fixture.run("load", "Trial", "subject=2", "--at", "HEAD").output == "{\"start\":2}\n")
        let stored = try json("list", "Trial", "subject=2")[0]
        let content = try #require(stored.firstMatch(of: /"content":"([0-9a-f]+)"/)).1
        #expect(try fixture.run("load", "@\(content)").output == "{\"onset\":2}\n")
        let summary = try json("load", "Trial", "subject=2", "-o", "trial.json")[0]
        #expect(try fixture.read("trial.json") == "{\"start\":2}\n")
        #expect(summary.contains("\"size\":12") && !summary.contains(content))
    }

    @Test("list, show, diff and status show what is stored, and say what is pending")
    func pending() throws {
        #expect(try !fixture.run("list", "Trial").output.contains("pending"))
        #expect(try json("list", "Trial").allSatisfy { !$0.contains("pending") })
        try migrate("--lazy")
        #expect(try fixture.run("list", "Trial").lines.allSatisfy { $0.hasSuffix("  pending 0.1.0") })
        let lines = try json("list", "Trial")
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains(#","pending":"0.1.0"}"#) })
        #expect(try json("list", "Trial", "--at", "HEAD~1").allSatisfy { !$0.contains("pending") })
        #expect(try json("list", "Copy").allSatisfy { !$0.contains("pending") })
        let shown = try fixture.run("show", "Trial", "subject=1").output
        #expect(shown.contains("  pending  0.1.0: it is raised to that when it is loaded"), "\(shown)")
        #expect(try json("show", "Trial", "subject=1")[0].contains(#""pending":"0.1.0""#))
        let state = try fixture.run("status").output
        #expect(state.contains("  Trial  2 pending  raised to 0.1.0 when they are loaded"), "\(state)")
        #expect(
            try json("status").contains(#"{"kind":"pending","count":2,"pending":"0.1.0","variable":"Trial"}"#)
        )
        // One that is removed was pending, one that is saved is not.
        try fixture.run("remove", "Trial", "subject=1")
        try fixture.run("save", "Trial", "subject=3", "--value", #"{"start":3}"#)
        let difference = try fixture.run("diff", "Trial").lines
        #expect(difference.contains { $0.hasPrefix("- subject=1") && $0.hasSuffix("pending 0.1.0") })
        #expect(difference.contains { $0.hasPrefix("+ subject=3") && !$0.contains("pending") })
        let changes = try json("diff", "Trial").filter { $0.contains(#""kind":"change""#) }
        #expect(changes.map { $0.contains(#""pending":"0.1.0""#) } == [true, false])
        #expect(
            try fixture.run("diff", "Trial", "--full").lines.filter { $0.contains("\"pending\"") }.count == 1)
        try fixture.run("commit", "-m", "one gone, one new")
        try fixture.run("migrate", "rewrite", "Trial")
        #expect(try json("list", "Trial").allSatisfy { !$0.contains("pending") })
        #expect(try !fixture.run("status").output.contains("pending"))
    }

    @Test(
        "status says because of which migration results are stale; run makes them anew, and again the old ones"
    )
    func stale() throws {
        try migrate("--lazy")
        let state = try fixture.run("status", "--stale").output
        #expect(
            state.contains(
                "2 stale    Trial is raised from 0.0.1 to 0.1.0 when it is read, for example for Copy subject="
            ),
            "\(state)")
        let line = try #require(try json("status", "--stale").first { $0.contains(#""kind":"stale""#) })
        #expect(line.contains(#""migration":{"from":"0.0.1","pending":true,"to":"0.1.0"}"#))
        #expect(try run("--dry-run").output.contains("2 stale"))
        try fixture.run("migrate", "rewrite", "Trial")
        #expect(
            try fixture.run("status", "--stale").output.contains("Trial was migrated from 0.0.1 to 0.1.0"))
        #expect(
            try json("status", "--stale").contains {
                $0.contains(#""migration":{"from":"0.0.1","pending":false,"to":"0.1.0"}"#)
            })
        #expect(try run("--json").output.contains(#""computed":2"#))
        #expect(try fixture.run("load", "Copy", "subject=2").output == "{\"start\":2}\n")
        #expect(try fixture.run("status", "--stale").output.contains("no record is stale"))
        try fixture.run("commit", "-m", "made anew")
        try fixture.run("revert", "HEAD~1")
        #expect(try run("--json").output.contains(#""cached":2,"computed":0"#))
        #expect(try fixture.run("load", "Copy", "subject=2").output == "{\"start\":2}\n")
        try fixture.run("revert", "HEAD~3")
        #expect(try run("--json").output.contains(#""cached":2,"computed":0"#))
        #expect(try fixture.run("load", "Copy", "subject=2").output == "{\"onset\":2}\n")
    }

    @Test("What stands for what it was before makes nothing stale")
    func keptDownstream() throws {
        try migrate("--lazy", "--keep-downstream")
        #expect(try fixture.run("status", "--stale").output.contains("no record is stale"))
        #expect(try run("--json").output.contains(#""cached":2,"computed":0"#))
        #expect(try fixture.run("load", "Trial", "subject=2").output == "{\"start\":2}\n")
        #expect(try fixture.run("load", "Copy", "subject=2").output == "{\"onset\":2}\n")
    }

    @Test("A migration of what run has made leaves it nothing to do", arguments: [true, false])
    func outputMigrated(isLazy: Bool) throws {
        try fixture.write("schema.json", #"{"required":["start"]}"#)
        var arguments = ["migrate", "Copy", "--to", "0.1.0", "--with", "up.json"]
        if isLazy { arguments.append("--lazy") }
        #expect(try fixture.stemma.run(arguments, bytes: []).status == 0)
        try fixture.run("schema", "set", "Copy", "schema.json", "--schema-version", "0.1.0")
        let before = try fixture.content()
        #expect(try run("--json").output.contains(#""cached":2,"computed":0"#))
        #expect(try run("--dry-run", "--json").output.contains(#""upToDate":2"#))
        #expect(try fixture.content() == before)
        #expect(try fixture.run("load", "Copy", "subject=2").output == "{\"start\":2}\n")
    }

    @Test(
        "A result that was removed comes back in the form in which it was made, and is raised",
        arguments: [true, false])
    func removedResult(isLazy: Bool) throws {
        var arguments = ["migrate", "Copy", "--to", "0.1.0", "--with", "up.json"]
        if isLazy { arguments.append("--lazy") }
        #expect(try fixture.stemma.run(arguments, bytes: []).status == 0)
        try fixture.run("remove", "Copy", "subject=1")
        try fixture.run("commit", "-m", "removed")
        #expect(try run("--json").output.contains(#""cached":2,"computed":0"#))
        #expect(try fixture.run("list", "Copy", "subject=1", "--json").output.contains(#""pending":"0.1.0""#))
        #expect(try fixture.run("load", "Copy", "subject=1").output == "{\"start\":1}\n")
        try fixture.run("commit", "-m", "again")
        try fixture.run("revert", "HEAD~2")
        #expect(try fixture.run("load", "Copy", "subject=1").output == "{\"onset\":1}\n")
        #expect(try run("--json").output.contains(#""cached":2,"computed":0"#))
        #expect(try fixture.run("status").output.contains("nothing to commit"))
    }

    @Test("A lazy migration that is taken back by hand makes no false hit")
    func takenBack() throws {
        let settings = "results/variables/Trial/variable.json"
        let before = try fixture.read(settings)
        try migrate("--lazy")
        #expect(try run("--json").output.contains(#""computed":2"#))
        #expect(try fixture.run("load", "Copy", "subject=1").output == "{\"start\":1}\n")
        try fixture.write(settings, before)
        #expect(try fixture.run("load", "Trial", "subject=1").output == "{\"onset\":1}\n")
        #expect(try run("--json").output.contains(#""cached":2,"computed":0"#))
        #expect(try fixture.run("load", "Copy", "subject=1").output == "{\"onset\":1}\n")
    }

    @Test("What cannot be raised is told with a way to see it")
    func failing() throws {
        try fixture.run("save", "Trial", "subject=3", "--value", #"{"label":3}"#)
        try fixture.run("commit", "-m", "without onset")
        try migrate("--lazy")
        let result = try fixture.stemma.run(["load", "Trial", "subject=3"], bytes: [])
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(
            result.errors.contains("Trial subject=3 cannot be raised: 0.0.1 -> 0.1.0: /onset"), "\(result)")
        #expect(result.errors.contains("stemma load --as-stored"), "\(result)")
        #expect(try fixture.run("load", "Trial", "subject=3", "--as-stored").output == "{\"label\":3}\n")
        let report = try run("--json")
        #expect(report.status == 1 && report.output.contains(#""computed":2,"dryRun":false,"failed":1"#))
    }
}
