import StemmaBlobs

/// A literal of the Python language, as far as the headers of npy files have them.
enum PythonLiteral {
    /// A string with its escapes unresolved: only its type letters or its presence matter.
    case string(String)
    case integer(Int)
    case bool(Bool)
    case tuple([PythonLiteral])
    case list([PythonLiteral])
    case dictionary([Entry])

    struct Entry {
        let key: String
        let value: PythonLiteral
    }
}

/// Reads one Python literal; every error names the offset of the byte at fault in the file.
struct PythonLiteralReader {
    /// Deeper than any header that numpy writes, and far from the stack's end.
    private static let maximumDepth = 32

    private let bytes: UnsafeRawBufferPointer
    /// Where `bytes` begin in the file.
    private let origin: Int
    private var position = 0
    private var depth = 0

    init(_ bytes: UnsafeRawBufferPointer, origin: Int) {
        self.bytes = bytes
        self.origin = origin
    }

    /// Reads the literal that is all there is, but for white space around it.
    mutating func read() throws -> PythonLiteral {
        let literal = try value()
        skipWhitespace()
        if position < bytes.count { throw unexpected("the end of the header") }
        return literal
    }

    private mutating func value() throws -> PythonLiteral {
        depth += 1
        defer { depth -= 1 }
        skipWhitespace()
        if depth > Self.maximumDepth { throw problem("the header is nested too deep", at: position) }
        switch position < bytes.count ? bytes[position] : 0 {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "("):
            let (values, hasComma) = try items(upTo: UInt8(ascii: ")"))
            // Parentheses around one value without a comma are no tuple.
            return values.count == 1 && !hasComma ? values[0] : .tuple(values)
        case UInt8(ascii: "["): return .list(try items(upTo: UInt8(ascii: "]")).values)
        case UInt8(ascii: "{"): return .dictionary(try dictionary())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return .integer(try integer())
        case UInt8(ascii: "T"):
            try word("True")
            return .bool(true)
        case UInt8(ascii: "F"):
            try word("False")
            return .bool(false)
        default: throw unexpected("a string, number, tuple, list, dictionary, True or False")
        }
    }

    private mutating func string() throws -> String {
        let start = position
        let quote = bytes[position]
        position += 1
        while position < bytes.count, bytes[position] != quote {
            // What is escaped, a quote above all, does not end the string.
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { throw problem("the string has no closing quote", at: start) }
        position += 1
        return String(decoding: bytes[start + 1..<position - 1], as: UTF8.self)
    }

    private mutating func integer() throws -> Int {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") <= 9 { position += 1 }
        if position == first { throw unexpected("a digit") }
        guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw problem("the number is beyond 64 bits", at: start)
        }
        // Python 2 marked long integers so, and wrote them into headers.
        if position < bytes.count, bytes[position] == UInt8(ascii: "L") { position += 1 }
        return value
    }

    private mutating func items(upTo end: UInt8) throws -> (values: [PythonLiteral], hasComma: Bool) {
        position += 1
        var values: [PythonLiteral] = []
        var hasComma = false
        while true {
            if skip(end) { return (values, hasComma) }
            if !values.isEmpty, !hasComma { throw unexpected("',' or '\(Character(Unicode.Scalar(end)))'") }
            values.append(try value())
            hasComma = skip(UInt8(ascii: ","))
        }
    }

    private mutating func dictionary() throws -> [PythonLiteral.Entry] {
        position += 1
        var members: [PythonLiteral.Entry] = []
        var hasComma = true
        while true {
            if skip(UInt8(ascii: "}")) { return members }
            guard hasComma else { throw unexpected("',' or '}'") }
            skipWhitespace()
            let start = position
            guard case .string(let key) = try value() else {
                throw problem("a key is not a string", at: start)
            }
            if members.contains(where: { $0.key == key }) {
                throw problem("the key '\(key)' occurs twice", at: start)
            }
            guard skip(UInt8(ascii: ":")) else { throw unexpected("':'") }
            members.append(PythonLiteral.Entry(key: key, value: try value()))
            hasComma = skip(UInt8(ascii: ","))
        }
    }

    private mutating func word(_ word: StaticString) throws {
        for index in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count, bytes[position] == word.utf8Start[index] else {
                throw unexpected("'\(word)'")
            }
            position += 1
        }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while position < bytes.count, bytes[position] == 0x20 || (0x09...0x0D).contains(bytes[position]) {
            position += 1
        }
    }

    private func unexpected(_ expected: String) -> StemmaError {
        let found = position < bytes.count ? "byte 0x\(String(bytes[position], radix: 16))" : "the end"
        return problem("expected \(expected), found \(found)", at: position)
    }

    private func problem(_ problem: String, at position: Int) -> StemmaError {
        .malformedNPY(problem, at: origin + position)
    }
}
