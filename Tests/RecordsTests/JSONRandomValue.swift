import StemmaRecords
import TestSupport

/// Random values, numbers and damaged texts for the tests of JSON.
struct JSONRandomValue {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

    /// A finite double: any bits, an integer, a short decimal, or a neighbour of a power of ten.
    mutating func number() -> Double {
        switch below(4) {
        case 0:
            while true {
                let number = Double(bitPattern: generator.next())
                if number.isFinite { return number }
            }
        case 1: return Double(Int.random(in: -(1 << 53)...(1 << 53), using: &generator))
        case 2: return Double(below(2_000_000) - 1_000_000) / [10, 100, 1000, 1e6, 1e9][below(5)]
        default:
            var number = PowersOfTenForTests.power(below(40) - 20)
            for _ in 0..<below(3) { number = below(2) == 0 ? number.nextUp : number.nextDown }
            return number
        }
    }

    mutating func string() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "Z", "0", "/", "\\", "\"", "\n", "\t", "\r", "\u{8}", "\u{c}", "\0", "\u{1f}", "\u{7f}",
            "é",
            "e", "\u{301}", "ß", "\u{20ac}", "\u{d7ff}", "\u{e000}", "\u{fb33}", "\u{ffff}", "\u{10000}",
            "\u{1f600}",
        ]
        var string = String.UnicodeScalarView()
        for _ in 0..<below(below(4) == 0 ? 40 : 6) { string.append(alphabet[below(alphabet.count)]) }
        return String(string)
    }

    mutating func value(depth: Int = 4) -> JSONValue {
        switch below(depth == 0 ? 5 : 8) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .string(string())
        case 3, 4: return .number(number())
        case 5, 6:
            var object = JSONObject()
            for _ in 0..<below(below(5) == 0 ? 20 : 5) { object[string()] = value(depth: depth - 1) }
            return .object(object)
        default:
            return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
        }
    }

    /// One to three bytes changed, removed, doubled, or copied from elsewhere.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(3) where !bytes.isEmpty {
            let place = below(bytes.count)
            switch below(5) {
            case 0: bytes[place] = UInt8(below(256))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(bytes[place], at: place)
            case 3: bytes[place] = bytes[below(bytes.count)]
            default: bytes.removeSubrange(place..<min(bytes.count, place + below(8)))
            }
        }
        return bytes
    }
}

enum PowersOfTenForTests {
    static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 0 }
}
