import StemmaBlobs
import StemmaRecords
import Testing

@Suite("Canonical JSON encoder")
struct JSONEncoderTests {
    static func text<Value: Encodable>(_ value: Value) throws -> String {
        String(decoding: try CanonicalJSONEncoder().encode(value).canonical, as: UTF8.self)
    }

    static func error<Value: Encodable>(_ value: Value) -> StemmaError? {
        #expect(throws: StemmaError.self) { try CanonicalJSONEncoder().encode(value) }
    }

    struct Trial: Codable, Equatable {
        var name = "reach"
        var peak: Double? = 0.5
        var missing: Int?
        var tags: [String] = ["a", "b"]
        var nested: [String: [Int]] = ["x": [1]]
    }

    @Test("structures become objects, nil members are left out")
    func structure() throws {
        #expect(try Self.text(Trial()) == #"{"name":"reach","nested":{"x":[1]},"peak":0.5,"tags":["a","b"]}"#)
        struct Empty: Codable {}
        #expect(try Self.text(Empty()) == "{}")
    }

    @Test("scalars, arrays and optionals stand for themselves")
    func scalars() throws {
        #expect(try Self.text(1) == "1")
        #expect(try Self.text("x") == #""x""#)
        #expect(try Self.text(true) == "true")
        #expect(try Self.text([1, nil, 3] as [Int?]) == "[1,null,3]")
        #expect(try Self.text(Int?.none) == "null")
        #expect(try Self.text([[1.5, 2], []]) == "[[1.5,2],[]]")
        #expect(try Self.text(-0.0) == "0")
        #expect(try Self.text(["a": JSONValue.null, "b": [1, "x"]]) == #"{"a":null,"b":[1,"x"]}"#)
    }

    @Test("every integer of at most 2^53 is encoded, whatever its width")
    func integers() throws {
        #expect(try Self.text([Int8.min, .max]) == "[-128,127]")
        #expect(try Self.text([UInt32.max]) == "[4294967295]")
        #expect(try Self.text([Int64(1) << 53, -1 << 53]) == "[9007199254740992,-9007199254740992]")
        #expect(try Self.text(UInt64(1) << 53) == "9007199254740992")
        #expect(try Self.text(Int128(7)) == "7")
    }

    @Test("an integer beyond 2^53 is an error that names its path and value")
    func largeIntegers() throws {
        struct Outer: Encodable { let items: [[String: Int]] }
        let error = try #require(Self.error(Outer(items: [["a": 1], ["id": (1 << 53) + 1]])))
        #expect(error.code == .unencodable)
        #expect(error.fields["path"] == "items[1].id")
        #expect(error.message.contains("items[1].id"))
        #expect(error.message.contains("9007199254740993"))
        #expect(Self.error(UInt64.max)?.code == .unencodable)
        #expect(Self.error(Int64.min)?.code == .unencodable)
        #expect(Self.error(UInt128.max)?.code == .unencodable)
        #expect(Self.error([1, 2, Int.max])?.fields["path"] == "[2]")
    }

    @Test("NaN and infinities are errors that name their path and point to npy")
    func nonFinite() throws {
        struct Signal: Encodable { let samples: [Double] }
        let error = try #require(Self.error(Signal(samples: [1, .nan])))
        #expect(error.fields["path"] == "samples[1]")
        #expect(error.hint?.contains("npy") == true)
        #expect(Self.error(["a": Float.infinity])?.hint?.contains("npy") == true)
    }

    @Test("a Float is encoded as the double that it is")
    func floats() throws {
        #expect(try Self.text(Float(0.1)) == "0.10000000149011612")
        #expect(try Self.text(Float(0.5)) == "0.5")
    }

    enum Shape: Codable, Equatable {
        case empty
        case circle(radius: Double)
        case labelled(String, Int)
    }
    enum Side: String, Codable, CodingKeyRepresentable { case left, right }

    @Test("enumerations are encoded as Swift synthesises it")
    func enumerations() throws {
        #expect(try Self.text(Shape.empty) == #"{"empty":{}}"#)
        #expect(try Self.text(Shape.circle(radius: 2)) == #"{"circle":{"radius":2}}"#)
        #expect(try Self.text(Shape.labelled("a", 1)) == #"{"labelled":{"_0":"a","_1":1}}"#)
        #expect(try Self.text(Side.left) == #""left""#)
    }

    @Test("dictionaries with keys that are strings, integers or enumerations of strings become objects")
    func dictionaries() throws {
        #expect(try Self.text(["b": 1, "a": 2]) == #"{"a":2,"b":1}"#)
        #expect(try Self.text([10: "x", 9: "y"]) == #"{"10":"x","9":"y"}"#)
        #expect(try Self.text([Side.right: 1, .left: 2]) == #"{"left":2,"right":1}"#)
    }

    struct Point: Codable, Hashable { let x, y: Int }

    @Test("sets and dictionaries of other keys are sorted, so that equal values have equal bytes")
    func unordered() throws {
        // Sets of another capacity iterate in another order.
        var wide = Set<String>(minimumCapacity: 1000)
        let names = (0..<50).map { "n\($0)" }
        for name in names.reversed() { wide.insert(name) }
        #expect(try Self.text(wide) == Self.text(Set(names)))
        #expect(try Self.text(wide) == Self.text(names.sorted()))
        #expect(try Self.text(["s": Set([3, 1, 2])]) == #"{"s":[1,2,3]}"#)
        let points = [Point(x: 2, y: 1): "b", Point(x: 1, y: 5): "a"]
        #expect(try Self.text(points) == #"[{"x":1,"y":5},"a",{"x":2,"y":1},"b"]"#)
        #expect(
            try CanonicalJSONDecoder().decode(
                [Point: String].self, from: CanonicalJSONEncoder().encode(points)) == points)
    }

    class Base: Codable {
        var id = 1
    }
    final class Derived: Base {
        var name = "d"
        enum CodingKeys: String, CodingKey { case name }
        override init() { super.init() }
        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            try super.init(from: container.superDecoder())
        }
        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try super.encode(to: container.superEncoder())
            try container.encode(name, forKey: .name)
        }
    }

    @Test("a superclass is encoded in the member that it was given, and read from there")
    func superclass() throws {
        let json = try CanonicalJSONEncoder().encode(Derived())
        #expect(json == ["name": "d", "super": ["id": 1]])
        let read = try CanonicalJSONDecoder().decode(Derived.self, from: ["name": "e", "super": ["id": 7]])
        #expect(read.id == 7 && read.name == "e")
    }

    struct Nested: Codable, Equatable {
        var pairs: [[Int]] = [[1, 2], [3]]
        enum Keys: CodingKey { case outer, inner, list }
        init() {}
        init(from decoder: any Decoder) throws {
            let outer = try decoder.container(keyedBy: Keys.self)
            let inner = try outer.nestedContainer(keyedBy: Keys.self, forKey: .outer)
            var list = try inner.nestedUnkeyedContainer(forKey: .list)
            pairs = []
            while !list.isAtEnd {
                var pair = try list.nestedUnkeyedContainer()
                var numbers: [Int] = []
                while !pair.isAtEnd { numbers.append(try pair.decode(Int.self)) }
                pairs.append(numbers)
            }
        }
        func encode(to encoder: any Encoder) throws {
            var outer = encoder.container(keyedBy: Keys.self)
            var inner = outer.nestedContainer(keyedBy: Keys.self, forKey: .outer)
            var list = inner.nestedUnkeyedContainer(forKey: .list)
            // Containers may be filled in any order.
            var containers = pairs.map { _ in list.nestedUnkeyedContainer() }
            for index in pairs.indices.reversed() {
                for number in pairs[index] { try containers[index].encode(number) }
            }
            try inner.encode("x", forKey: .inner)
        }
    }

    @Test("nested containers may be filled after others were opened")
    func nestedContainers() throws {
        #expect(try Self.text(Nested()) == #"{"outer":{"inner":"x","list":[[1,2],[3]]}}"#)
        #expect(
            try CanonicalJSONDecoder().decode(Nested.self, from: CanonicalJSONEncoder().encode(Nested()))
                == Nested())
    }

    @Test("a member that is encoded twice is an error, not lost")
    func duplicates() throws {
        struct Twice: Encodable {
            enum Keys: CodingKey { case a }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Keys.self)
                try container.encode(1, forKey: .a)
                try container.encode(2, forKey: .a)
            }
        }
        #expect(try #require(Self.error(["x": Twice()])).fields["path"] == "x")
    }

    @Test("a value that is encoded in two ways, or not at all, is an error")
    func misuse() {
        struct TwoWays: Encodable {
            func encode(to encoder: any Encoder) throws {
                var list = encoder.unkeyedContainer()
                try list.encode(1)
                var single = encoder.singleValueContainer()
                try single.encode(2)
            }
        }
        struct Nothing: Encodable { func encode(to encoder: any Encoder) {} }
        #expect(Self.error(TwoWays())?.code == .unencodable)
        #expect(Self.error(Nothing())?.code == .unencodable)
    }

    final class Chain: Encodable {
        let next: Chain?
        init(_ next: Chain?) { self.next = next }
    }

    @Test("a value that is nested too deep is an error, not a crash")
    func depth() {
        var chain: Chain?
        for _ in 0..<2000 { chain = Chain(chain) }
        #expect(Self.error(chain)?.code == .unencodable)
    }

    @Test("what an encode(to:) throws itself comes out as it is")
    func ownErrors() {
        struct Refusal: Error {}
        struct Refusing: Encodable { func encode(to encoder: any Encoder) throws { throw Refusal() } }
        #expect(throws: Refusal.self) { try CanonicalJSONEncoder().encode([Refusing()]) }
    }
}
