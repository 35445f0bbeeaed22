import StemmaBlobs
import StemmaRecords
import Testing

@Suite("Partition folders")
struct PartitionTests {
    private func path(_ value: Scalar?) -> String {
        var keys = Keys()
        keys["k"] = value
        return Partition(["k"]).path(of: keys)
    }

    @Test("Values are written so that every file system can hold them")
    func encoding() {
        #expect(path(1) == "k=1")
        #expect(path(0.5) == "k=0.5")
        #expect(path(true) == "k=true")
        #expect(path("A b") == "k=A%20b")
        #expect(path("../x") == "k=..%2Fx")
        #expect(path("é") == "k=%C3%A9")
        #expect(path("") == "k=")
        #expect(path(nil) == "k=__HIVE_DEFAULT_PARTITION__")
        #expect(path("__HIVE_DEFAULT_PARTITION__") == "k=%5F_HIVE_DEFAULT_PARTITION__")
    }

    @Test("A long value is replaced by its digest")
    func long() {
        let value = String(repeating: "x", count: 101)
        #expect(path(.string(value)) == "k=~" + Digest.of(Array(value.utf8)).hex.prefix(32))
        #expect(path(.string(String(value.dropLast()))) == "k=" + value.dropLast())
        #expect(path("~abc") == "k=%7Eabc")
    }

    @Test("The first of several keys makes the folders; a single one makes none")
    func standard() throws {
        let two = try KeyDeclarations([KeyDeclaration("a", .string), KeyDeclaration("b", .string)])
        #expect(Partition.standard(for: two).names == ["a"])
        #expect(Partition.standard(for: try KeyDeclarations([KeyDeclaration("a", .string)])).names.isEmpty)
        #expect(Partition([]).path(of: ["a": 1]) == "")
    }

    @Test("Names are checked")
    func names() {
        for good in ["a", "_", "A-b.c_9", String(repeating: "x", count: 128)] {
            #expect(Name.isValid(good), "\(good)")
        }
        for bad in [
            "", "9a", "a/b", "..", "a b", "é", "a\u{0}", "-a", ".a", String(repeating: "x", count: 129),
            "a\n",
        ] {
            #expect(!Name.isValid(bad), "\(bad)")
        }
    }

    @Test("Keys that differ only in case, or are declared twice, are refused")
    func collisions() {
        #expect(throws: StemmaError.self) {
            try KeyDeclarations([KeyDeclaration("a", .string), KeyDeclaration("A", .string)])
        }
        #expect(throws: StemmaError.self) {
            try KeyDeclarations([KeyDeclaration("a", .string), KeyDeclaration("a", .string)])
        }
        let error = #expect(throws: StemmaError.self) { try KeyDeclaration(parsing: "a:float") }
        #expect(error?.code == .unknownKeyType)
    }
}
