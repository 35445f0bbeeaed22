import StemmaBlobs
import StemmaRecords
import Testing

@Suite("Settings files")
struct SettingsTests {
    @Test("stemma.json is written one member a line and read back")
    func store() throws {
        var settings = StoreSettings(keys: try KeyDeclarations([KeyDeclaration("subject", .integer)]))
        settings.maxTrackedBytes = 1000
        let bytes = settings.fileContent
        #expect(try StoreSettings(fileContent: bytes, path: "stemma.json") == settings)
        #expect(String(decoding: bytes, as: UTF8.self).contains("\n  \"format\": 1,\n"))
    }

    @Test("A path is made relative to the store by its bytes")
    func relative() {
        let paths = StorePaths(root: "/data/cödé ünï")
        #expect(paths.relative(paths.page("Rate/page.jsonl")) == "records/Rate/page.jsonl")
        #expect(paths.relative("/data/cödé ünïon/a") == "/data/cödé ünïon/a")
        // The same letters in another normal form are another folder.
        #expect(paths.relative("/data/co\u{308}dé ünï/a") == "/data/co\u{308}dé ünï/a")
    }

    @Test(
        "What is wrong with stemma.json is said",
        arguments: [
            (#"{"format":2,"digest":"sha512","keys":7}"#, StemmaError.Code.newerFormat),
            (#"{"digest":"sha256","keys":[]}"#, .invalidSettings),
            (#"{"format":1,"digest":"md5","keys":[]}"#, .invalidSettings),
            (#"{"format":1,"digest":"sha256","keys":[{"name":"a","type":"float"}]}"#, .unknownKeyType),
            (#"{"format":1,"digest":"sha256","keys":[],"colour":"red"}"#, .invalidSettings),
            ("{", .invalidSettings), ("[]", .invalidSettings),
        ])
    func malformed(text: String, code: StemmaError.Code) {
        let error = #expect(throws: StemmaError.self) {
            try StoreSettings(fileContent: Array(text.utf8), path: "stemma.json")
        }
        #expect(error?.code == code)
    }

    @Test("What a store says of validation is kept, and its default is not written")
    func validation() throws {
        var settings = StoreSettings(keys: try KeyDeclarations([]))
        #expect(settings.validation == .strict)
        #expect(!String(decoding: settings.fileContent, as: UTF8.self).contains("validation"))
        settings.validation = .warn
        #expect(try StoreSettings(fileContent: settings.fileContent, path: "p").validation == .warn)
    }

    @Test("variable.json has the schema's settings, one member a line, where there are any")
    func schemaSettings() throws {
        var settings = VariableSettings(format: .json, partition: Partition([]))
        #expect(settings.legacyVersion == .legacy)
        settings.schema = try SchemaVersion("0.2.0")
        settings.legacy = try SchemaVersion("0.1")
        settings.validation = .off
        settings.versionField = try JSONPointer("/meta/a~1b")
        settings.assertsFormats = true
        let keys = try KeyDeclarations([])
        #expect(try VariableSettings(fileContent: settings.fileContent, path: "p", keys: keys) == settings)
        #expect(
            String(decoding: settings.fileContent, as: UTF8.self) == """
                {
                  "assertsFormats": true,
                  "format": "json",
                  "legacy": "0.1",
                  "partition": [],
                  "schema": "0.2.0",
                  "validation": "off",
                  "versionField": "/meta/a~1b"
                }

                """)
    }

    @Test(
        "What is wrong with the schema's settings is said",
        arguments: [
            #""schema":"one""#, #""schema":1"#, #""legacy":"01""#, #""validation":"loose""#,
            #""versionField":"schema_version""#, #""versionField":"""#, #""assertsFormats":"yes""#,
        ])
    func malformedSchemaSettings(member: String) throws {
        let error = #expect(throws: StemmaError.self) {
            try VariableSettings(
                fileContent: Array(#"{"format":"json","partition":[],\#(member)}"#.utf8), path: "p",
                keys: KeyDeclarations([]))
        }
        #expect(error?.code == .invalidSettings)
        #expect(error?.message.contains(member.split(separator: ":")[0].dropFirst().dropLast()) == true)
    }

    @Test("variable.json names keys of the store only")
    func variable() throws {
        let keys = try KeyDeclarations([KeyDeclaration("a", .string), KeyDeclaration("b", .string)])
        let settings = VariableSettings(format: .npy, partition: Partition(["a"]))
        #expect(try VariableSettings(fileContent: settings.fileContent, path: "p", keys: keys) == settings)
        #expect(throws: StemmaError.self) {
            try VariableSettings(
                fileContent: Array(#"{"format":"npy","partition":["c"]}"#.utf8), path: "p", keys: keys)
        }
    }
}
