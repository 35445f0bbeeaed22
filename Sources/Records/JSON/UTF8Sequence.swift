/// One character in UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing beyond U+10FFFF.
enum UTF8Sequence {
    /// The length of the sequence of more than one byte that begins at an index; 0 if it is not valid.
    @inline(__always)
    static func length(at index: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        let left = bytes.count - index
        let first = bytes[index]
        guard left >= 2 else { return 0 }
        let second = bytes[index + 1]
        switch first {
        case 0xC2...0xDF:
            return isContinuation(second) ? 2 : 0
        case 0xE0...0xEF:
            guard left >= 3, secondRange(after: first).contains(second), isContinuation(bytes[index + 2])
            else {
                return 0
            }
            return 3
        case 0xF0...0xF4:
            guard left >= 4, secondRange(after: first).contains(second), isContinuation(bytes[index + 2]),
                isContinuation(bytes[index + 3])
            else {
                return 0
            }
            return 4
        default:
            return 0
        }
    }

    /// What the second byte may be: narrower after the four first bytes that could begin an overlong form, a
    /// surrogate or something beyond U+10FFFF.
    @inline(__always)
    static func secondRange(after first: UInt8) -> ClosedRange<UInt8> {
        switch first {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
    }

    @inline(__always)
    static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// Appends the sequence of a character that is not a surrogate.
    static func append(_ code: UInt32, to output: inout [UInt8]) {
        switch code {
        case 0..<0x80:
            output.append(UInt8(code))
        case 0x80..<0x800:
            output.append(UInt8(0xC0 | code >> 6))
            output.append(UInt8(0x80 | code & 0x3F))
        case 0x800..<0x10000:
            output.append(UInt8(0xE0 | code >> 12))
            output.append(UInt8(0x80 | code >> 6 & 0x3F))
            output.append(UInt8(0x80 | code & 0x3F))
        default:
            output.append(UInt8(0xF0 | code >> 18 & 0x07))
            output.append(UInt8(0x80 | code >> 12 & 0x3F))
            output.append(UInt8(0x80 | code >> 6 & 0x3F))
            output.append(UInt8(0x80 | code & 0x3F))
        }
    }
}
