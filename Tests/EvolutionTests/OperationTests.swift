import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Operations of migrations")
struct OperationTests {
    /// An operation, a value, and what becomes of it.
    struct Case: CustomStringConvertible, Sendable {
        let operation: String
        let value: String
        let result: String

        init(_ operation: String, _ value: String, _ result: String) {
            (self.operation, self.value, self.result) = (operation, value, result)
        }

        var description: String { "\(operation) \(value)" }
    }

    static func definition(_ operations: String) throws -> MigrationDefinition {
        try MigrationDefinition(["from": "0.1", "to": "0.2", "up": try JSONParser.parse(operations)])
    }

    static func apply(_ definition: MigrationDefinition, isDown: Bool = false, to value: String) throws
        -> String
    {
        let step = MigrationStep(definition, isDown: isDown)
        let path = MigrationPath(from: step.from, to: step.to, steps: [step])
        return try Migration(path).apply(to: try JSONParser.parse(value)).description
    }

    static let ofMembers: [Case] = [
        Case(#"{"op":"add","at":"/unit","value":"bpm"}"#, #"{"a":1}"#, #"{"a":1,"unit":"bpm"}"#),
        Case(
            #"{"op":"add","at":"/trials/*/ok","value":true}"#, #"{"trials":[{},{"n":1}]}"#,
            #"{"trials":[{"ok":true},{"n":1,"ok":true}]}"#),
        Case(
            #"{"op":"add","at":"/*/ok","value":true}"#, #"{"x":{},"y":{}}"#,
            #"{"x":{"ok":true},"y":{"ok":true}}"#),
        Case(#"{"op":"add","at":"/fit/unit","value":1,"optional":true}"#, #"{"fit":null}"#, #"{"fit":null}"#),
        Case(#"{"op":"add","at":"/a","value":1}"#, #"{"_added":{"a":2}}"#, #"{"a":2}"#),
        Case(#"{"op":"add","at":"/a","keep":"/k/a"}"#, #"{"k":{"a":2,"b":3}}"#, #"{"a":2,"k":{"b":3}}"#),
        Case(#"{"op":"copy","from":"/a","to":"/b"}"#, #"{"a":[1]}"#, #"{"a":[1],"b":[1]}"#),
        Case(
            #"{"op":"copy","from":"/unit","to":"/t/*/unit"}"#, #"{"t":[{},{}],"unit":"V"}"#,
            #"{"t":[{"unit":"V"},{"unit":"V"}],"unit":"V"}"#),
        Case(#"{"op":"remove","at":"/a"}"#, #"{"a":1,"b":2}"#, #"{"_removed":{"a":1},"b":2}"#),
        Case(
            #"{"op":"remove","at":"/t/*/a"}"#, #"{"t":[{"a":1},{"a":2,"b":3}]}"#,
            #"{"t":[{"_removed":{"a":1}},{"_removed":{"a":2},"b":3}]}"#),
        Case(
            #"{"op":"remove","at":"/t/*/a","keep":"/t/*/old/a"}"#, #"{"t":[{"a":1}]}"#,
            #"{"t":[{"old":{"a":1}}]}"#),
        Case(#"{"op":"remove","at":"/a","keep":"/attic/v1/a"}"#, #"{"a":1}"#, #"{"attic":{"v1":{"a":1}}}"#),
        Case(#"{"op":"remove","at":"/a","default":1}"#, #"{"a":1,"b":2}"#, #"{"b":2}"#),
        Case(#"{"op":"remove","at":"/a","default":1}"#, #"{"a":5}"#, #"{"_removed":{"a":5}}"#),
        Case(#"{"op":"remove","at":"/b","defaultFrom":"/a"}"#, #"{"a":1,"b":1}"#, #"{"a":1}"#),
        Case(#"{"op":"remove","at":"/a","optional":true}"#, #"{"b":2}"#, #"{"b":2}"#),
        Case(
            #"{"op":"rename","at":"/t/0/a","to":"b"}"#, #"{"t":[{"a":1},{"a":2}]}"#,
            #"{"t":[{"b":1},{"a":2}]}"#),
        Case(#"{"op":"move","from":"/slope","to":"/fit/slope"}"#, #"{"slope":2}"#, #"{"fit":{"slope":2}}"#),
        Case(
            #"{"op":"move","from":"/fit/slope","to":"/slope"}"#, #"{"fit":{"slope":2}}"#, #"{"slope":2}"#),
        Case(#"{"op":"move","from":"/a","to":"/a/value"}"#, #"{"a":2}"#, #"{"a":{"value":2}}"#),
        Case(#"{"op":"move","from":"","to":"/value"}"#, "61.5", #"{"value":61.5}"#),
        Case(#"{"op":"move","from":"/value","to":""}"#, #"{"value":61.5}"#, "61.5"),
        Case(#"{"op":"move","from":"/*","to":"/*/v"}"#, "[1,2]", #"[{"v":1},{"v":2}]"#),
    ]

    static let ofValues: [Case] = [
        Case(#"{"op":"cast","at":"","to":"string"}"#, "1.50", #""1.5""#),
        Case(#"{"op":"cast","at":"/*","to":"number"}"#, #"["1.5",true,2,"1e+21"]"#, "[1.5,1,2,1e+21]"),
        Case(#"{"op":"cast","at":"","to":"number","lenient":true}"#, #""1.50""#, "1.5"),
        Case(#"{"op":"cast","at":"/*","to":"boolean"}"#, #"[0,1,"true",false]"#, "[false,true,true,false]"),
        Case(#"{"op":"cast","at":"/*","to":"integer"}"#, #"["-7",3,true]"#, "[-7,3,1]"),
        Case(#"{"op":"cast","at":"/a","to":"string","optional":true}"#, #"{"a":null}"#, #"{"a":null}"#),
        Case(#"{"op":"map","at":"/h","values":{"l":"left","r":"right"}}"#, #"{"h":"l"}"#, #"{"h":"left"}"#),
        Case(#"{"op":"map","at":"/*","values":[[1,"one"],[null,0]]}"#, "[1,null]", #"["one",0]"#),
        Case(#"{"op":"map","at":"/*","values":{"a":1},"default":0}"#, #"["a","b"]"#, "[1,0]"),
        Case(#"{"op":"map","at":"/*","values":{"a":"b"},"others":"stay"}"#, #"["a","c"]"#, #"["b","c"]"#),
        Case(
            #"{"op":"split","from":"/name","by":" ","to":["/first","/last"]}"#, #"{"name":"Ada Lovelace"}"#,
            #"{"first":"Ada","last":"Lovelace"}"#),
        Case(
            #"{"op":"split","from":"/name","by":" ","to":["/name/first","/name/last"]}"#,
            #"{"name":"Ada Lovelace"}"#, #"{"name":{"first":"Ada","last":"Lovelace"}}"#),
        Case(
            #"{"op":"join","from":["/first","/last"],"by":" ","to":"/name"}"#,
            #"{"first":"Ada","last":"Lovelace"}"#, #"{"name":"Ada Lovelace"}"#),
        Case(#"{"op":"split","at":"/tags","by":", "}"#, #"{"tags":"a, b"}"#, #"{"tags":["a","b"]}"#),
        Case(#"{"op":"join","at":"/tags","by":","}"#, #"{"tags":["é"]}"#, #"{"tags":"é"}"#),
        Case(
            #"{"op":"set","at":"/unit","value":"mV"}"#, #"{"unit":"V"}"#,
            #"{"_replaced":{"unit":"V"},"unit":"mV"}"#),
        Case(#"{"op":"set","at":"/*","value":0,"keep":false}"#, "[1,2]", "[0,0]"),
        Case(
            #"{"op":"restore","at":"/unit","value":"mV"}"#, #"{"_replaced":{"unit":"V"},"unit":"mV"}"#,
            #"{"unit":"V"}"#),
        Case(#"{"op":"restore","at":"/unit","value":"mV"}"#, #"{"unit":"kV"}"#, #"{"unit":"kV"}"#),
    ]

    @Test("each does what it says", arguments: ofMembers + ofValues)
    func result(of example: Case) throws {
        let definition = try Self.definition("[\(example.operation)]")
        #expect(try Self.apply(definition, to: example.value) == example.result)
    }

    @Test("and can be undone, where anything can", arguments: ofMembers)
    func inverse(of example: Case) throws {
        let definition = try Self.definition("[\(example.operation)]")
        try #require(definition.hasDown)
        let canonical = try JSONParser.parse(example.value).description
        #expect(try Self.apply(definition, isDown: true, to: example.result) == canonical)
    }

    /// An operation, a value, and where and why it fails.
    static let failures: [(operation: String, value: String, pointer: String, reason: String)] = [
        (#"{"op":"add","at":"/a","value":1}"#, #"{"a":null}"#, "/a", "is there already"),
        (#"{"op":"add","at":"/a/b","value":1}"#, "{}", "/a", "is not there"),
        (#"{"op":"add","at":"/a/b","value":1}"#, #"{"a":"x"}"#, "/a", "is a string, not an object"),
        (
            #"{"op":"add","at":"/t/*/0","value":1}"#, #"{"t":[{},[1]]}"#, "/t/1",
            "is an array, and only members of objects come and go"
        ),
        (#"{"op":"add","at":"/*/b","value":1}"#, "3", "", "is a number, which has no elements"),
        (
            #"{"op":"copy","from":"/a","to":"/b"}"#, "{}", "/a",
            "is not there, so that there is no value for the member"
        ),
        (#"{"op":"remove","at":"/t/*/a"}"#, #"{"t":[{"a":1},{}]}"#, "/t/1/a", "is not there"),
        (
            #"{"op":"remove","at":"/a"}"#, #"{"a":1,"_removed":{"a":2}}"#, "/_removed/a",
            "is there already: something else was kept there before"
        ),
        (
            #"{"op":"remove","at":"/a"}"#, #"{"a":1,"_removed":3}"#, "/_removed",
            "is a number, which is in the way"
        ),
        (
            #"{"op":"remove","at":"/a"}"#, #"{"a":1,"_removed":{}}"#, "/_removed",
            "is an empty object, which is in the way"
        ),
        (
            #"{"op":"remove","at":"/a","default":1,"keep":false}"#, #"{"a":2}"#, "/a",
            "is not the default, and would be lost"
        ),
        (#"{"op":"rename","at":"/a","to":"b"}"#, #"{"a":1,"b":2}"#, "/b", "is there already"),
        (#"{"op":"rename","at":"/a","to":"b","optional":true}"#, #"{"b":2}"#, "/b", "is there already"),
        (
            #"{"op":"rename","at":"/a/b/c","to":"d"}"#, #"{"a":{"b":1}}"#, "/a/b",
            "is a number, and not what leads further"
        ),
        (#"{"op":"move","from":"/value","to":""}"#, #"{"value":1,"unit":2}"#, "/unit", "would be lost"),
        (
            #"{"op":"move","from":"/t/0","to":"/a"}"#, #"{"t":[1]}"#, "/t/0",
            "is an element, and only members can be put and taken"
        ),
        (#"{"op":"cast","at":"/*","to":"number"}"#, #"[1,"1.50"]"#, "/1", #""1.50" is not exactly a number"#),
        (#"{"op":"cast","at":"","to":"integer"}"#, "1.5", "", "1.5 is not exactly an integer"),
        (
            #"{"op":"cast","at":"","to":"integer"}"#, #""9007199254740993""#, "",
            #""9007199254740993" is not exactly an integer"#
        ),
        (#"{"op":"cast","at":"","to":"number"}"#, #""0x10""#, "", #""0x10" is not exactly a number"#),
        (
            #"{"op":"cast","at":"","to":"number","lenient":true}"#, #"" 1""#, "",
            #"" 1" is not exactly a number"#
        ),
        (#"{"op":"cast","at":"","to":"boolean"}"#, "2", "", "2 is not exactly a boolean"),
        (#"{"op":"cast","at":"","to":"string"}"#, "null", "", "null is not exactly a string"),
        (
            #"{"op":"cast","at":"","from":"string","to":"number"}"#, "1", "",
            "1 is not exactly a string that a number stands for"
        ),
        (
            #"{"op":"map","at":"/h","values":{"l":1}}"#, #"{"h":"x"}"#, "/h",
            #""x" is none of the values that are mapped"#
        ),
        (
            #"{"op":"map","at":"","values":{"a":"b"},"others":"stay"}"#, #""b""#, "",
            #""b" would stay, and is also what another value becomes"#
        ),
        (
            #"{"op":"split","from":"/n","by":" ","to":["/a","/b"]}"#, #"{"n":"x y z"}"#, "/n",
            #""x y z" has 3 parts, not 2"#
        ),
        (#"{"op":"split","at":"/n","by":" "}"#, #"{"n":1}"#, "/n", "is a number, not a string"),
        (
            #"{"op":"join","from":["/a","/b"],"by":" ","to":"/n"}"#, #"{"a":"x y","b":"z"}"#, "/n",
            #"the parts have the separator " " in them"#
        ),
        (#"{"op":"join","at":"","by":" "}"#, "[]", "", "has no elements, and every text has a part"),
        (#"{"op":"join","at":"/t","by":" "}"#, #"{"t":["a",1]}"#, "/t/1", "is a number, not a string"),
        (#"{"op":"set","at":"/a","value":1}"#, "{}", "/a", "is not there"),
        (
            #"{"op":"restore","at":"/a","value":1}"#, #"{"_replaced":{"a":0},"a":2}"#, "/a",
            "was changed to 2, so that what was kept would overwrite it"
        ),
    ]

    @Test("each fails where it could not be undone, and says where and why", arguments: failures)
    func failure(operation: String, value: String, pointer: String, reason: String) throws {
        let definition = try Self.definition("[\(operation)]")
        let error = #expect(throws: StemmaError.self) { try Self.apply(definition, to: value) }
        #expect(error?.code == .migrationFailed)
        #expect(error?.fields["pointer"] == pointer)
        #expect(error?.fields["reason"] == reason)
        #expect(error?.fields["operation"] == "/up/0" && error?.fields["step"] == "0.1 -> 0.2")
    }

    @Test("A derived way back names the operation that it undoes when it fails")
    func derivedFailure() throws {
        let definition = try Self.definition(
            #"[{"op":"rename","at":"/a","to":"b"},{"op":"cast","at":"/c","from":"string","to":"number"}]"#)
        let error = #expect(throws: StemmaError.self) {
            try Self.apply(definition, isDown: true, to: #"{"b":1,"c":"2"}"#)
        }
        #expect(error?.fields["operation"] == "/up/1")
        #expect(
            error?.message
                == #"0.2 -> 0.1: /c "2" is not exactly a number that a string stands for (operation /up/1)"#)
    }

    @Test(
        "A value that was saved later keeps on the way back what the older version has no place for, and gets it again"
    )
    func laterValues() throws {
        let definition = try Self.definition(#"[{"op":"add","at":"/unit","value":"bpm"}]"#)
        let lowered = try Self.apply(definition, isDown: true, to: #"{"unit":"Hz"}"#)
        #expect(lowered == #"{"_added":{"unit":"Hz"}}"#)
        #expect(try Self.apply(definition, to: lowered) == #"{"unit":"Hz"}"#)
        let redone = try Self.definition(#"[{"op":"add","at":"/unit","value":"Hz"}]"#)
        #expect(try Self.apply(redone, to: lowered).contains(#""unit":"Hz""#))
    }
}
