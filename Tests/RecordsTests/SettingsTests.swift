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
