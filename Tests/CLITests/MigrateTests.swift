import Foundation
import TestSupport
import Testing

@Suite("stemma migrate")
struct MigrateTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(keys: ["subject:integer"])
        for subject in 1...3 {
            try fixture.run("save", "Trial", "subject=\(subject)", "--value", #"{"onset":\#(subject)}"#)
        }
        try fixture.run("save", "Trial", "subject=4", "--value", #"{"onset":"late"}"#)
        try fixture.run("commit", "-m", "old form")
        try fixture.write(
            "up.json",
            #"{"from":"0.0.1","to":"0.1.0","up":[{"op":"cast","at":"/onset","from":"number","to":"string"}]}"#
        )
        try fixture.write(
            "next.json",
            #"{"from":"0.1.0","to":"0.2.0","up":[{"op":"rename","at":"/onset","to":"start"}]}"#)
    }

    private func shown(_ arguments: String...) throws -> String {
        let result = try fixture.stemma.run(arguments, bytes: [])
        let code = result.status == 0 ? "" : "=> \(result.status)\n"
        return try Masked(result.output + result.errors + code, in: fixture).description
    }

    private func json(_ arguments: String...) throws -> [String] {
        let lines = try fixture.stemma.run(arguments + ["--json"], bytes: []).lines
        try Documented.check(lines)
        return lines
    }

    @Test("A definition that is given lets no stored one run the same interpreter")
    func stranger() throws {
        try fixture.write(
            "stranger.json", #"{"from":"0.0.1","to":"0.1.0","up":{"program":"sh -c 'touch taken; cat'"}}"#)
        try fixture.write(
            "own.json", #"{"from":"0.1.0","to":"0.2.0","up":{"program":"sh up.sh"}}"#)
        try fixture.write("up.sh", "cat")
        try fixture.run("migrate", "define", "Trial", "stranger.json")
        try fixture.run("commit", "-m", "from a stranger")
        let result = try fixture.stemma.run(
            ["migrate", "Trial", "--to", "0.2.0", "--with", "own.json"], bytes: [])
        #expect(
            result.status != 0
                && result.errors.contains("0.0.1 -> 0.1.0, which is stored, runs the program 'sh'"))
        #expect(!FileManager.default.fileExists(atPath: fixture.path("taken")))
        // Said so, it runs.
        try fixture.run("migrate", "Trial", "--to", "0.2.0", "--with", "own.json", "--allow-program", "sh")
        #expect(FileManager.default.fileExists(atPath: fixture.path("taken")))
    }

    @Test("Another definition of the same step is refused, and the stored one stays")
    func conflict() throws {
        try fixture.run("migrate", "define", "Trial", "up.json")
        try fixture.run("commit", "-m", "stored")
        let before = try fixture.content()
        try fixture.write(
            "other.json", #"{"from":"0.0.1","to":"0.1.0","up":[{"op":"rename","at":"/onset","to":"start"}]}"#)
        for arguments in [
            ["migrate", "define", "Trial", "other.json"],
            ["migrate", "Trial", "--to", "0.1.0", "--with", "other.json"],
        ] {
            let result = try fixture.stemma.run(arguments + ["--json"], bytes: [])
            #expect(result.status != 0 && result.output.contains("migration-conflict"), "\(result)")
        }
        #expect(try fixture.content() == before)
        try fixture.run("migrate", "define", "Trial", "up.json")
    }

    private func mend() throws {
        try fixture.run("save", "Trial", "subject=4", "--value", #"{"onset":4}"#)
        try fixture.run("commit", "-m", "mended")
    }

    @Test("A dry run lists what fails; what fails leaves everything as it was; what is mended is one commit")
    func story() throws {
        let before = try fixture.content()
        let failing = """
            0.0.1 -> 0.1.0  4 records
            ! Trial subject=4: 0.0.1 -> 0.1.0: /onset "late" is not exactly a number that a string stands for (operation /up/0)

            """
        expect(
            try shown("migrate", "Trial", "--to", "0.1.0", "--with", "up.json", "--dry-run"),
            is: failing + "3 records would be migrated, 1 record failed\n=> 1\n")
        expect(
            try shown("migrate", "Trial", "--to", "0.1.0", "--with", "up.json"),
            is: failing + "3 records would be migrated, 1 record failed; nothing was changed\n=> 1\n")
        #expect(try fixture.content() == before)
        try mend()
        expect(
            try shown("migrate", "Trial", "--to", "0.1.0", "--with", "up.json", "-m", "Onsets are text"),
            is: """
                0.0.1 -> 0.1.0  4 records
                [main <commit 3>] Onsets are text
                4 records migrated

                """)
        expect(try shown("load", "Trial", "subject=4"), is: #"{"onset":"4"}"# + "\n")
        expect(
            try shown("migrate", "Trial", "--to", "0.1"),
            is: """
                0.1.0  4 records already
                4 records up to date; nothing to commit

                """)
        expect(
            try shown("migrate", "status", "Trial"),
            is: """
                  0.0.1  0 records  no schema
                  0.1.0  4 records  no schema  current

                  0.0.1 -> 0.1.0  applied  operations  <commit 3> <time> Onsets are text

                """)
        try fixture.run("revert", "HEAD")
        expect(try shown("load", "Trial", "subject=4"), is: #"{"onset":4}"# + "\n")
    }

    @Test("What fails can be passed over, and is listed")
    func skipping() throws {
        expect(
            try shown("migrate", "Trial", "--to", "0.1.0", "--with", "up.json", "--skip-invalid"),
            is: """
                0.0.1 -> 0.1.0  4 records
                ! Trial subject=4: 0.0.1 -> 0.1.0: /onset "late" is not exactly a number that a string stands for (operation /up/0)
                [main <commit 2>] Migrate Trial to 0.1.0
                3 records migrated, 1 record failed

                """)
        #expect(try json("migrate", "status", "Trial").last?.contains(#""behind":1"#) == true)
    }

    @Test("Every object is documented")
    func documented() throws {
        _ = try json("migrate", "Trial", "--to", "0.1.0", "--with", "up.json")
        try mend()
        _ = try json("migrate", "define", "Trial", "up.json", "next.json")
        try fixture.run("commit", "-m", "defined")
        _ = try json("migrate", "status")
        _ = try json("migrate", "Trial", "--to", "0.2.0", "--lazy", "--keep-downstream")
        _ = try json("migrate", "status", "Trial")
        _ = try json("migrate", "--rewrite", "Trial")
        try fixture.write("schema.json", #"{"properties":{"start":{"enum":["1"]}}}"#)
        try fixture.run(
            "schema", "set", "Trial", "schema.json", "--schema-version", "0.2.0", "--validation", "warn")
        try fixture.run("commit", "-m", "schema")
        #expect(try json("migrate", "Trial", "--to", "0.1.0").count { $0.contains("migration-warning") } == 3)
    }

    @Test("Lazily only the declaration is committed, and rewriting makes it real")
    func lazy() throws {
        try mend()
        expect(
            try shown("migrate", "define", "Trial", "up.json", "next.json"),
            is: """
                stored the migration of Trial from 0.0.1 to 0.1.0
                stored the migration of Trial from 0.1.0 to 0.2.0

                """)
        expect(
            try shown("migrate", "define", "Trial", "up.json"),
            is: "nothing changed: the migration of Trial from 0.0.1 to 0.1.0 is that already\n")
        expect(
            try shown("migrate", "Trial", "--to", "0.2.0"),
            is: """
                error: migrate needs a store without uncommitted changes
                hint: commit them first: stemma commit -m TEXT
                => 1

                """)
        try fixture.run("commit", "-m", "definitions")
        expect(
            try shown("migrate", "Trial", "--to", "0.2.0", "--lazy"),
            is: """
                0.0.1 -> 0.1.0 -> 0.2.0  4 records
                [main <commit 4>] Migrate Trial to 0.2.0
                4 records will be raised when they are read

                """)
        expect(
            try shown("migrate", "rewrite", "Trial"),
            is: """
                0.0.1 -> 0.1.0 -> 0.2.0  4 records
                [main <commit 5>] Rewrite Trial as it is read
                4 records migrated

                """)
        expect(try shown("load", "Trial", "subject=1"), is: #"{"start":"1"}"# + "\n")
    }

    @Test("A program migrates, there and back; one that is stored has to be allowed")
    func program() throws {
        expect(
            try shown(
                "migrate", "Trial", "--to", "0.1.0", "--program", "sed s/onset/start/", "--down-program",
                "sed s/start/onset/"),
            is: """
                0.0.1 -> 0.1.0  4 records
                [main <commit 2>] Migrate Trial to 0.1.0
                4 records migrated

                """)
        expect(try shown("load", "Trial", "subject=4"), is: #"{"start":"late"}"# + "\n")
        expect(
            try shown("migrate", "Trial", "--to", "0.0.1"),
            is: """
                error: the migration 0.1.0 -> 0.0.1, which is stored, runs the program 'sed'
                hint: look at it, and allow it: --allow-program NAME
                => 1

                """)
        try fixture.run("migrate", "Trial", "--to", "0.0.1", "--allow-program", "sed")
        expect(try shown("load", "Trial", "subject=4"), is: #"{"onset":"late"}"# + "\n")
        let before = try fixture.content()
        expect(
            try shown("migrate", "Trial", "--to", "0.3.0", "--program", "head -n 1"),
            is: """
                error: answer 2 of head is missing: it ended after 1 of 4
                hint: it has to write one line of JSON for each line that it reads, in the same order
                => 1

                """)
        #expect(try fixture.content() == before)
    }

    @Test("A program migrates from the version that records are of, also where the new schema was set before")
    func schemaFirst() throws {
        try fixture.write("schema.json", #"{"required":["start"]}"#)
        try fixture.run("schema", "set", "Trial", "schema.json", "--schema-version", "0.1.0")
        try fixture.run("commit", "-m", "schema")
        try fixture.run("migrate", "Trial", "--to", "0.1.0", "--program", "sed s/onset/start/")
        expect(try shown("schema", "check", "Trial"), is: "no violations in 4 records\n")
        expect(
            try shown("migrate", "Trial", "--to", "0.1.0", "--program", "sed s/onset/start/"),
            is: """
                error: Trial is at the version 0.1.0: --program makes the migration to a later one
                hint: no record is of an older version
                => 1

                """)
    }

    @Test(
        "What is lacking or does not go together is wrong usage; what is not known is said with what there is"
    )
    func usage() throws {
        for arguments in [
            ["migrate", "Trial"], ["migrate"], ["migrate", "Trial", "--to", "x"],
            ["migrate", "Trial", "--rewrite", "--to", "0.1.0"],
            ["migrate", "Trial", "--to", "0.1.0", "--down-program", "cat"],
            ["migrate", "Trial", "--to", "0.1.0", "--program", "cat", "--lazy"],
            ["migrate", "define", "Trial"],
        ] {
            #expect(try fixture.stemma.run(arguments, bytes: []).status == 2, "\(arguments)")
        }
        expect(
            try shown("migrate", "Trial", "--to", "0.4.0"),
            is: """
                error: no schema and no migration has the schema version 0.4.0
                hint: there are: 0.0.1
                => 1

                """)
        try fixture.write("bad.json", #"{"from":"0.0.1","to":"0.1.0","up":[{"op":"jump"}]}"#)
        expect(
            try shown("migrate", "define", "Trial", "bad.json"),
            is: """
                error: bad.json: the migration is invalid at /up/0/op: there is no operation 'jump'
                hint: there are: add, copy, remove, rename, move, cast, map, split, join, set, restore
                => 1

                """)
    }

    @Test("A variable that is called as a command of the family is migrated all the same")
    func called() throws {
        try fixture.run("save", "status", "subject=1", "--value", #"{"onset":1}"#)
        try fixture.run("commit", "-m", "a variable of that name")
        try fixture.run("migrate", "--to", "0.1.0", "--with", "up.json", "status")
        expect(try shown("load", "status", "subject=1"), is: #"{"onset":"1"}"# + "\n")
    }

    @Test("Variables, second words and versions are completed")
    func completion() throws {
        try fixture.run("migrate", "define", "Trial", "up.json")
        let words = try fixture.run("__complete", "--", "migrate", "").output.split(separator: "\n")
        #expect(
            words.map { $0.split(separator: "\t")[0] } == ["define", "status", "rewrite", "Trial"])
        let versions = try fixture.run("__complete", "--", "migrate", "Trial", "--to", "").output
        #expect(versions == "0.0.1\n0.1.0\n")
    }
}
