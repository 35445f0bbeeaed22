import TestSupport
import Testing

/// One store from its beginning, with what a person sees at each step.
@Suite("A store, told in commands")
struct StoryTests {
    private func shown(_ fixture: StoreFixture, _ arguments: String...) throws -> String {
        let result = try fixture.stemma.run(arguments, bytes: [])
        let code = result.status == 0 ? "" : "=> \(result.status)\n"
        return try Masked(result.output + result.errors + code, in: fixture).description
    }

    @Test("init says what it made, and on a store that is there what it put right")
    func initialize() throws {
        let directory = try TemporaryDirectory()
        let stemma = Program(in: directory.path)
        expect(
            try stemma("init", "--key", "subject:integer", "--key=session").output,
            is: """
                made a git repository in \(directory.path)
                made the store \(directory.path)/results, with the keys subject:integer, session:string

                """)
        expect(
            try stemma("init").output,
            is:
                "nothing to do: \(directory.path)/results is a store already, with the keys subject:integer, session:string\n"
        )
        expect(
            try stemma.shell("rm results/.gitignore && stemma init -k trial:integer").output,
            is: """
                added the key trial
                wrote .gitignore again

                """)
        #expect(try stemma("init", "other", "--json").lines.count == 1)
    }

    @Test("Saving, looking, committing, changing, comparing, reverting")
    func story() throws {
        let fixture = try StoreFixture()
        try fixture.write("a.csv", "t,v\n0,1\n")
        expect(
            try shown(fixture, "save", "Mean", "subject=1", "session=01", "window=5", "--value", "3.25"),
            is: "ca2d95623826d240ff5b1f836e1da7bfbbf926bfd80fbf747396570d366fae27\n")
        expect(
            try shown(fixture, "save", "Mean", "subject=1", "session=01", "window=5", "--value", "3.250"),
            is: """
                ca2d95623826d240ff5b1f836e1da7bfbbf926bfd80fbf747396570d366fae27
                nothing changed: Mean subject=1 session=01 window=5 has it

                """)
        try fixture.run("save", "Mean", "subject=12", "session=B", "window=25", "--value", #""high pass""#)
        try fixture.run("save", "Raw", "subject=1", "session=01", "--file", "a.csv")
        expect(
            try shown(fixture, "list"),
            is: """
                Mean subject=1 session=01 window=5   json   5 B  ca2d95623826  = 3.25
                Mean subject=12 session=B window=25  json  12 B  52ff539e7224  = "high pass"
                Raw subject=1 session=01             csv    8 B  a15167f58d1c

                """)
        expect(
            try shown(fixture, "variables"),
            is: """
                Mean  2 records  2 versions  17 B  json
                Raw   1 record   1 version    8 B  csv

                """)
        expect(
            try shown(fixture, "status"),
            is: """
                on branch main, which has no commit yet
                  Mean  2 added
                  Raw   1 added
                  .gitattributes
                  .gitignore
                  stemma.json
                  variables/Mean/variable.json
                  variables/Raw/variable.json
                commit it with: stemma commit -m TEXT

                """)
        expect(
            try shown(fixture, "commit", "-m", "first results"),
            is: """
                [main <commit 1>] first results
                records: 3 added; 9 files

                """)
        expect(try shown(fixture, "commit", "-m", "again"), is: "nothing to commit\n")
        expect(try shown(fixture, "status"), is: "on branch main\nnothing to commit\n")

        try fixture.run("save", "Mean", "subject=1", "session=01", "window=5", "--value", "3.5")
        try fixture.run("save", "Raw", "subject=2", "session=01", "--value", "[1,2,3]")
        expect(try shown(fixture, "remove", "Mean", "subject=12"), is: "removed 1 record\n")
        expect(try shown(fixture, "remove", "Mean", "subject=12"), is: "nothing to remove\n")
        expect(
            try shown(fixture, "diff"),
            is: """
                1 added, 1 changed, 1 removed, 1 unchanged

                causes
                  data  Mean subject=1 session=01 window=5  3.25 -> 3.5  1 direct
                  data  Mean                                gone         1 direct  Mean subject=12 session=B window=25
                  data  Raw                                 new          1 direct  Raw subject=2 session=01

                Mean
                ~ subject=1 session=01 window=5   content, size, value  3.25 -> 3.5
                - subject=12 session=B window=25                        "high pass"
                Raw
                + subject=2 session=01  9c6bc7ac937d

                """)
        expect(
            try shown(fixture, "diff", "--stat"),
            is: """
                1 added, 1 changed, 1 removed, 1 unchanged
                Mean  +0  ~1  -1
                Raw   +1  ~0  -0

                """)
        expect(
            try shown(fixture, "diff", "Raw", "--summary"),
            is: """
                1 added, 1 unchanged

                causes
                  data  Raw  new  1 direct  Raw subject=2 session=01

                """)
        expect(
            try shown(fixture, "diff", "Mean", "subject=1", "--full"),
            is: """
                1 changed

                causes
                  data  Mean subject=1 session=01 window=5  3.25 -> 3.5  1 direct

                - {"content":"ca2d95623826d240ff5b1f836e1da7bfbbf926bfd80fbf747396570d366fae27","format":"json","keys":{"session":"01","subject":1},"size":5,"value":3.25,"variable":"Mean","version":{"window":5}}
                + {"content":"a5c0dfc64d745c1bff4a4f6397214178e1597fc224cdb21bb7783e556ed8493f","format":"json","keys":{"session":"01","subject":1},"size":4,"value":3.5,"variable":"Mean","version":{"window":5}}

                """)
        try fixture.run("commit", "-m", "second results")
        expect(
            try shown(fixture, "log"),
            is: """
                <commit 2>  <time>  +1  ~1  -1  second results
                <commit 1>  <time>  +3  ~0  -0  first results

                """)
        expect(
            try shown(fixture, "log", "Raw", "subject=1"),
            is: "<commit 1>  <time>  +1  ~0  -0  first results\n")
        expect(
            try shown(fixture, "show", "Mean", "subject=1", "session=01"),
            is: """
                Mean subject=1 session=01 window=5
                  value    3.5
                  format   json
                  size     4 B
                  content  a5c0dfc64d745c1bff4a4f6397214178e1597fc224cdb21bb7783e556ed8493f
                  stored   line
                  lineage  none: it was not computed here
                history
                  <commit 2>  <time>  changed  second results
                  <commit 1>  <time>  added    first results

                """)
        expect(
            try shown(fixture, "revert", "HEAD"),
            is: """
                [main <commit 3>] Revert "second results"
                records: 1 added, 1 changed, 1 removed; 4 files

                """)
        expect(try shown(fixture, "diff", "HEAD~2..HEAD"), is: "no differences in 3 records\n")
        expect(try shown(fixture, "revert", "HEAD~1"), is: "nothing of it is left to undo\n")
        expect(
            try shown(fixture, "stats"),
            is: """
                Mean  2 records  17 B
                Raw   1 record    8 B
                on disk
                  packs  1  101 B  with 1 object
                  pages  3  513 B  with 3 records
                3 records: 25 B of payloads take 614 B on disk

                """)
        expect(try shown(fixture, "fsck", "--deep"), is: "no damage in 3 records, 1 object, 101 B read\n")
        expect(try shown(fixture, "gc"), is: "nothing to remove\n")
        #expect(try fixture.git("status", "--porcelain") == "?? a.csv")
    }

    @Test("A revert that meets later changes lists them, changes nothing, and does it when a side is chosen")
    func conflict() throws {
        let fixture = try StoreFixture(keys: [])
        for value in ["1", "2", "3"] {
            try fixture.run("save", "V", "a=1", "--value", value)
            try fixture.run("commit", "-m", "value \(value)")
        }
        let before = try fixture.content()
        let result = try fixture.stemma("revert", "HEAD~1")
        #expect(result.status == 3)
        #expect(result.output == "!  V a=1\n")
        #expect(
            result.errors.hasPrefix(
                "error: 1 record changed again after that commit: V a=1\nhint: --ours keeps"))
        #expect(try fixture.content() == before)
        #expect(try fixture.git("rev-list", "--count", "HEAD") == "3")
        expect(try shown(fixture, "revert", "HEAD~1", "--ours"), is: "nothing of it is left to undo\n")
        try fixture.run("revert", "HEAD~1", "--theirs")
        #expect(try fixture.run("load", "V").output == "1\n")
    }
}
