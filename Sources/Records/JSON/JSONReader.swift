import StemmaBlobs

/// Reads the tokens of strict JSON (RFC 8259) out of bytes; every error names the offset of the byte at fault.
struct JSONReader {
    let bytes: UnsafeRawBufferPointer
    var position = 0
    let integers: JSONIntegerRule

    init(_ bytes: UnsafeRawBufferPointer, integers: JSONIntegerRule) {
        self.bytes = bytes
        self.integers = integers
    }

    /// The byte at the position, or 0, which begins no token, at the end.
    var next: UInt8 {
        @inline(__always) get { position < bytes.count ? bytes[position] : 0 }
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while position < bytes.count {
            let byte = bytes[position]
            // One comparison for canonical text, in which nothing is to be skipped.
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    @inline(__always)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func readLiteral(_ literal: StaticString) throws {
        let count = literal.utf8CodeUnitCount
        for index in 0..<count {
            guard position + index < bytes.count, bytes[position + index] == literal.utf8Start[index] else {
                throw unexpected("'\(literal)'", at: position + index)
            }
        }
        position += count
    }

    /// Refuses anything but white space up to the end.
    mutating func readEnd() throws {
        skipWhitespace()
        if position < bytes.count { throw unexpected("the end") }
    }

    /// Refuses a byte order mark, with words of its own, because it cannot be seen in an editor.
    func refuseByteOrderMark() throws {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw malformed("a byte order mark is not allowed", at: 0)
        }
    }

    func malformed(_ problem: String, at offset: Int) -> StemmaError {
        .malformedJSON(problem, at: offset, in: bytes)
    }

    func unexpected(_ expected: String, at offset: Int? = nil) -> StemmaError {
        let offset = offset ?? position
        return malformed("expected \(expected), found \(found(at: offset))", at: offset)
    }

    func nestedTooDeep() -> StemmaError {
        malformed("nested deeper than \(JSONLimits.depth) levels", at: position)
    }

    func duplicateMember(_ name: String, at offset: Int) -> StemmaError {
        malformed("the object has two members \(JSONValue.string(name))", at: offset)
    }

    /// The byte at an offset, in the words of error messages.
    func found(at offset: Int) -> String {
        guard offset < bytes.count else { return "the end" }
        let byte = bytes[offset]
        if (0x21...0x7E).contains(byte) { return "'\(Character(Unicode.Scalar(byte)))'" }
        let digits = String(byte, radix: 16)
        return "byte 0x\(digits.count == 1 ? "0" : "")\(digits)"
    }
}

/// What begins, separates and ends the parts of JSON.
enum JSONByte {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let minus = UInt8(ascii: "-")
    static let zero = UInt8(ascii: "0")
    static let nine = UInt8(ascii: "9")
}
