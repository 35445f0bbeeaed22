import TestSupport
import Testing

@testable import StemmaCLI

@Suite("Schemas, in commands")
struct SchemaCommandTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        try fixture.write(
            "trial.json",
            #"{"type":"object","required":["peak"],"properties":{"peak":{"minimum":0},"name":{"type":"string"}}}"#
        )
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

    @Test("Setting, saving, listing, showing, checking, inferring, comparing, reverting")
    func story() throws {
        try fixture.run("save", "Trial", "subject=1", "session=A", "--value", #"{"peak":1}"#)
        try fixture.run("commit", "-m", "first")
        expect(try shown("schema", "list"), is: "no schemas\n")
        expect(
            try shown("schema", "set", "Trial", "trial.json", "--schema-version", "0.2.0"),
            is: "set the schema 0.2.0 of Trial; records are saved under it\n")
        expect(
            try shown("schema", "set", "Trial", "trial.json", "--schema-version", "0.2"),
            is: "nothing changed: the schema 0.2.0 of Trial is that already\n")
        try fixture.write("old.json", "true")
        expect(
            try shown("schema", "set", "Trial", "old.json", "--schema-version", "0.1"),
            is: "set the schema 0.1 of Trial; records are saved under a newer one\n")
        expect(
            try shown("schema", "list", "Trial"),
            is: """
                Trial  0.1
                Trial  0.2.0  current

                """)
        expect(try shown("schema", "show", "Trial", "--schema-version", "0.1"), is: "true\n")
        expect(
            try shown("save", "Trial", "subject=2", "session=A", "--value", #"{"name":3}"#),
            is: """
                error: Trial subject=2 session=A is not what the schema 0.2.0 allows: the member "peak" is missing; /name: expected a string, found a number
                hint: mend the value, or the schema: stemma schema set
                => 1

                """)
        try fixture.run("save", "Trial", "subject=2", "session=A", "--value", #"{"peak":2,"name":"b"}"#)
        expect(try shown("variables"), is: "Trial  2 records  1 version  33 B  json  schema 0.2.0\n")
        expect(
            try shown("schema", "check", "Trial"),
            is: "no violations in 1 record; 1 record of versions without a schema\n")
        try fixture.run(
            "schema", "set", "Trial", "trial.json", "--schema-version", "0.2.0", "--validation", "warn")
        expect(
            try shown("save", "Trial", "subject=3", "session=A", "--value", #"{"peak":-1}"#),
            is: """
                8ceea7e47981b464aa807a519d7a0c6cc58afaaa17e0e1d79fd4045a1b968d69
                warning: Trial subject=3 session=A is not what the schema 0.2.0 allows: /peak: -1 is less than the minimum 0

                """)
        expect(
            try shown("schema", "check", "Trial", "--schema-version", "0.2"),
            is: """
                Trial subject=3 session=A (0.2.0): /peak: -1 is less than the minimum 0
                1 violation in 1 of 3 records
                => 1

                """)
        expect(
            try shown("diff", "--stat"),
            is: """
                2 added, 1 unchanged
                Trial  +2  ~0  -0

                schemas and settings
                +  variables/Trial/schemas/0.1.json
                +  variables/Trial/schemas/0.2.0.json
                ~  variables/Trial/variable.json

                """)
        try fixture.run("commit", "-m", "schema")
        try fixture.run("revert", "HEAD")
        expect(try shown("schema", "list"), is: "no schemas\n")
        expect(
            try shown("schema", "list", "--at", "HEAD~1"),
            is: """
                Trial  0.1
                Trial  0.2.0  current

                """)
        expect(
            try shown("schema", "show", "Trial"),
            is: """
                error: Trial has no schema
                hint: set one: stemma schema set
                => 1

                """)
    }

    @Test("Every object is documented; all violations of a payload stand before the error")
    func documented() throws {
        #expect(
            try json("schema", "set", "Trial", "trial.json", "--schema-version", "1") == [
                #"{"kind":"schema","current":true,"schema":"1","variable":"Trial"}"#,
                #"{"kind":"summary","set":true}"#,
            ])
        #expect(
            try json("schema", "list") == [
                #"{"kind":"schema","current":true,"schema":"1","variable":"Trial"}"#,
                #"{"kind":"summary","schemas":1}"#,
            ])
        let shown = try json("schema", "show", "Trial")
        #expect(shown.count == 2 && shown[0].contains(#""document":{"properties""#))
        let refused = try json(
            "save", "Trial", "subject=1", "session=A", "--value", #"{"peak":-1,"name":2}"#)
        #expect(
            refused.count == 3 && refused[0].contains(#""pointer":"/name""#)
                && refused[1].contains(#""keyword":"/properties/peak/minimum""#)
                && refused[2].contains(#""code":"schema-violation""#) && !refused[2].contains("violations"))
        try fixture.write("lines.jsonl", #"{"keys":{"subject":1},"value":[]}"# + "\n")
        let imported = try json("import", "Trial", "lines.jsonl")
        #expect(imported.count == 2 && imported[0].contains(#""rule":"type""#))
        #expect(imported[1].contains("lines.jsonl:1: Trial subject=1 is not what"))
        try fixture.run("schema", "set", "Trial", "trial.json", "--schema-version=1", "--validation=off")
        try fixture.run("import", "Trial", "lines.jsonl")
        let checked = try json("schema", "check", "Trial")
        #expect(
            checked == [
                #"{"kind":"violation","keys":{"subject":1},"keyword":"/type","message":"expected an object, found an array","pointer":"","rule":"type","schema":"1","variable":"Trial","version":{}}"#,
                #"{"kind":"summary","invalid":1,"records":1,"unchecked":0,"violations":1}"#,
            ])
        #expect(
            try json("schema", "infer", "Trial") == [
                #"{"kind":"schema","document":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array"},"variable":"Trial"}"#,
                #"{"kind":"summary","records":1,"skipped":0}"#,
            ])
        #expect(try json("variables")[0].contains(#""schema":"1""#))
        try fixture.run("commit", "-m", "first")
        try fixture.run("schema", "set", "Trial", "trial.json", "--schema-version=2")
        #expect(try json("diff").filter { $0.contains(#""kind":"file""#) }.count == 2)
        try fixture.run("commit", "-m", "second")
        try fixture.run("schema", "set", "Trial", "trial.json", "--schema-version=3")
        try fixture.run("commit", "-m", "third")
        let conflict = try json("revert", "HEAD~1")
        #expect(
            conflict.first
                == #"{"kind":"conflict","member":"schema","path":"results/variables/Trial/variable.json"}"#
                .replacing("results/", with: ""))
        #expect(conflict.last?.contains(#""code":"conflicts""#) == true)
    }

    @Test("A version in the payload is read by save and import")
    func versionField() throws {
        try fixture.run("schema", "set", "Trial", "trial.json", "--schema-version", "1")
        try fixture.run(
            "schema", "set", "Trial", "trial.json", "--schema-version", "2", "--version-field", "/v")
        try fixture.write(
            "lines.jsonl",
            #"{"keys":{"subject":1},"value":{"peak":1,"v":"1.0"}}"# + "\n"
                + #"{"keys":{"subject":2},"value":{"peak":1,"v":2}}"# + "\n")
        try fixture.run("import", "Trial", "lines.jsonl")
        #expect(try shown("list", "Trial", "--where", "schema = 1").hasPrefix("Trial subject=1 "))
        expect(
            try shown("save", "Trial", "subject=3", "session=A", "--value", #"{"peak":1,"v":"7"}"#),
            is: """
                error: Trial subject=3 session=A: the payload's /v: Trial has no schema version 7
                hint: it has: 0.0.1, 1, 2
                => 1

                """)
        try fixture.run(
            "schema", "set", "Trial", "trial.json", "--schema-version", "2", "--version-field", "")
        try fixture.run("save", "Trial", "subject=3", "session=A", "--value", #"{"peak":1,"v":"7"}"#)
    }

    @Test(
        "What is wrong with the command line is said, and exits with 2",
        arguments: [
            (["schema"], "set | show | list | infer | check"),
            (["schema", "shw"], "did you mean 'schema show'?"),
            (["schema", "--json"], "it is not said what to do"),
            (["schema", "set", "Trial", "trial.json"], "--schema-version"),
            (
                ["schema", "set", "Trial", "trial.json", "--schema-version", "v2"],
                "'v2' is not a schema version"
            ),
            (
                ["schema", "set", "Trial", "trial.json", "--schema-version", "2", "--validation", "loose"],
                "strict, warn or off"
            ),
            (
                ["schema", "set", "Trial", "trial.json", "--schema-version", "2", "--version-field", "v"],
                "--version-field"
            ),
            (["schema", "set", "Trial", "--schema-version", "2"], "FILE is missing"),
            (["schema", "check", "subject=1"], "VARIABLE"),
            (["schema", "show"], "VARIABLE is missing"),
            (["help", "schema", "nothing"], "there is no command 'schema nothing'"),
        ])
    func usage(words: [String], text: String) throws {
        let result = try fixture.stemma.run(words, bytes: [])
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains(text), "\(result)")
    }

    @Test("A file that is no schema is named")
    func noSchema() throws {
        try fixture.write("bad.json", #"{"type":"strin"}"#)
        try fixture.write("broken.json", "{")
        for (file, text) in [
            ("bad.json", "bad.json: the schema is invalid at /type"), ("broken.json", "broken.json: "),
            ("none.json", "none.json"),
        ] {
            let result = try fixture.stemma("schema", "set", "Trial", file, "--schema-version", "1")
            #expect(result.status == 1 && result.errors.contains(text), "\(result)")
        }
        let piped = try fixture.stemma(
            "schema", "set", "Trial", "-", "--schema-version", "1", input: "[]")
        #expect(piped.status == 1 && piped.errors.contains("standard input: the schema"), "\(piped)")
        #expect(try fixture.stemma("status").output.contains("Trial") == false)
    }

    @Test("Help is on the family, and on each of its commands; options may stand between their words")
    func help() throws {
        let family = try fixture.run("help", "schema").output
        #expect(family.contains("schema infer"))
        #expect(try fixture.run("schema", "--help").output == family)
        #expect(
            try fixture.run("help", "schema", "set").output
                == fixture.run("schema", "set", "--help").output)
        #expect(try fixture.run("--quiet", "schema", "--json", "list").lines.count == 1)
    }
}

@Suite("Commands of two words")
struct CommandNamesTests {
    private func command(_ name: String, _ options: [Option] = []) -> Command {
        Command(
            name: name, summary: "", positionals: [.any("WORD", .nothing, "")], options: options,
            discussion: [], examples: []
        ) { _, _ in .done }
    }

    private func parsed(_ line: String...) throws -> String {
        let parser = CommandLineParser(commands: [
            command("raise", [.flag("to", "")]), command("raise status"), command("list"),
        ])
        guard case .run(let command, let arguments) = try parser.parse(line) else { return "" }
        return "\(command.name): \(arguments.words.joined(separator: " "))"
    }

    @Test("The longer name is the one that is meant; a word that is a command too takes any other")
    func longest() throws {
        #expect(try parsed("raise", "status", "x") == "raise status: x")
        #expect(try parsed("raise", "Trial") == "raise: Trial")
        #expect(try parsed("raise", "--to", "status") == "raise: status")
        #expect(try parsed("raise") == "raise: ")
        #expect(try parsed("raise", "--", "status") == "raise: status")
        #expect(try parsed("list", "status") == "list: status")
    }
}
