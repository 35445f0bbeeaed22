import TestSupport
import Testing

@Suite("Output for programs")
struct OutputTests {
    @Test("Every object that a command prints is documented, and every documented kind can be met")
    func documented() throws {
        let fixture = try StoreFixture()
        var lines: [String] = []
        func run(
            _ words: String..., arguments more: [String] = ["--json"], input: String = "", status: Int32 = 0
        ) throws {
            let arguments = words + more
            let result = try fixture.stemma.run(arguments, bytes: Array(input.utf8))
            #expect(result.status == status, "\(arguments): \(result)")
            lines += result.lines
            // All but list end with a summary, or with an error.
            if arguments[0] != "list", let last = result.lines.last {
                #expect(
                    last.hasPrefix(status == 0 || status == 4 ? #"{"kind":"summary""# : #"{"kind":"error""#),
                    "\(result)")
            }
        }
        try run("init")
        try run("save", "Mean", "subject=1", "session=A", "window=5", "--value", "3.25")
        try run("save", "Raw", "subject=1", "session=A", "--value", "[1,2,3]")
        try run("import", "Mean", "-", input: #"{"keys":{"subject":2,"session":"A"},"value":4}"#)
        try run("list")
        try run("variables")
        try run("status")
        try run("commit", "-m", "first")
        try run("save", "Mean", "subject=1", "session=A", "window=5", "--value", "3.5")
        try run("diff")
        try run("diff", "--stat")
        try run("diff", "--summary")
        try run("commit", "-m", "second")
        try run("log")
        try run("show", "Mean", "subject=1", "session=A")
        try run("load", "Raw", "subject=1", "session=A", "-o", "copy")
        try run("load", "Raw", "subject=7", "session=A", "-o", "copy", status: 1)
        try run("revert", "HEAD~1", status: 3)
        try run("revert", "HEAD")
        try run("backfill", "set", "Mean", "--set", "unit=mV", "--dry-run")
        try run("remove", "Mean", "subject=2", "--dry-run")
        try run("remove", "Mean", "subject=2")
        let command = ["-c", "n=1", "-o", "Out=o.txt", "--for", "subject=1"]
        try run(
            "run", "f", "-i", "a=Raw@session=A", "--json", arguments: command + ["--", "cp", "{a}", "{Out}"])
        try run(
            "run", "f", "-n", "-i", "a=Raw@session=B", "--json",
            arguments: command + ["--", "cp", "{a}", "{Out}"])
        try run(
            "run", "f", "-i", "a=Raw@session=B", "--json", arguments: command + ["--", "cp", "{a}", "{Out}"])
        try run("show", "Out", "subject=1")
        try run("show", "--function", "f")
        try run("why", "Out", "subject=1")
        try run("save", "Raw", "subject=1", "session=A", "--value", "[4]")
        try run("status", "--stale")
        try fixture.write("schema.json", #"{"type":"number"}"#)
        try run("schema", "set", "Mean", "schema.json", "--schema-version", "0.1.0")
        try run("save", "Mean", "subject=1", "session=A", "--value", "true", status: 1)
        try run("diff")
        try run("save", "Trial", "subject=1", "session=A", "--value", #"{"onset":1}"#)
        try run("commit", "-m", "third")
        try fixture.write(
            "up.json", #"{"from":"0.0.1","to":"0.1.0","up":[{"op":"rename","at":"/onset","to":"start"}]}"#)
        try run("migrate", "Trial", "--to", "0.1.0", "--with", "up.json", "--lazy")
        try run("status")
        try run("migrate", "status", "Trial")
        try fixture.write(
            "next.json",
            #"{"from":"0.1.0","to":"0.2.0","up":[{"op":"cast","at":"/start","from":"string","to":"number"}]}"#
        )
        let failing = ["migrate", "Trial", "--to", "0.2.0", "--with", "next.json", "--dry-run", "--json"]
        lines += try fixture.stemma.run(failing, bytes: []).lines
        try run("save", "Loose", "subject=1", "session=A", "--value", #"{"onset":1}"#)
        try run("schema", "set", "Loose", "schema.json", "--schema-version", "0.1.0", "--validation", "warn")
        try run("commit", "-m", "fourth")
        try run("migrate", "Loose", "--to", "0.1.0", "--with", "up.json")
        try run("rename", "Loose", "Free")
        try run("diff", "HEAD~1..HEAD")
        try run("forget", "--function", "f")
        try run("lineage")
        try run("stats")
        try run("fsck")
        try run("gc")
        let page = "results/records/Mean/subject=1/page.jsonl"
        try fixture.write("results/local/pending/1", "")
        try fixture.write(page, fixture.read(page) + "{\n")
        try run("status")
        try run("fsck", status: 4)
        try Documented.check(lines)

        let met = Set(lines.compactMap { $0.firstMatch(of: /^{"kind":"([a-z-]+)"/).map { String($0.1) } })
        // What cannot be explained needs damage; CauseTests meet it.
        let unmet = try Set(Documented.kinds().keys).subtracting(met)
        #expect(unmet == ["unexplained"])
    }

    @Test("The examples of Docs/Output.md are what the grammar says")
    func examples() throws {
        let examples = try Documented.text().split(separator: "\n").filter { $0.hasPrefix("{\"kind\"") }.map(
            String.init)
        #expect(examples.count > 20)
        try Documented.check(examples)
    }

    @Test("Options that ask for JSON count wherever they stand, also for errors of the command line")
    func usageErrors() throws {
        let stemma = Program(in: "/")
        let wanted =
            #"{"kind":"error","code":"usage","hint":"did you mean 'list'?","message":"there is no command 'lsit'"}"#
        #expect(try stemma("lsit", "--json").lines == [wanted])
        #expect(try stemma("--json", "lsit").lines == [wanted])
        #expect(try stemma("lsit").output.isEmpty)
        #expect(
            try stemma("--json", "lsit").errors
                == "error: there is no command 'lsit'\nhint: did you mean 'list'?\n")
    }

    @Test("There is no colour where there is no terminal, and on a terminal only where it may be")
    func color() throws {
        let fixture = try StoreFixture(keys: [])
        try fixture.run("save", "V", "a=1", "--value", "1")
        #expect(try !fixture.run("diff").output.contains("\u{1B}"))
        func onTerminal(_ command: String) throws -> String {
            try fixture.stemma.with(["TERM": "xterm"]).shell("script -qec '\(command)' /dev/null").output
        }
        #expect(try onTerminal("stemma diff").contains("\u{1B}[32m+ a=1\u{1B}[0m"))
        #expect(try !onTerminal("NO_COLOR=1 stemma diff").contains("\u{1B}"))
        #expect(try !onTerminal("TERM=dumb stemma diff").contains("\u{1B}"))
        #expect(try !onTerminal("stemma diff --json").contains("\u{1B}"))
    }

    @Test("On a terminal every phase of a long import is told as it begins, and the line is taken away")
    func progress() throws {
        let fixture = try StoreFixture(keys: [])
        try fixture.write("lines", #"{"value":1}"# + "\n")
        // Long enough after the program has begun to read, which it does into a file of its own.
        let slowly =
            "cat lines; for i in $(seq 100); do [ -z \"$(ls -A results/local/tmp 2> /dev/null)\" ] || break; sleep 0.1; done; sleep 0.6; echo"
        func onTerminal(_ options: String) throws -> String {
            try fixture.stemma.with(["TERM": "xterm"]).shell(
                "script -qec '(\(slowly)) | stemma import V - \(options)' /dev/null"
            ).output
        }
        let shown = try onTerminal("").split(separator: "\r\u{1B}[K")
        #expect(
            shown == [
                "reading standard input: 13 B", "importing: 13 B of 13 B, 100%", "writing records: 1",
                "saved 1 record\r\n",
            ])
        #expect(try onTerminal("--quiet") == "")
    }

    @Test("What is stored cannot act on the terminal")
    func controlCharacters() throws {
        let fixture = try StoreFixture(keys: ["name"])
        try fixture.run(
            "save", "V", "name=\u{1B}[31mred\u{7}", "mode=\u{1B}]0;x\u{7}", "--value", #""\u001b[2J""#)
        try fixture.git.commit([:], "subject \u{1B}[31m")
        for command in [
            ["list"], ["diff", "HEAD"], ["log"], ["show", "V", "name=\u{1B}[31mred\u{7}"],
            ["load", "V", "name=\u{1B}"],
        ] {
            let result = try fixture.stemma.run(command, bytes: [])
            #expect(
                !(result.output + result.errors).unicodeScalars.contains {
                    $0.value == 0x1B || $0.value == 7
                }, "\(command)")
        }
    }
}
