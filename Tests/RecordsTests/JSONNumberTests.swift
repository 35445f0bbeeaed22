import Foundation
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("JSON numbers")
struct JSONNumberTests {
    static func printed(_ number: Double) throws -> String {
        var output: [UInt8] = []
        try JSONNumber.append(number, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(
        "the table in appendix B of RFC 8785 is printed",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
            (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
            (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"),
            (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func table(bits: UInt64, text: String) throws {
        #expect(try Self.printed(Double(bitPattern: bits)) == text)
        let read = try #require(try JSONParser.parse(text).asNumber)
        #expect(read.bitPattern == (bits == 1 << 63 ? 0 : bits))
    }

    @Test("NaN and infinities have no printed form", arguments: [Double.nan, .infinity, -.infinity])
    func nonFinite(number: Double) throws {
        let error = #expect(throws: StemmaError.self) { try JSONValue.number(number).canonical }
        #expect(error?.code == .unencodable)
        #expect(error?.hint?.contains("npy") == true)
    }

    @Test("parsing what was printed gives the same bits", arguments: [1, 2, 3] as [UInt64])
    func inverse(seed: UInt64) throws {
        var random = JSONRandomValue(seed: seed)
        for _ in 0..<30_000 {
            let number = random.number()
            let text = try Self.printed(number)
            let read = try #require(try JSONParser.parse(text).asNumber)
            #expect(read.bitPattern == (number == 0 ? 0 : number.bitPattern), "seed \(seed): \(text)")
        }
    }

    @Test("literals are read as the nearest double", arguments: [4, 5] as [UInt64])
    func nearest(seed: UInt64) throws {
        var random = JSONRandomValue(seed: seed)
        for _ in 0..<20_000 {
            var text = random.below(2) == 0 ? "-" : ""
            text += "\(random.below(10))."
            for _ in 0...random.below(24) { text += "\(random.below(10))" }
            if random.below(2) == 0 { text += "E\(random.below(640) - 330)" }
            // strtod of glibc rounds correctly.
            let expected = strtod(text, nil)
            guard expected.isFinite else { continue }
            let read = try #require(try JSONParser.parse(text).asNumber)
            #expect(read.bitPattern == (expected == 0 ? 0 : expected.bitPattern), "seed \(seed): \(text)")
        }
    }

    @Test(
        "-0, and what is too small for a double, is 0",
        arguments: ["-0", "-0.0", "0e5", "-0E-7", "1e-400", "-1e-400", "0.000e999999999999999999999"])
    func zero(text: String) throws {
        #expect(try JSONParser.parse(text).asNumber?.bitPattern == 0)
    }

    @Test(
        "an integer literal beyond 2^53 is refused, never rounded",
        arguments: [
            "9007199254740993", "-9007199254740993", "18446744073709551615", "12345678901234567890",
            "1152921504606846976", "100000000000000000000000", "1" + String(repeating: "0", count: 400),
        ])
    func largeIntegers(text: String) throws {
        for rule in [JSONIntegerRule.limited, .printed] {
            let error = try #require(JSONParserTests.error(Array("[\(text)]".utf8), integers: rule))
            #expect(error.code == .integerTooLarge)
            #expect(error.fields["offset"] == "1")
            #expect(error.hint != nil)
        }
    }

    @Test("2^53 itself, and the same digits with a point or an exponent, are read")
    func limit() throws {
        #expect(try JSONParser.parse("9007199254740992", integers: .limited).asNumber == 0x1p53)
        #expect(try JSONParser.parse("-9007199254740992", integers: .limited).asNumber == -0x1p53)
        #expect(try JSONParser.parse("9007199254740993.0", integers: .limited).asNumber == 0x1p53)
        #expect(try JSONParser.parse("1e20", integers: .limited).asNumber == 1e20)
    }

    @Test(
        "the canonical form of a large double, which has no exponent, is read back but not taken from users")
    func printedIntegers() throws {
        let text = try Self.printed(1e20)
        #expect(text == "100000000000000000000")
        #expect(try JSONParser.parse(text, integers: .printed).asNumber == 1e20)
        #expect(JSONParserTests.error(Array(text.utf8), integers: .limited)?.code == .integerTooLarge)
    }

    static let hasPython = PythonScript.has("decimal")

    @Test(
        "Python prints the same shortest digits",
        .enabled(if: hasPython, "python3 is not installed"), arguments: [6] as [UInt64])
    func python(seed: UInt64) throws {
        // ECMA-262, Number::toString, out of the digits that Python's repr has.
        let script = """
            import struct, sys
            from decimal import Decimal
            def ecmascript(x):
                if x == 0: return '0'
                sign, digits, e = Decimal(repr(x)).as_tuple()
                s = ''.join(map(str, digits)); n = len(s) + e; s = s.rstrip('0'); k = len(s)
                if k <= n <= 21: r = s + '0' * (n - k)
                elif 0 < n <= 21: r = s[:n] + '.' + s[n:]
                elif -6 < n <= 0: r = '0.' + '0' * -n + s
                else: r = s[0] + ('.' + s[1:] if k > 1 else '') + 'e' + ('+' if n > 0 else '-') + str(abs(n - 1))
                return '-' * sign + r
            for line in open(sys.argv[1]):
                bits, text = line.split()
                expected = ecmascript(struct.unpack('>d', bytes.fromhex(bits))[0])
                if expected != text: sys.exit(bits + ': ' + text + ', not ' + expected)
            print('same')
            """
        var random = JSONRandomValue(seed: seed)
        var lines = ""
        for _ in 0..<20_000 {
            let number = random.number()
            let bits = String(number.bitPattern, radix: 16)
            lines +=
                String(repeating: "0", count: 16 - bits.count) + bits + " " + (try Self.printed(number))
                + "\n"
        }
        let directory = try TemporaryDirectory()
        try Data(lines.utf8).write(to: URL(fileURLWithPath: directory.file("numbers")))
        let output = try PythonScript.run(script, arguments: [directory.file("numbers")])
        #expect(output == "same\n", "seed \(seed)")
    }
}
