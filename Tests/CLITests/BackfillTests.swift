import Stemma
import TestSupport
import Testing

@Suite("stemma backfill")
struct BackfillTests {
    private static let bandpass = "echo $(( $(cat $0) * $1 )) > $3"
    private static let rules = #"{"low":{"function":"bandpass","extract":"low"}}"#

    /// Three subjects in two steps; a fourth one that was not computed.
    private func study() throws -> StoreFixture {
        let fixture = try StoreFixture(keys: ["subject:integer"])
        for subject in 1...3 { try fixture.run("save", "Raw", "subject=\(subject)", "--value", "\(subject)") }
        try run(fixture)
        try fixture.run("save", "Power", "subject=9", "--value", "5")
        try fixture.run("commit", "-m", "first")
        try fixture.write("rules.json", Self.rules)
        return fixture
    }

    /// Runs the pipeline, and gives what it printed.
    @discardableResult
    private func run(_ fixture: StoreFixture) throws -> String {
        try fixture.run(
            "run", "bandpass", "-i", "x=Raw", "-c", "low=20", "-c", "high=450", "-o", "Filtered=y.json",
            "--for", "subject", "--", "sh", "-c", Self.bandpass, "{x}", "{low}", "{high}", "{Filtered}"
        ).output
            + fixture.run(
                "run", "power", "-i", "y=Filtered", "-o", "Power=p.json", "--for", "subject", "--", "cp",
                "{y}", "{Power}"
            ).output
    }

    private func versions(_ fixture: StoreFixture, _ variable: String = "Power") throws -> [String] {
        try fixture.run("list", variable).output.split(separator: "\n").map {
            String($0.split(separator: "  ")[0])
        }
    }

    @Test(
        "arg_N of a run counts its inputs and constants in the order of the options, which is no part of the call"
    )
    func argumentsOfRun() throws {
        let fixture = try StoreFixture(keys: ["subject:integer"])
        try fixture.run("save", "Raw", "subject=1", "--value", "7")
        func run(_ options: [String]) throws -> String {
            let command = ["sh", "-c", Self.bandpass, "{x}", "{low}", "{high}", "{Filtered}", "{band}"]
            return try fixture.stemma.run(
                ["run", "bandpass"] + options + ["-o", "Filtered=y.json", "--for", "subject", "--"] + command,
                bytes: []
            ).output
        }
        let options = ["-c", "low=20", "-i", "x=Raw", "-c", "high=450", "-c", "band=3"]
        #expect(try run(options) == "1 computed\n")
        try fixture.run("commit", "-m", "first")
        #expect(try run(["-i", "x=Raw", "-c", "band=3", "-c", "high=450", "-c", "low=20"]) == "1 cached\n")
        #expect(try fixture.run("status").output.contains("nothing to commit"))
        func infer(_ number: Int) throws -> (status: Int32, output: String) {
            try fixture.write("rules.json", #"{"e":{"function":"bandpass","extract":"arg_\#(number)"}}"#)
            let result = try fixture.stemma.run(
                ["backfill", "infer", "Filtered", "--rules", "rules.json", "--dry-run"], bytes: [])
            return (result.status, result.output)
        }
        for (number, value) in [(0, "20"), (2, "450"), (3, "3")] {
            let (status, output) = try infer(number)
            #expect(status == 0 && output.contains("e: none -> \(value)\n"), "arg_\(number): \(output)")
        }
        let input = try infer(1)
        #expect(input.status == 1 && input.output.contains("was given a result"), "\(input.output)")
        #expect(try infer(4).status == 1)
        try fixture.write("rules.json", #"{"e":{"function":"bandpass","extract":"arg_02"}}"#)
        let slip = try fixture.stemma.run(
            ["backfill", "infer", "Filtered", "--rules", "rules.json", "--dry-run"], bytes: [])
        #expect(slip.status == 1 && slip.output.contains("arg_02"), "\(slip)")
    }

    @Test("A dry run says what each record would get; the commit says so itself, and can be taken back")
    func infer() throws {
        let fixture = try study()
        let before = try fixture.content()
        let dry = try fixture.run("backfill", "infer", "Power", "--rules", "rules.json", "--dry-run")
        #expect(
            dry.output == """
                ~  Power subject=1  low: none -> 20
                ~  Power subject=2  low: none -> 20
                ~  Power subject=3  low: none -> 20
                3 would be updated, 1 skipped without lineage

                """)
        #expect(dry.errors == "warning: 1 record without lineage is skipped, such as Power subject=9\n")
        #expect(try fixture.content() == before)
        let done = try fixture.run("backfill", "infer", "Power", "--rules", "rules.json", "-m", "Say low")
        #expect(
            try Masked(done.output, in: fixture).description == """
                [main <commit 2>] Say low
                3 updated, 1 skipped without lineage

                """)
        #expect(try fixture.run("log", "--json").output.contains(#""operation":"backfill""#))
        let difference = try fixture.run("diff", "HEAD~1..HEAD").output
        #expect(difference.contains(#"version  Power  {} -> {"low":20}  3 direct"#), "\(difference)")
        #expect(difference.contains("~ subject=1 low=20  version  --version '{}' -> low=20"))
        for step in ["after", "reverted"] {
            #expect(try run(fixture).filter { $0 == "c" }.count > 0)
            #expect(try run(fixture) == "3 cached\n3 cached\n", "\(step)")
            #expect(try fixture.run("status").output.hasSuffix("nothing to commit\n"), "\(step)")
            #expect(try fixture.run("status", "--stale").output.contains("no record is stale"), "\(step)")
            if step == "after" { try fixture.run("revert", "HEAD") }
        }
        #expect(try fixture.content() == before)
    }

    @Test("What reads a backfilled input is neither stale nor run again")
    func input() throws {
        let fixture = try study()
        let set = try fixture.run("backfill", "set", "Filtered", "--set", "gain=2")
        #expect(set.output.hasSuffix("3 updated\n"))
        let content = try fixture.content()
        #expect(try run(fixture) == "3 cached\n3 cached\n")
        #expect(try fixture.content() == content)
        #expect(try fixture.run("status", "--stale").output.contains("no record is stale"))
        #expect(try versions(fixture, "Filtered").first == "Filtered subject=1 gain=2 high=450 low=20")
    }

    @Test("Filters, a whole version, several entries, and entries that go")
    func set() throws {
        let fixture = try study()
        try fixture.run("backfill", "set", "Power", "subject=2", "--set", "a=1", "--set", "b=\"1\"")
        #expect(
            try versions(fixture) == [
                "Power subject=1", #"Power subject=2 a=1 b='"1"'"#, "Power subject=3", "Power subject=9",
            ])
        try fixture.run("backfill", "set", "Power", "--version", "{}", "--set", "c=x")
        try fixture.run("backfill", "set", "Power", "c=x", "--unset", "c", "--set", "a=2")
        #expect(
            try versions(fixture) == [
                "Power subject=1 a=2", #"Power subject=2 a=1 b='"1"'"#, "Power subject=3 a=2",
                "Power subject=9 a=2",
            ])
        let none = try fixture.run("backfill", "set", "Power", "a=2", "--set", "a=2")
        #expect(none.output == "3 left alone\n")
        #expect(
            try fixture.run("backfill", "set", "Power", "a=9", "--set", "b=2").output
                == "nothing to do: no such record\n")
    }

    @Test(
        "A record that fails leaves all as they are, and the exit code is 1; others go on with --skip-failed")
    func failing() throws {
        let fixture = try study()
        try fixture.run("save", "Raw", "subject=7", "--value", "1")
        try fixture.run(
            "run", "power", "-i", "y=Raw", "-o", "Power=p.json", "--for", "subject=7", "--", "cp", "{y}",
            "{Power}")
        try fixture.run("commit", "-m", "more")
        let before = try fixture.content()
        let failed = try fixture.stemma.run(
            ["backfill", "infer", "Power", "--rules", "rules.json"], bytes: [])
        #expect(failed.status == 1)
        #expect(
            failed.output == """
                !  Power subject=7  no call in its lineage tells 'low'
                3 would be updated, 1 skipped without lineage, 1 failed; nothing was changed

                """)
        #expect(try fixture.content() == before)
        let rest = try fixture.run(
            "backfill", "infer", "Power", "--rules", "rules.json", "--skip-failed", "--json")
        let lines = rest.output.split(separator: "\n").map(String.init)
        try Documented.check(lines)
        #expect(
            lines.last
                == #"{"kind":"summary","committed":true,"dryRun":false,"failed":1,"joined":0,"skipped":1,"skippedBecause":{"no-lineage":1},"updated":3}"#
        )
    }

    @Test("Every way to fail is told, for people and for programs")
    func reasons() throws {
        let fixture = try study()
        func report(_ rules: String) throws -> String {
            try fixture.write("other.json", rules)
            let line = ["backfill", "infer", "Power", "subject=1", "--rules", "other.json"]
            let json = try fixture.stemma.run(line + ["--json"], bytes: [])
            try Documented.check(json.output.split(separator: "\n").map(String.init))
            #expect(json.output.hasPrefix(#"{"kind":"backfill","#))
            return try fixture.stemma.run(line, bytes: []).output.split(separator: "\n").map(String.init)
                .first ?? ""
        }
        #expect(
            try report(#"{"x":{"function":"bandpass","extract":"none"}}"#)
                == "!  Power subject=1  no call in its lineage tells 'x': bandpass, 2 steps up has no parameter 'none'"
        )
        #expect(
            try report(#"{"x":{"function":"power","extract":"y"}}"#)
                == "!  Power subject=1  'x' cannot be told: 'y' of power, 1 step up was given a result, and no constant"
        )
        // Of a program the inputs come first, then the constants, both by name.
        #expect(
            try fixture.run(
                "backfill", "infer", "Power", "subject=1", "--rules", "rules.json", "--agree", "--dry-run",
                "--json"
            ).output.split(separator: "\n").first
                == #"{"kind":"backfill","keys":{"subject":1},"status":"updated","to":{"low":20},"variable":"Power","version":{}}"#
        )
        try fixture.run("save", "Gain", "subject=1", "a=1", "b=1", "--value", "1")
        try fixture.run("save", "Gain", "subject=1", "a=1", "b=2", "--value", "2")
        try fixture.run("commit", "-m", "gains")
        let collision = try fixture.stemma.run(
            ["backfill", "set", "Gain", "--unset", "b", "--json"], bytes: [])
        try Documented.check(collision.output.split(separator: "\n").map(String.init))
        #expect(collision.status == 1 && collision.output.contains(#""reason":"collision""#))
        let text = try fixture.stemma.run(["backfill", "set", "Gain", "--unset", "b"], bytes: []).output
        #expect(
            text.hasPrefix(
                "!  Gain subject=1 a=1 b=1  it would stand where Gain subject=1 a=1 b=2 does, with another payload\n"
            ))
    }

    @Test("Refuses while there are uncommitted changes, and says how to go on")
    func uncommitted() throws {
        let fixture = try study()
        try fixture.run("save", "Raw", "subject=8", "--value", "1")
        let refused = try fixture.stemma.run(
            ["backfill", "infer", "Power", "--rules", "rules.json"], bytes: [])
        #expect(refused.status == 1)
        #expect(
            refused.errors == """
                error: backfill needs a store without uncommitted changes
                hint: commit them first: stemma commit -m TEXT

                """)
    }

    @Test(
        "What cannot be understood is refused before anything is looked at",
        arguments: [
            (["backfill"], 2, "backfill"), (["backfill", "set", "Power"], 2, "not said which entries"),
            (["backfill", "set", "Power", "--set", "a"], 2, "NAME=VALUE"),
            (["backfill", "set", "Power", "--set", "a=1", "--set", "a=2"], 2, "given twice"),
            (["backfill", "set", "Power", "--set", "a=1", "--unset", "a"], 2, "both name 'a'"),
            (["backfill", "set", "subject=1", "--set", "a=1"], 2, "variable"),
            (["backfill", "infer", "Power"], 2, "not said how to infer"),
            (["backfill", "infer", "Power", "--rules", "rules.json", "--nearest", "--agree"], 2, "--agree"),
            (["backfill", "infer", "Power", "--rules", "nowhere.json"], 1, "nowhere.json"),
            (["backfill", "infer", "Power", "--rules", "bad.json"], 1, "bad.json: the rules for 'x'"),
            (["backfill", "infer", "Power", "--rules", "key.json"], 1, "subject"),
            (["backfill", "set", "Power", "--set", "subjet=1"], 1, "one letter away from the key 'subject'"),
            (["backfill", "set", "Power", "--set", "subject=1"], 1, "'subject'"),
            (["backfill", "set", "Nothing", "--set", "a=1"], 1, "no variable 'Nothing'"),
            (["backfill", "set", "Power", "--set", "a=1", "-m", " "], 1, "message"),
        ])
    func refused(line: [String], status: Int32, text: String) throws {
        let fixture = try study()
        try fixture.write("bad.json", #"{"x":{"function":"f","extrakt":"a"}}"#)
        try fixture.write("key.json", #"{"subject":{"function":"f","extract":"a"}}"#)
        let content = try fixture.content()
        let result = try fixture.stemma.run(line, bytes: [])
        #expect(result.status == status, "\(result)")
        #expect(result.errors.contains(text), "\(result.errors)")
        #expect(try fixture.content() == content)
    }

    @Test("--force sets an entry whose name looks like a slip")
    func forced() throws {
        let fixture = try study()
        try fixture.run("backfill", "set", "Power", "subject=1", "--set", "subjet=1", "--force")
        #expect(try versions(fixture).first == "Power subject=1 subjet=1")
    }
}
