import StemmaBlobs
import StemmaRecords
import Testing

@Suite("csv files")
struct ArrayCSVTests {
    static func validate(_ file: [UInt8], step: Int) throws {
        var validator = CSVValidator()
        try file.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: step) {
                try validator.consume(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + step, bytes.count)]))
            }
        }
        try validator.finish()
    }

    @Test(
        "tables of RFC 4180 are taken, however the bytes are cut",
        arguments: [
            "", "a", "a\n", "a,b\r\n1,2\r\n", "a,b\n1,2", "\"a\",\"b\"\n\"x,\"\"y\"\"\r\nz\",2\n", ",\n,\n",
            "a\n\nb\n",
            "\"\"\n", "\u{feff}a,b\n1,2\n", "\u{feff}\"a\",b\n1,2\n", "é,ß\n€,\u{1f600}\n",
            "\"é\",\"\u{1f600}\"\n", "\u{feff}",
            "\"a\"\r\n\"b\"", "a b\t,c\n-1.5e3,;\n", "\u{fb33},b\n", "x\n\u{feff}y\n",
        ])
    func valid(text: String) throws {
        for step in [1, 2, 3, 1000] { try Self.validate(Array(text.utf8), step: step) }
    }

    @Test(
        "what is not such a table is refused with its line, however the bytes are cut",
        arguments: [
            ("a,b\n1\n", 2), ("a,b\n1,2,3\n", 2), ("a,b\n\n", 2), ("a,b\n1,2\n\n", 3),
            ("a,b\n\"x\ny\nz\"\n", 2),
            ("a\n\"b", 2), ("a\n\"b\nc\n", 2), ("a\nb\"c\n", 2), ("a\n\"b\"c\n", 2), ("a\rb", 1), ("a\r", 1),
            ("a\r\r\n", 1),
            ("a\nb\0", 2), ("\"\0\"", 1), ("\"a\"é", 1), ("a\ré", 1), ("\r\u{feff}\n", 1), ("a,b\n1", 2),
        ])
    func refused(text: String, line: Int) {
        for step in [1, 2, 3, 1000] {
            let error = #expect(throws: StemmaError.self) { try Self.validate(Array(text.utf8), step: step) }
            #expect(error?.code == .malformedCSV)
            #expect(error?.fields["line"] == "\(line)", "\(text)")
            #expect(error?.message.contains("line \(line)") == true)
        }
    }

    @Test("a row of another number of fields is named with both numbers")
    func fields() {
        let error = #expect(throws: StemmaError.self) { try Self.validate(Array("a,b\n1\n".utf8), step: 9) }
        #expect(error?.message == "malformed csv at line 2: the row has 1 field, the first has 2 fields")
        #expect(error?.hint?.contains("bytes") == true)
    }

    @Test(
        "invalid UTF-8 is refused, in quotes or not",
        arguments: [
            [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3], [0xC3, 0x41], [0xFF],
        ]
            as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        for quote in [[], [0x22]] as [[UInt8]] {
            for step in [1, 2, 100] {
                #expect(throws: StemmaError.self) {
                    try Self.validate(Array("a\nb".utf8) + bytes, step: step)
                }
                #expect(throws: StemmaError.self) { try Self.validate(quote + bytes + quote, step: step) }
            }
        }
    }

    @Test(
        "tables that were written by the rules are taken, however cut, and not when cut short in a quote",
        arguments: 1...3)
    func random(seed: Int) throws {
        var random = JSONRandomValue(seed: UInt64(seed))
        for _ in 0..<500 {
            let width = 1 + random.below(4)
            var text = ""
            for _ in 0..<random.below(6) {
                text += (0..<width).map { _ in
                    // By scalars: a quote and an accent after it are one Character.
                    let scalars = random.string().unicodeScalars.filter { $0 != "\0" }
                    return "\"" + scalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
                }.joined(separator: ",")
                text += random.below(2) == 0 ? "\n" : "\r\n"
            }
            try Self.validate(Array(text.utf8), step: 1 + random.below(9))
            #expect(throws: StemmaError.self, "seed \(seed)") {
                try Self.validate(Array((text + "\"").utf8), step: 4)
            }
        }
    }
}
