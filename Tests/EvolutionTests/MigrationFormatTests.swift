import Foundation
import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Testing

@Suite("The format of migrations as it is documented")
struct MigrationFormatTests {
    /// The section of the document, and the JSON in it.
    private func section() throws -> (text: String, blocks: [JSONValue]) {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Docs/Format.md").standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: "\n## Migrations\n"))
        let end = try #require(text.range(of: "\n## Order of writes\n"))
        let section = String(text[start.upperBound..<end.lowerBound])
        let blocks = try section.components(separatedBy: "```json\n").dropFirst().map { block in
            try JSONParser.parse(block.components(separatedBy: "```")[0])
        }
        return (section, blocks)
    }

    @Test("The example does what it says, and is undone")
    func example() throws {
        let blocks = try section().blocks
        try #require(blocks.count == 3)
        let definition = try MigrationDefinition(blocks[0])
        try #require(definition.hasDown)
        for (step, before, after) in [
            (MigrationStep(definition), blocks[1], blocks[2]),
            (MigrationStep(definition, isDown: true), blocks[2], blocks[1]),
        ] {
            let migration = try Migration(MigrationPath(from: step.from, to: step.to, steps: [step]))
            #expect(try migration.apply(to: before) == after)
        }
    }

    @Test("Every operation has a row that names its members")
    func operations() throws {
        let rows = try section().text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let unknown = #expect(throws: StemmaError.self) {
            try MigrationDefinition(["from": "1", "to": "2", "up": [["op": "?"]]])
        }
        let hint = try #require(unknown?.hint)
        let names = hint.dropFirst("there are: ".count).components(separatedBy: ", ")
        #expect(names.count == 11)
        for name in names {
            let row = rows.filter { $0.prefix(20).contains("`\(name)`") }
            #expect(!row.isEmpty, "\(name)")
            let refused = #expect(throws: StemmaError.self) {
                try MigrationDefinition(["from": "1", "to": "2", "up": [Self.complete(name)]])
            }
            let members = try #require(refused?.hint).dropFirst("it has ".count).components(separatedBy: ", ")
            for member in members where member != "op" && member != "optional" {
                #expect(row.contains { $0.contains("`\(member)`") }, "\(name): \(member)")
            }
        }
    }

    /// An operation with all that it needs, and one member that it does not know.
    private static func complete(_ name: String) -> JSONValue {
        var object: JSONObject = ["op": .string(name), "?": 1]
        switch name {
        case "copy", "move": (object["from"], object["to"]) = ("/a", "/b")
        case "rename": (object["at"], object["to"]) = ("/a", "b")
        case "cast": (object["at"], object["to"]) = ("/a", "string")
        case "map": (object["at"], object["values"]) = ("/a", [:])
        case "split": (object["from"], object["to"], object["by"]) = ("/a", ["/b", "/c"], " ")
        case "join": (object["to"], object["from"], object["by"]) = ("/a", ["/b", "/c"], " ")
        default: (object["at"], object["value"]) = ("/a", 1)
        }
        if name == "remove" { object["value"] = nil }
        return .object(object)
    }
}
