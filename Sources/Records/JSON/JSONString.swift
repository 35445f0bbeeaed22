/// Strings as canonical JSON has them (RFC 8785, 3.2.2.2): nothing is escaped but what must be.
enum JSONString {
    static func append(_ string: String, to output: inout [UInt8]) {
        string.withBytes { append($0, to: &output) }
    }

    /// Appends valid UTF-8 in quotes, escaped.
    static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.append(JSONByte.quote)
        var start = 0
        var index = 0
        while index < bytes.count {
            if index + 8 <= bytes.count {
                let stops = JSONStops.escapeMask(JSONStops.word(at: index, in: bytes))
                if stops == 0 {
                    index += 8
                    continue
                }
                index += stops.trailingZeroBitCount >> 3
            }
            let byte = bytes[index]
            if byte < 0x20 || byte == JSONByte.quote || byte == JSONByte.backslash {
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
                appendEscape(of: byte, to: &output)
                start = index + 1
            }
            index += 1
        }
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start...]))
        output.append(JSONByte.quote)
    }

    private static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
        output.append(JSONByte.backslash)
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x00..<0x20:
            let low = byte & 0x0F
            output.append(UInt8(ascii: "u"))
            output.append(JSONByte.zero)
            output.append(JSONByte.zero)
            output.append(JSONByte.zero + byte >> 4)
            output.append(low < 10 ? JSONByte.zero + low : UInt8(ascii: "a") + low - 10)
        default: output.append(byte)
        }
    }
}
