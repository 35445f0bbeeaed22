import Foundation
import StemmaBlobs
import StemmaRecords
import Testing

@Suite("Schema versions")
struct SchemaVersionTests {
    @Test("Numbers are compared as numbers, in as many places as there are")
    func order() throws {
        let sorted = ["0", "0.0.1", "0.9.0", "0.10.0", "0.10.0.1", "1", "1.0.1", "2", "10.0"]
        let versions = try sorted.map { try SchemaVersion($0) }
        #expect(versions.shuffled().sorted().map(\.description) == sorted)
        #expect(try SchemaVersion("999999999999999999") > SchemaVersion("20251125"))
    }

    @Test("Zeros at the end do not count, and the spelling stays")
    func spelling() throws {
        let (short, long) = (try SchemaVersion("1.0"), try SchemaVersion("1.0.0"))
        #expect(short == long && short.hashValue == long.hashValue && !(short < long) && !(long < short))
        #expect(short.description == "1.0" && long.description == "1.0.0")
        #expect(try SchemaVersion("0.0") == SchemaVersion("0"))
        #expect(try SchemaVersion("1.0") != SchemaVersion("1.0.1"))
    }

    @Test(
        "Anything else is refused with the text",
        arguments: [
            "", ".", "1.", ".1", "1..2", "01", "1.02", "v1", "1.0-beta", "-1", "+1", "1 ", "1,2", "١",
            "1000000000000000000", "../1", "1/2", String(repeating: "1.", count: 40) + "1",
        ])
    func refused(text: String) {
        let error = #expect(throws: StemmaError.self) { try SchemaVersion(text) }
        #expect(error?.code == .invalidSchemaVersion)
        #expect(error?.message.contains("schema version") == true)
    }

    @Test("It is coded as the string that it is")
    func coding() throws {
        let data = try JSONEncoder().encode([SchemaVersion("0.2.0")])
        #expect(String(decoding: data, as: UTF8.self) == #"["0.2.0"]"#)
        #expect(try JSONDecoder().decode([SchemaVersion].self, from: data) == [SchemaVersion("0.2")])
        #expect(throws: StemmaError.self) {
            try JSONDecoder().decode([SchemaVersion].self, from: Data(#"["two"]"#.utf8))
        }
    }
}

@Suite("Files of a variable")
struct VariableFileTests {
    @Test("A path says what a file is, and a file its path")
    func paths() throws {
        let files: [(String, VariableFile.Kind)] = [
            ("variables/Trial/variable.json", .settings),
            ("variables/Trial/schemas/0.2.0.json", .schema(try SchemaVersion("0.2.0"))),
            (
                "variables/Trial/migrations/0.1--0.2.0.json",
                .migration(from: try SchemaVersion("0.1"), to: try SchemaVersion("0.2.0"))
            ),
        ]
        for (path, kind) in files {
            let file = try #require(VariableFile(path: path))
            #expect(file.kind == kind && file.variable == "Trial" && file.path == path)
            #expect(VariableFile("Trial", kind).path == path)
        }
    }

    @Test(
        "What is none of them is somebody else's",
        arguments: [
            "variables/Trial", "variables/Trial/README.md", "variables/Trial/schemas/draft.json",
            "variables/Trial/schemas/0.2.0.json.bak", "variables/Trial/schemas/01.json",
            "variables/Trial/schemas/x/0.2.0.json", "variables/../schemas/0.2.0.json",
            "variables/Trial/schemas/../0.2.0.json", "records/Trial/variable.json",
            "variables/Trial/migrations/0.1-0.2.json", "variables/Trial/migrations/0.1--.json",
            "/variables/Trial/variable.json", "variables//variable.json", "variables/Trial/other/0.2.0.json",
        ])
    func others(path: String) { #expect(VariableFile(path: path) == nil) }
}
