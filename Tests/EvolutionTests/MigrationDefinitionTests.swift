import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import TestSupport
import Testing

@Suite("Definitions of migrations")
struct MigrationDefinitionTests {
    private func definition(_ text: String) throws -> MigrationDefinition {
        try MigrationDefinition(try JSONParser.parse(text))
    }

    /// What is wrong with a definition, and where.
    static let problems: [(text: String, pointer: String, problem: String)] = [
        ("[]", "", "expected an object, found an array"),
        (#"{"from":"1","up":[]}"#, "", "'to' is missing"),
        (#"{"from":"1","to":2,"up":[]}"#, "/to", "expected a version, found a number"),
        (#"{"from":"1","to":"2.x","up":[]}"#, "/to", "'2.x' is not a schema version"),
        (#"{"from":"1.0","to":"1","up":[]}"#, "/to", "it goes up from 1.0 to 1, which is not later"),
        (#"{"from":"1","to":"2"}"#, "", "'up' is missing"),
        (#"{"from":"1","to":"2","up":[],"note":1}"#, "/note", "a migration has no member 'note'"),
        (
            #"{"from":"1","to":"2","up":{"run":"x"}}"#, "/up",
            #"expected a list of operations, {"program": ...} or {"swift": ...}"#
        ),
        (
            #"{"from":"1","to":"2","up":{"program":"a | b"}}"#, "/up/program",
            "'|' means something to a shell only, and there is none between"
        ),
        (
            #"{"from":"1","to":"2","up":{"program":"a 'b"}}"#, "/up/program",
            "a quote or backslash in the command has no end"
        ),
        (
            #"{"from":"1","to":"2","up":{"program":["a",1]}}"#, "/up/program/1",
            "expected a word of a command, found a number"
        ),
        (#"{"from":"1","to":"2","up":{"program":" "}}"#, "/up/program", "the command names no program"),
        (#"{"from":"1","to":"2","up":{"swift":""}}"#, "/up/swift", "expected the name of a closure"),
    ]

    /// What is wrong with an operation, and where in it.
    static let operationProblems: [(operation: String, pointer: String, problem: String)] = [
        ("3", "", "expected an object, found a number"),
        (#"{"at":"/a"}"#, "", "'op' is missing"),
        (#"{"op":"replace"}"#, "/op", "there is no operation 'replace'"),
        (#"{"op":"add","at":"/a","value":1,"path":1}"#, "/path", "'add' has no member 'path'"),
        (
            #"{"op":"add","at":"/a"}"#, "",
            "'value' is missing; only with a place in 'keep' can it be left out"
        ),
        (#"{"op":"add","at":"a","value":1}"#, "/at", "'a' is not a JSON pointer: it does not begin with '/'"),
        (
            #"{"op":"add","at":"/a~3","value":1}"#, "/at",
            "'/a~3' is not a JSON pointer: '~' is followed by none of 0, 1 and 2"
        ),
        (#"{"op":"add","at":"/a/*","value":1}"#, "/at", "'/a/*' does not end in the name of a member"),
        (#"{"op":"add","at":"","value":1}"#, "/at", "the whole value does not end in the name of a member"),
        (
            #"{"op":"add","at":"/a","value":1,"optional":1}"#, "/optional",
            "'optional' is neither true nor false"
        ),
        (#"{"op":"remove","at":"/a","keep":true}"#, "/keep", "'keep' is neither a pointer nor false"),
        (
            #"{"op":"remove","at":"/t/*/a","keep":"/old/a"}"#, "/keep",
            "'/old/a' and '/t/*/a' have to be the same up to the last *, so that each element keeps its own"
        ),
        (
            #"{"op":"remove","at":"/a","keep":"/a/old"}"#, "/keep",
            "'/a/old' is not apart from '/a', so that one would overwrite the other"
        ),
        (
            #"{"op":"remove","at":"/a","default":1,"defaultFrom":"/b"}"#, "",
            "'default' and 'defaultFrom' exclude one another"
        ),
        (#"{"op":"copy","from":"","to":"/b"}"#, "/from", "the whole value is not apart from '/b'"),
        (#"{"op":"copy","from":"/t/0/a","to":"/t/*/a"}"#, "/from", "'/t/0/a' is not apart from '/t/*/a'"),
        (
            #"{"op":"rename","at":"/a","to":"/b"}"#, "/to",
            "'to' is the new name alone; 'move' goes to another place"
        ),
        (#"{"op":"rename","at":"/a","to":"a"}"#, "/to", "the new name is the old one"),
        (
            #"{"op":"move","from":"/t/*/a","to":"/s/*/a"}"#, "/to",
            "'/t/*/a' and '/s/*/a' have to be the same up to the last *, so that each element stays itself"
        ),
        (#"{"op":"move","from":"/a","to":"/a"}"#, "/to", "it leads to where the value is already"),
        (
            #"{"op":"move","from":"","to":"/a","optional":true}"#, "/optional",
            "it cannot be optional to put a value into another"
        ),
        (#"{"op":"cast","at":"/a","to":"float"}"#, "/to", "there is no type 'float' of scalars"),
        (
            #"{"op":"cast","at":"/a","from":"string","to":"string"}"#, "/to",
            "it is the type that the value has already"
        ),
        (
            #"{"op":"cast","at":"/a","to":"string","lenient":true}"#, "/lenient",
            "only numbers have other spellings"
        ),
        (
            #"{"op":"map","at":"/a","values":3}"#, "/values",
            "'values' is neither an object nor a list of pairs"
        ),
        (#"{"op":"map","at":"/a","values":[[1,2],[1]]}"#, "/values/1", "expected a pair [old, new]"),
        (#"{"op":"map","at":"/a","values":[[1,2],[1.0,3]]}"#, "/values/1", "1 is mapped twice"),
        (#"{"op":"map","at":"/a","values":{},"others":"go"}"#, "/others", #"'others' is not "stay""#),
        (#"{"op":"split","at":"/a","by":""}"#, "/by", "the separator is empty"),
        (#"{"op":"split","at":"/a","by":" ","to":["/b","/c"]}"#, "/to", "'split' has no member 'to'"),
        (
            #"{"op":"split","from":"/a","by":" ","to":["/b"]}"#, "/to",
            "'to' is not a list of two or more pointers"
        ),
        (
            #"{"op":"join","to":"/a","by":" ","from":["/b",1]}"#, "/from/1",
            "expected a pointer, found a number"
        ),
        (
            #"{"op":"split","from":"/a","by":" ","to":["/b","/b/c"]}"#, "/to/1",
            "'/b/c' is not apart from '/b'"
        ),
        (
            #"{"op":"split","from":"","by":" ","to":["/b","/c"]}"#, "/from",
            "the whole value has no name: 'move' can give it one"
        ),
        (
            #"{"op":"set","at":"/*","value":1}"#, "",
            "there is no place beside '/*' to keep a value: 'keep' has to name one"
        ),
        (
            #"{"op":"restore","at":"/a","value":1,"keep":false}"#, "/keep",
            "'keep' is false, so that there is nothing to restore"
        ),
    ]

    @Test(
        "what is no definition is refused, with the place and the reason",
        arguments: problems
            + operationProblems.map {
                (
                    #"{"from":"1","to":"2","up":[{"op":"rename","at":"/x","to":"y"},\#($0.operation)]}"#,
                    "/up/1" + $0.pointer, $0.problem
                )
            })
    func problem(text: String, pointer: String, problem: String) {
        let error = #expect(throws: StemmaError.self) { try definition(text) }
        #expect(error?.code == .invalidMigration && error?.fields["pointer"] == pointer)
        #expect(
            error?.message == "the migration is invalid\(pointer.isEmpty ? "" : " at \(pointer)"): \(problem)"
        )
    }

    @Test("An operation of a written way back has its place there")
    func placeInDown() {
        let error = #expect(throws: StemmaError.self) {
            try definition(#"{"from":"1","to":"2","up":[],"down":[{"op":"x"}]}"#)
        }
        #expect(error?.fields["pointer"] == "/down/0/op")
    }

    @Test("The digest is that of the canonical JSON and a newline, whatever the spelling")
    func digest() throws {
        let one = try definition(#"{"from":"1","to":"2","up":[{"op":"rename","at":"/a","to":"b"}]}"#)
        let other = try definition(
            #"{ "up": [{"to":"b", "op":"rename", "at":"/\u0061"}], "to":"2", "from":"1" }"#)
        #expect(one == other && one.digest == other.digest)
        let canonical = #"{"from":"1","to":"2","up":[{"at":"/a","op":"rename","to":"b"}]}"# + "\n"
        #expect(one.digest == Digest.of(Array(canonical.utf8)))
        #expect(try MigrationDefinition(text: one.fileContent) == one)
        #expect(one.fileName == "1--2.json")
        #expect(one.hasDown && one.derivesDown && one.obstacle == nil)
        #expect(one.derivedDown?.description == #"[{"at":"/b","op":"rename","to":"a"}]"#)
        let written = try definition(#"{"from":"1","to":"2","up":[],"down":[]}"#)
        #expect(written.hasDown && !written.derivesDown && written.derivedDown == nil)
        #expect(written != one)
    }

    /// Operations that nothing undoes, and why.
    static let obstacles: [(operation: String, reason: String)] = [
        (
            #"{"at":"/a","keep":false,"op":"remove"}"#,
            "what it removes is not kept, and no default says what to put in its place"
        ),
        (#"{"at":"/a","keep":false,"op":"set","value":1}"#, "what it replaces is not kept"),
        (#"{"at":"/a","op":"cast","to":"string"}"#, "it does not say from which type values are cast"),
        (
            #"{"at":"/a","from":"string","lenient":true,"op":"cast","to":"number"}"#,
            "it takes every spelling of a number, and one remains"
        ),
        (#"{"at":"/a","op":"map","values":[["x",1],["y",1]]}"#, "it maps several values to the same one"),
        (#"{"at":"/a","default":0,"op":"map","values":[["x",1]]}"#, "its default may stand for any value"),
        (
            #"{"at":"/a","keep":"/b","op":"restore","value":1}"#,
            "it leaves values for which nothing was kept as they are"
        ),
    ]

    @Test(
        "Where no way back can be derived, the definition says which operation is in the way",
        arguments: obstacles)
    func obstacle(operation: String, reason: String) throws {
        let up = #"[{"op":"rename","at":"/x","to":"y"},\#(operation)]"#
        let definition = try definition(#"{"from":"1","to":"2","up":\#(up)}"#)
        #expect(!definition.hasDown && definition.derivedDown == nil)
        let obstacle = try #require(definition.obstacle)
        #expect(obstacle.pointer.description == "/up/1" && obstacle.reason == reason)
        #expect(obstacle.operation.description == operation)
        let written = try self.definition(#"{"from":"1","to":"2","up":\#(up),"down":[]}"#)
        #expect(written.hasDown && written.obstacle == nil)
    }

    @Test("Programs and closures are ways too, whose way back must be written")
    func otherWays() throws {
        let program = try definition(
            #"{"from":"1","to":"2","up":{"program":"python3 'my up.py' \"a\\\"b\" c\\ d \"\""},"down":{"program":["./down"]}}"#
        )
        #expect(program.hasDown && !program.isDeclarative)
        guard case .program(let up) = program.up, case .program(let down)? = program.down else {
            Issue.record("no programs")
            return
        }
        #expect(up.words == ["python3", "my up.py", #"a"b"#, "c d", ""] && down.words == ["./down"])
        let oneWay = try definition(#"{"from":"1","to":"2","up":{"program":"up"}}"#)
        #expect(!oneWay.hasDown && oneWay.obstacle?.reason == "only operations can be turned round")
        let closure = try MigrationDefinition(
            from: SchemaVersion("1"), to: SchemaVersion("2"), closure: "Fit", hasDown: true)
        #expect(
            closure.json.description == #"{"down":{"swift":"Fit"},"from":"1","to":"2","up":{"swift":"Fit"}}"#)
        #expect(try MigrationDefinition(closure.json) == closure)
    }

    @Test("A derived way back is a list of operations that a definition can have")
    func derivedIsReadable() throws {
        var random = RandomMigration(seed: 7)
        var count = 0
        for _ in 0..<2_000 {
            let up: JSONValue = [random.operation()]
            guard let definition = try? MigrationDefinition(["from": "1", "to": "2", "up": up]),
                let down = definition.derivedDown
            else { continue }
            count += 1
            let read = try MigrationDefinition(["from": "1", "to": "2", "up": down])
            #expect(read.up.json == down)
        }
        #expect(count > 300)
    }
}
