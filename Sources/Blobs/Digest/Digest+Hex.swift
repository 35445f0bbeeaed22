extension Digest: CustomStringConvertible, LosslessStringConvertible {
    /// The first 12 hexadecimal digits: what people are shown.
    package var short: String { String(hex.prefix(12)) }

    /// The digest as 64 lower-case hexadecimal digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: Self.byteCount * 2) { storage in
            writeHex(to: UnsafeMutableRawBufferPointer(storage))
            return Self.byteCount * 2
        }
    }

    /// The 64 digits of lower-case hex.
    public var description: String { hex }

    /// The digest that 64 digits of lower-case hex stand for; `nil` for any other text.
    public init?(_ description: String) { self.init(hex: description) }

    /// Reads a digest from exactly 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        var text = String(hex)
        guard let digest = text.withUTF8({ Digest(hexBytes: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = digest
    }

    /// Reads a digest from exactly 64 bytes, the ASCII of lower-case hexadecimal digits.
    package init?(hexBytes: UnsafeRawBufferPointer) {
        guard hexBytes.count == Self.byteCount * 2 else { return nil }
        guard let word0 = Hexadecimal.word(hexBytes, at: 0), let word1 = Hexadecimal.word(hexBytes, at: 16),
            let word2 = Hexadecimal.word(hexBytes, at: 32), let word3 = Hexadecimal.word(hexBytes, at: 48)
        else { return nil }
        self.init(word0, word1, word2, word3)
    }

    /// Appends the 64 hexadecimal digits to `bytes`.
    package func appendHex(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: Self.byteCount * 2, alignment: 8) { digits in
            writeHex(to: digits)
            bytes.append(contentsOf: digits)
        }
    }

    private func writeHex(to storage: UnsafeMutableRawBufferPointer) {
        Hexadecimal.write(word0, to: storage, at: 0)
        Hexadecimal.write(word1, to: storage, at: 16)
        Hexadecimal.write(word2, to: storage, at: 32)
        Hexadecimal.write(word3, to: storage, at: 48)
    }

    /// The digests whose hexadecimal form starts with `prefix`; nil unless it is 1 to 64 lower-case digits.
    package static func range(ofPrefix prefix: String) -> ClosedRange<Digest>? {
        let missing = byteCount * 2 - prefix.utf8.count
        guard !prefix.isEmpty, missing >= 0,
            let first = Digest(hex: prefix + String(repeating: "0", count: missing)),
            let last = Digest(hex: prefix + String(repeating: "f", count: missing))
        else { return nil }
        return first...last
    }
}

/// Sixteen hexadecimal digits at a time.
private enum Hexadecimal {
    @inline(__always)
    static func word(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt64? {
        var word: UInt64 = 0
        var invalid: UInt8 = 0
        for position in start..<start + 16 {
            let character = bytes[position]
            let decimal = character &- UInt8(ascii: "0")
            let letter = character &- UInt8(ascii: "a")
            let digit = decimal < 10 ? decimal : letter < 6 ? letter + 10 : 0xFF
            invalid |= digit & 0xF0
            word = word &<< 4 | UInt64(digit & 0x0F)
        }
        return invalid == 0 ? word : nil
    }

    @inline(__always)
    static func write(_ word: UInt64, to bytes: UnsafeMutableRawBufferPointer, at start: Int) {
        for position in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: word &>> UInt64(60 - 4 * position)) & 0x0F
            bytes[start + position] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        }
    }
}
