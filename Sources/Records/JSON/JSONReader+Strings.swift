/// Where a string stands between its quotes, found to be valid, and whether it has escapes.
struct JSONStringRange {
    let range: Range<Int>
    let isEscaped: Bool
}

extension JSONReader {
    /// Reads a string, whose opening quote is at the position, as a Swift string.
    @inline(__always)
    mutating func readString() throws -> String {
        decode(try scanString())
    }

    func decode(_ string: JSONStringRange) -> String {
        let raw = UnsafeRawBufferPointer(rebasing: bytes[string.range])
        guard string.isEscaped else { return String(decoding: raw, as: UTF8.self) }
        var unescaped: [UInt8] = []
        unescaped.reserveCapacity(raw.count)
        appendUnescaped(string, to: &unescaped)
        return String(decoding: unescaped, as: UTF8.self)
    }

    /// Finds the end of the string whose opening quote is at the position, and checks its escapes and its UTF-8.
    mutating func scanString() throws -> JSONStringRange {
        let start = position + 1
        let end = bytes.count
        var index = start
        var isEscaped = false
        while true {
            // Eight bytes at a time over everything that needs no look.
            while index + 8 <= end {
                let stops = JSONStops.mask(JSONStops.word(at: index, in: bytes))
                if stops != 0 {
                    index += stops.trailingZeroBitCount >> 3
                    break
                }
                index += 8
            }
            guard index < end else { throw malformed("the string has no closing quote", at: start - 1) }
            let byte = bytes[index]
            if byte == JSONByte.quote {
                position = index + 1
                return JSONStringRange(range: start..<index, isEscaped: isEscaped)
            } else if byte == JSONByte.backslash {
                isEscaped = true
                index = try endOfEscape(at: index)
            } else if byte < 0x20 {
                throw malformed(
                    "a control character (\(found(at: index))) in a string is not escaped", at: index)
            } else if byte < 0x80 {
                index += 1
            } else {
                let length = UTF8Sequence.length(at: index, in: bytes)
                if length == 0 { throw malformed("\(found(at: index)) is not valid UTF-8", at: index) }
                index += length
            }
        }
    }

    private func endOfEscape(at index: Int) throws -> Int {
        guard index + 1 < bytes.count else { throw unexpected("an escape", at: index + 1) }
        switch bytes[index + 1] {
        case JSONByte.quote, JSONByte.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return index + 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit(at: index + 2)
            if (0xDC00...0xDFFF).contains(unit) {
                throw malformed("the low surrogate has no high surrogate before it", at: index)
            }
            guard (0xD800...0xDBFF).contains(unit) else { return index + 6 }
            guard index + 7 < bytes.count, bytes[index + 6] == JSONByte.backslash,
                bytes[index + 7] == UInt8(ascii: "u"),
                (0xDC00...0xDFFF).contains(try codeUnit(at: index + 8))
            else {
                throw malformed("the high surrogate has no low surrogate after it", at: index)
            }
            return index + 12
        default:
            throw unexpected("one of \"\\/bfnrtu after '\\'", at: index + 1)
        }
    }

    private func codeUnit(at index: Int) throws -> UInt32 {
        var unit: UInt32 = 0
        for offset in index..<index + 4 {
            guard offset < bytes.count, let digit = Self.hexDigit(bytes[offset]) else {
                throw unexpected("a hexadecimal digit", at: offset)
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    private static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// Appends what a scanned string says, its escapes resolved.
    func appendUnescaped(_ string: JSONStringRange, to output: inout [UInt8]) {
        guard string.isEscaped else {
            output.append(contentsOf: bytes[string.range])
            return
        }
        var index = string.range.lowerBound
        while index < string.range.upperBound {
            let byte = bytes[index]
            guard byte == JSONByte.backslash else {
                output.append(byte)
                index += 1
                continue
            }
            let kind = bytes[index + 1]
            index += 2
            switch kind {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"):
                var code = unit(at: index)
                index += 4
                if (0xD800...0xDBFF).contains(code) {
                    code = 0x10000 + (code - 0xD800) << 10 + (unit(at: index + 2) - 0xDC00)
                    index += 6
                }
                UTF8Sequence.append(code, to: &output)
            default: output.append(kind)
            }
        }
    }

    /// Four hexadecimal digits that the scan has found to be such.
    private func unit(at index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for offset in index..<index + 4 { unit = unit << 4 | (Self.hexDigit(bytes[offset]) ?? 0) }
        return unit
    }
}

/// Finds, in eight bytes at once, what cannot be copied as it is out of or into a JSON string.
enum JSONStops {
    /// Eight bytes, the first of them lowest.
    @inline(__always)
    static func word(at index: Int, in bytes: UnsafeRawBufferPointer) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The high bit of each byte that is a control character, a quote, a backslash or not ASCII.
    ///
    /// Bytes above the lowest one marked may be marked wrongly (a borrow); the lowest never is.
    @inline(__always)
    static func mask(_ word: UInt64) -> UInt64 {
        (word | escapes(word)) & 0x8080_8080_8080_8080
    }

    /// As `mask`, but with what is not ASCII taken for what it stands for: nothing that is escaped.
    @inline(__always)
    static func escapeMask(_ word: UInt64) -> UInt64 {
        escapes(word) & ~word & 0x8080_8080_8080_8080
    }

    @inline(__always)
    private static func escapes(_ word: UInt64) -> UInt64 {
        (word &- 0x2020_2020_2020_2020)
            | ((word ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101)
            | ((word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101)
    }
}
