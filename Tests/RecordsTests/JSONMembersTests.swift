import StemmaBlobs
import StemmaRecords
import Testing

@Suite("Walk over members")
struct JSONMembersTests {
    static func members(_ text: [UInt8]) throws -> [(name: [UInt8], value: [UInt8])] {
        try text.withUnsafeBytes { bytes in
            var walk = try JSONMembers(bytes)
            var members: [(name: [UInt8], value: [UInt8])] = []
            while let member = try walk.next() {
                members.append((Array(bytes[member.name]), Array(bytes[member.value])))
            }
            #expect(try walk.next() == nil)
            return members
        }
    }

    @Test("names and values are found as they stand, nested ones whole")
    func walk() throws {
        let members = try Self.members(Array(#" { "a" : {"}":["]",{}]} ,"b":-1e5, "c\"":"x\\" } "#.utf8))
        #expect(members.map { String(decoding: $0.name, as: UTF8.self) } == ["a", "b", #"c\""#])
        #expect(
            members.map { String(decoding: $0.value, as: UTF8.self) } == [
                #"{"}":["]",{}]}"#, "-1e5", #""x\\""#,
            ])
        #expect(try Self.members(Array("{}".utf8)).isEmpty)
    }

    @Test(
        "a broken structure is an error",
        arguments: [
            "", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}",
            "{\"a\":1}x",
            "{\"a\":[}", "{\"a\":[1}", "{\"a\":{]}", "{\"a\":[1 2]}", "{\"a\":\"x}", "{\"a\" 1}",
            "{\"a\":[1,]}",
        ])
    func broken(text: String) {
        let error = #expect(throws: StemmaError.self) { try Self.members(Array(text.utf8)) }
        #expect(error?.code == .malformedJSON)
    }

    @Test("a value is found by the name of its member")
    func lookUp() throws {
        try Array(#"{"keys":{"a":1},"size":5}"#.utf8).withUnsafeBytes { bytes in
            let keys = try #require(try JSONMembers.value(of: "keys", in: bytes))
            #expect(String(decoding: bytes[keys], as: UTF8.self) == #"{"a":1}"#)
            #expect(try JSONMembers.value(of: "a", in: bytes) == nil)
        }
    }

    @Test("the walk finds what parsing finds, and never fails on what parses", arguments: 1...3)
    func agreesWithParser(seed: Int) throws {
        var random = JSONRandomValue(seed: UInt64(seed))
        for _ in 0..<3000 {
            let bytes = random.damaged(
                try JSONValue.object(["x": random.value(), "y": random.value()]).prettyPrinted)
            let walked = try? Self.members(bytes)
            guard let object = try? JSONParser.parse(bytes).asObject else { continue }
            let members = try #require(walked, "seed \(seed)")
            #expect(members.count == object.count, "seed \(seed)")
            for member in members {
                guard case .string(let name) = try JSONParser.parse([0x22] + member.name + [0x22]) else {
                    continue
                }
                #expect(try object[name] == JSONParser.parse(member.value), "seed \(seed)")
            }
        }
    }
}
