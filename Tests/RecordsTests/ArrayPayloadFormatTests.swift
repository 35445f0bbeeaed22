import StemmaRecords
import Testing

@Suite("Payload formats")
struct ArrayPayloadFormatTests {
    @Test(
        "the ending of a file's name states the format",
        arguments: [
            ("a.json", PayloadFormat.json), ("dir.x/b.npy", .npy), ("a.b.CSV", .csv), ("a.txt", nil),
            ("json", nil),
            (".json", nil), ("x.json/y", nil), ("", nil), ("a.", nil),
        ] as [(String, PayloadFormat?)])
    func fileNames(name: String, format: PayloadFormat?) {
        #expect(PayloadFormat(fileName: name) == format)
    }

    @Test("arrays and tables are checked while they stream by, other files are not")
    func validators() {
        #expect(PayloadFormat.npy.validator is NPYValidator)
        #expect(PayloadFormat.csv.validator is CSVValidator)
        #expect(PayloadFormat.bytes.validator == nil)
        #expect(PayloadFormat(rawValue: "arrow").validator == nil)
    }
}
