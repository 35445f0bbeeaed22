import Foundation
import TestSupport
import Testing

/// What a user can get wrong: each gets a clear error, an exit code, and a store that is as it was.
@Suite("Bad input")
struct BadInputTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        try fixture.run("save", "Mean", "subject=1", "session=A", "low=20", "--value", "1")
        try fixture.run("save", "Mean", "subject=1", "session=A", "low=30", "--value", "2")
        try fixture.run("save", "Mean", "subject=2", "session=B", "--value", "[1,2,3]")
        try fixture.run("commit", "-m", "the beginning")
    }

    /// Runs a command that is to fail, and expects what it says, its exit code, and that nothing has changed.
    private func refuses(
        _ arguments: [String], input: String = "", status: Int32 = 1, says wanted: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try fixture.content()
        let result = try fixture.stemma.run(arguments, bytes: Array(input.utf8))
        expect(result.errors, is: wanted, sourceLocation: sourceLocation)
        #expect(result.status == status, sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, sourceLocation: sourceLocation)
        #expect(try fixture.content() == before, "the store has changed", sourceLocation: sourceLocation)
        #expect(try fixture.git("status", "--porcelain", "results").isEmpty, sourceLocation: sourceLocation)
    }

    @Test("An unknown type of a key")
    func keyType() throws {
        try refuses(
            ["init", "results", "--key", "trial:int"],
            says: """
                error: 'int' is not a type that the key 'trial' can have
                hint: one of: integer, number, string, boolean

                """)
    }

    @Test("A value that does not fit its key")
    func keyValue() throws {
        try refuses(
            ["save", "Mean", "subject=1.5", "session=A", "--value", "1"],
            says: "error: 1.5 does not fit the key 'subject', which is declared integer\n")
        try refuses(
            ["save", "Mean", "subject=01", "session=A", "--value", "1"],
            says: """
                error: "01" does not fit the key 'subject', which is declared integer
                hint: a number is written so: subject=1

                """)
        try refuses(
            ["import", "Mean", "-"], input: #"{"keys":{"subject":"1","session":"A"},"value":1}"#,
            says: """
                error: standard input:1: "1" does not fit the key 'subject', which is declared integer
                hint: nothing was imported

                """)
    }

    @Test("Malformed JSON, also as a payload and in an import")
    func json() throws {
        try fixture.write("bad.json", "{\"a\": 1,\n \"b\" 2}")
        try refuses(
            ["save", "Mean", "subject=3", "session=A", "-f", "bad.json"],
            says: "error: bad.json: malformed JSON at byte 14, line 2: expected ':', found '2'\n")
        try refuses(
            ["save", "Mean", "subject=3", "session=A", "--value", "high"],
            says: """
                error: --value: malformed JSON at byte 0: expected a value, found 'h'
                hint: a string needs double quotes inside the shell's: --value '"text"'

                """)
        try refuses(
            ["import", "Mean", "-"],
            input: "{\"keys\":{\"subject\":7,\"session\":\"A\"},\"value\":1}\n{\"keys\":",
            says: """
                error: standard input:2: malformed JSON at byte 8: expected a value, found the end
                hint: nothing was imported

                """)
    }

    @Test("NaN and integers beyond 2^53 are refused, wherever they stand")
    func numbers() throws {
        for place in [["--value", "NaN"], ["--value", "[1,Infinity]"], ["low=1e999", "--value", "1"]] {
            let result = try fixture.stemma.run(
                ["save", "Mean", "subject=3", "session=A"] + place, bytes: [])
            #expect(result.status == 1 && result.output.isEmpty, "\(place): \(result)")
        }
        let hint =
            "hint: write it as a string, or with a decimal point or exponent if the nearest double is meant\n"
        try refuses(
            ["save", "Mean", "subject=3", "session=A", "--value", "9007199254740993"],
            says:
                "error: --value: integer 9007199254740993 at byte 0 is beyond 2^53, so a JSON number may not hold it exactly\n"
                + hint)
        try refuses(
            ["save", "Mean", "subject=3", "session=A", "low=-9007199254740993", "--value", "1"],
            says:
                "error: integer -9007199254740993 at byte 0 is beyond 2^53, so a JSON number may not hold it exactly\n"
                + hint)
        #expect(
            try fixture.run("save", "Mean", "subject=3", "session=A", "--value", "9007199254740992").status
                == 0)
    }

    @Test("Malformed npy and csv, with the place in the file")
    func arrays() throws {
        try fixture.write("bad.npy", "no array at all")
        try fixture.write("bad.csv", "a,b\n1,2\n3\n")
        try refuses(
            ["save", "Raw", "subject=1", "session=A", "-f", "bad.npy"],
            says: "error: bad.npy: malformed npy at byte 0: the file does not begin with \\x93NUMPY\n")
        let csv = try fixture.stemma("save", "Raw", "subject=1", "session=A", "-f", "bad.csv")
        #expect(csv.errors.hasPrefix("error: bad.csv: ") && csv.errors.contains("line 3"), "\(csv)")
        // Without the claim that it is an array, it is what it is.
        #expect(
            try fixture.run("save", "Raw", "subject=1", "session=A", "-f", "bad.npy", "--format", "bytes")
                .status == 0)
    }

    @Test("A file that is not there, or is a directory")
    func files() throws {
        try refuses(
            ["save", "Mean", "subject=3", "session=A", "--file", "gone.json"],
            says: "error: cannot open gone.json: no such file or directory\n")
        try refuses(
            ["import", "Mean", "gone.jsonl"],
            says: "error: cannot read gone.jsonl: no such file or directory\n")
        try refuses(["import", "Mean", "."], says: "error: cannot read .: is a directory\n")
        try refuses(
            ["import", "Mean", "-"], input: #"{"keys":{"subject":7,"session":"A"},"file":"gone.npy"}"#,
            says: """
                error: standard input:1: cannot open ./gone.npy: no such file or directory
                hint: nothing was imported

                """)
        try refuses(
            ["load", "Mean", "subject=2", "session=B", "-o", "gone/file"],
            says: "error: cannot write gone/file: no such file or directory\n")
        try refuses(["-C", "gone", "list"], says: "error: cannot enter gone: no such file or directory\n")
    }

    @Test("Names that differ only in case, and names that are no names")
    func names() throws {
        try refuses(
            ["save", "mean", "subject=3", "session=A", "--value", "1"],
            says: """
                error: the variable 'mean' differs only in case from 'Mean'
                hint: some file systems cannot hold both; use 'Mean' or another name

                """)
        let rule = "hint: a letter or _, then letters, digits, _, - or . (ASCII), at most 128 bytes\n"
        for (name, shown) in [
            ("a/b", "a/b"), ("..", ".."), ("../../etc", "../../etc"), ("a\u{1}b", "a\\u{1}b"), ("é", "é"),
            ("", ""),
            (".hidden", ".hidden"), ("a b", "a b"),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 80) + "..."),
        ] {
            try refuses(
                ["save", name, "subject=3", "session=A", "--value", "1"],
                says: "error: '\(shown)' is not a valid name of a variable\n" + rule)
            if name.isEmpty { continue }
            try refuses(
                ["save", "Mean", "subject=3", "session=A", "\(name)=1", "--value", "1"],
                says: "error: '\(shown)' is not a valid name of a version entry\n" + rule)
            try refuses(
                ["init", "other", "--key", name],
                says: "error: '\(shown)' is not a valid name of a key\n" + rule)
        }
        try refuses(
            ["import", "Mean", "-"],
            input: #"{"keys":{"subject":7,"session":"A"},"version":{"a\u0000b":1},"value":1}"#,
            says: "error: standard input:1: 'a\\u{0}b' is not a valid name of a version entry\n"
                + "hint: nothing was imported; " + rule.dropFirst(6))
    }

    @Test("Addresses that are probably slips, unless --force insists")
    func slips() throws {
        try refuses(
            ["save", "Mean", "low=20", "--value", "1"],
            says: """
                error: Mean is addressed with no key at all
                hint: this store's keys are: subject, session; --force saves it without any

                """)
        try refuses(
            ["save", "Mean", "subject=1", "sesion=A", "--value", "1"],
            says: """
                error: the version entry 'sesion' is one letter away from the key 'session'
                hint: write session=... for the key; --force saves it as a version entry

                """)
        #expect(try fixture.run("save", "Mean", "low=20", "--value", "1", "--force").status == 0)
        #expect(try fixture.run("load", "Mean", "low=20").output == "1\n")
    }

    @Test("A load that matches several variants lists them; one that matches none names the nearest")
    func loads() throws {
        try refuses(
            ["load", "Mean", "subject=1", "session=A"],
            says: """
                error: 2 variants match Mean subject=1 session=A: low=20; low=30
                hint: name version entries until one is left

                """)
        let none = try fixture.stemma("load", "Mean", "subject=1", "session=B")
        #expect(none.status == 1)
        #expect(
            none.errors.hasPrefix("error: there is no Mean subject=1 session=B\nhint: the nearest: "),
            "\(none)")
        try refuses(
            ["load", "Mean", "subject=1", "session=A", "--version", "{}"],
            says: """
                error: there is no Mean subject=1 session=A with exactly the version {}
                hint: the variants there: low=20; low=30

                """)
        try refuses(
            ["load", "Maen", "subject=1"],
            says: "error: there is no variable 'Maen'\nhint: did you mean 'Mean'?\n")
        try refuses(
            ["load", "@ffff"], says: "error: no payload's digest starts with ffff\n")
    }

    @Test("An unknown revision, with the nearest that there is")
    func revisions() throws {
        for arguments in [
            ["list", "--at", "mian"], ["diff", "mian.."], ["revert", "mian"], ["log", "--at", "mian"],
        ] {
            try refuses(arguments, says: "error: unknown revision 'mian'\nhint: did you mean 'main'?\n")
        }
        try fixture.git("branch", "Mean")
        try refuses(
            ["diff", "Mean"], status: 2,
            says: """
                error: 'Mean' is a revision and a variable
                hint: write 'Mean --' for the revision, '-- Mean' for the variable

                """)
        #expect(try fixture.run("diff", "Mean", "--").status == 0)
        #expect(try fixture.run("diff", "--", "Mean").status == 0)
    }

    @Test("Two lines of one address in an import, named by their numbers")
    func duplicateLines() throws {
        let line = #"{"keys":{"subject":9,"session":"A"},"version":{"low":1},"value":1}"#
        let same = #"{"version":{"low":1.0},"value":2,"keys":{"session":"A","subject":9}}"#
        try refuses(
            ["import", "Mean", "-"], input: "\(line)\n\n\(line.replacing("9", with: "8"))\n\(same)\n",
            says: """
                error: standard input: lines 1 and 4 both are Mean subject=9 session=A low=1
                hint: nothing was imported; delete one of them

                """)
    }

    @Test(
        "A line of an import that is no record",
        arguments: [
            ("[1]", "it is not a JSON object"), ("{}", "it has neither 'value' nor 'file'"),
            (#"{"value":1,"file":"x"}"#, "it has both 'value' and 'file'"),
            (#"{"vlaue":1}"#, "unknown member 'vlaue'"), (#"{"file":1}"#, "'file' is not a string"),
            (#"{"value":1,"format":"npy"}"#, "a 'value' is json; another 'format' needs a 'file'"),
            (#"{"value":1,"format":"xml"}"#, "'xml' is no format"),
            (#"{"value":1,"keys":[]}"#, "'keys' is not"),
            (#"{"value":1,"keys":{"subject":[1]}}"#, "'subject' in 'keys' is not a scalar"),
        ])
    func importLines(line: String, problem: String) throws {
        let before = try fixture.content()
        let result = try fixture.stemma(
            "import", "Mean", "-", input: "{\"keys\":{\"subject\":5},\"value\":1}\n\(line)\n")
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("error: standard input:2: \(problem)"), "\(result)")
        #expect(try fixture.content() == before)
    }

    @Test("Nothing to commit is no error, and is said")
    func nothingToCommit() throws {
        #expect(try fixture.run("commit", "-m", "nothing").output == "nothing to commit\n")
        #expect(
            try fixture.run("commit", "-m", "nothing", "--json").output
                == "{\"kind\":\"summary\",\"committed\":false}\n")
        #expect(try fixture.git("rev-list", "--count", "HEAD") == "1")
    }

    @Test(
        "Wrong usage exits with 2 and looks at nothing",
        arguments: [
            ["lsit"], ["list", "--nope"], ["save"], ["save", "Mean", "subject=3"], ["commit"], ["remove"],
            ["save", "Mean", "subject=3", "--value", "1", "--file", "x"], ["load", "Mean", "x"],
            ["list", "--limit", "-1"],
            ["--wait", "soon", "list"], ["revert"], ["completion", "tcsh"], ["diff", "--stat", "--full"],
            ["diff", "HEAD", "HEAD"], ["save", "Mean", "subject=3", "-", "--format", "xml"],
            ["list", "--where", "low =="],
            ["load", "@abcd", "x=1"], ["load", "Mean", "subject=2", "session=B", "--json"],
            ["list", "--where", "lwo = 1"],
        ])
    func usage(arguments: [String]) throws {
        let before = try fixture.content()
        let result = try fixture.stemma.run(arguments, bytes: [])
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.hasPrefix("error: "))
        #expect(try fixture.content() == before)
    }
}
