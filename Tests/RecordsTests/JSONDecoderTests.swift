import StemmaBlobs
import StemmaRecords
import Testing

@Suite("Canonical JSON decoder")
struct JSONDecoderTests {
    static func decode<Value: Decodable>(_ type: Value.Type, _ json: JSONValue) throws -> Value {
        try CanonicalJSONDecoder().decode(type, from: json)
    }

    static func error<Value: Decodable>(_ type: Value.Type, _ json: JSONValue) -> StemmaError? {
        #expect(throws: StemmaError.self) { _ = try CanonicalJSONDecoder().decode(type, from: json) }
    }

    struct Everything: Codable, Equatable {
        var bool = true
        var int = -1, int8 = Int8.min, int16 = Int16.max, int32 = Int32.min, int64 = Int64(1) << 53
        var uint = UInt(1), uint8 = UInt8.max, uint16 = UInt16.max, uint32 = UInt32.max,
            uint64 = UInt64(1) << 53
        var double = 0.1, float = Float(0.1), string = "é\u{1f600}\"\n"
        var present: Int? = 3
        var absent: Int?
        var array = [1.5, -2], optionals: [String?] = ["a", nil]
        var dictionary = ["a": [1: "x"]]
        var shape = [JSONEncoderTests.Shape.circle(radius: 1), .labelled("l", 2), .empty]
        var set: Set<Int> = [1, 2, 3]
        var json: JSONValue = ["a": [.null, 1, "x", true]]
    }

    @Test("every type is read as it was encoded, also through text")
    func inverse() throws {
        let value = Everything()
        let text = try CanonicalJSONEncoder().encode(value).canonical
        #expect(try Self.decode(Everything.self, JSONParser.parse(text)) == value)
    }

    @Test("any value of doubles is read with the same bits", arguments: [1, 2] as [UInt64])
    func doubles(seed: UInt64) throws {
        var random = JSONRandomValue(seed: seed)
        let numbers = (0..<5000).map { _ in random.number() }
        let text = try CanonicalJSONEncoder().encode(["a": numbers]).canonical
        let read = try Self.decode([String: [Double]].self, JSONParser.parse(text))
        #expect(
            read["a"]?.map(\.bitPattern) == numbers.map { $0 == 0 ? 0 : $0.bitPattern }, "seed \(seed)")
        let singles = numbers.map { Float($0) }.filter(\.isFinite)
        #expect(
            try Self.decode([Float].self, CanonicalJSONEncoder().encode(singles)) == singles, "seed \(seed)")
    }

    @Test("null and a missing member are both no value for an optional, and only for that")
    func optionals() throws {
        struct Sample: Codable { var a: Int? }
        #expect(try Self.decode(Sample.self, ["a": .null]).a == nil)
        #expect(try Self.decode(Sample.self, [:]).a == nil)
        #expect(try Self.decode(Sample.self, ["a": 2, "other": "ignored"]).a == 2)
        struct Strict: Codable { var a: Int }
        #expect(Self.error(Strict.self, ["a": .null])?.message.contains("found null") == true)
    }

    @Test("a missing member is named with its path")
    func missing() throws {
        let error = try #require(Self.error([JSONEncoderTests.Point].self, [["x": 1, "y": 2], ["x": 1]]))
        #expect(error.code == .undecodable)
        #expect(error.fields["path"] == "[1].y")
        #expect(error.message == "value at [1].y cannot be decoded: there is no such member")
    }

    @Test("a value of another kind is named with its path and kind")
    func mismatch() throws {
        let error = try #require(Self.error([String: [Int]].self, ["a": [1, "2"]]))
        #expect(error.fields["path"] == "a[1]")
        #expect(error.message.contains("expected an integer, found a string"))
        #expect(
            Self.error([Int].self, ["a": 1])?.message.contains("expected an array, found an object") == true)
        #expect(Self.error(JSONEncoderTests.Point.self, 1)?.message.contains("expected an object") == true)
        #expect(Self.error(Bool.self, 1)?.code == .undecodable)
        #expect(Self.error(String.self, 1)?.code == .undecodable)
        #expect(Self.error(Double.self, "1")?.code == .undecodable)
        #expect(Self.error(JSONObject.self, "1")?.code == .undecodable)
    }

    @Test("a number that is not exactly of the type is an error")
    func inexact() throws {
        #expect(Self.error(Int.self, 1.5)?.message.contains("1.5 is not an integer") == true)
        #expect(Self.error(UInt8.self, 256)?.message.contains("outside the range of UInt8") == true)
        #expect(Self.error(UInt.self, -1)?.code == .undecodable)
        #expect(Self.error(Int.self, .number(0x1p54))?.message.contains("beyond 2^53") == true)
        #expect(Self.error(Float.self, 0.1)?.code == .undecodable)
        #expect(Self.error(Float.self, 1e300)?.code == .undecodable)
        #expect(try Self.decode(Float.self, .number(Double(Float(0.1)))) == Float(0.1))
        #expect(try Self.decode(Int.self, .number(0x1p53)) == 1 << 53)
    }

    @Test("an enumeration refuses what is none of its cases")
    func enumerations() {
        #expect(Self.error(JSONEncoderTests.Side.self, "up")?.code == .undecodable)
        #expect(Self.error(JSONEncoderTests.Shape.self, ["square": [:]])?.code == .undecodable)
    }

    @Test("reading past the end of an array is an error")
    func pastEnd() throws {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                _ = try list.decode(Int.self)
                _ = try list.decode(Int.self)
            }
        }
        #expect(try #require(Self.error(Pair.self, [1])).fields["path"] == "[1]")
    }
}
