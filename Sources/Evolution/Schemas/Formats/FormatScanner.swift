/// Reads a text byte by byte, from its begin to its end.
///
/// Each function of a format moves past what it accepts, and says whether it did.
struct FormatScanner {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    var upcoming: UInt8? { isAtEnd ? nil : bytes[position] }

    /// Moves past one of these characters, which are ASCII.
    mutating func skip(_ characters: StaticString) -> Bool {
        guard let byte = upcoming, characters.has(byte) else { return false }
        position += 1
        return true
    }

    /// Moves past bytes as long as they are of a kind, and counts them.
    mutating func skip(while isWanted: (UInt8) -> Bool) -> Int {
        let start = position
        while let byte = upcoming, isWanted(byte) { position += 1 }
        return position - start
    }

    /// The number that exactly so many digits have, if that is what comes next.
    mutating func number(digits count: Int) -> Int? {
        guard bytes.count - position >= count else { return nil }
        var number = 0
        for _ in 0..<count {
            guard bytes[position].isDigit else { return nil }
            number = number * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        return number
    }

    /// Tries something, and stays where it was if that is not what comes next.
    mutating func attempt(_ body: (inout FormatScanner) -> Bool) -> Bool {
        let start = position
        if body(&self) { return true }
        position = start
        return false
    }
}

extension StaticString {
    func has(_ byte: UInt8) -> Bool { withUTF8Buffer { $0.contains(byte) } }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    var isAlphanumeric: Bool { isDigit || isLetter }
    var isHexadecimal: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
}
