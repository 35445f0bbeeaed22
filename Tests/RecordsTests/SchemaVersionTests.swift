import StemmaBlobs
import StemmaRecords
import Testing

@Suite("Versions of schemas")
struct SchemaVersionTests {
    @Test("They are compared as numbers")
    func order() throws {
        let sorted = try ["0", "0.0.1", "0.9.0", "0.10.0", "1", "1.0.1", "1.1", "999999999999999999"].map {
            try SchemaVersion($0)
        }
        #expect(sorted.shuffled().sorted() == sorted)
        #expect(try SchemaVersion("1.0") == SchemaVersion("1.0.0"))
        #expect(try Set(["1", "1.0", "1.0.0"].map { try SchemaVersion($0) }).count == 1)
        #expect(try SchemaVersion("1.0.0").description == "1.0.0")
    }

    @Test(
        "What is none is refused",
        arguments: [
            "", ".", "1.", ".1", "1..2", "01", "1.00", "v1", "1.a", "-1", "+1", "1 ", "1000000000000000000",
            "１",
        ])
    func refused(text: String) {
        let error = #expect(throws: StemmaError.self) { try SchemaVersion(text) }
        #expect(error?.code == .invalidSchemaVersion && error?.fields["schemaVersion"] == text)
    }
}
