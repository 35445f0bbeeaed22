import CGit2

/// The SHA-1 by which git knows a blob, a tree or a commit.
package struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
    // Three words, most significant first, so that comparing and hashing touch no memory beyond the value.
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    static let byteCount = 20

    /// All zeros: what git writes where there is no object.
    package static let zero = ObjectID(high: 0, middle: 0, low: 0)

    private init(high: UInt64, middle: UInt64, low: UInt32) {
        self.high = high
        self.middle = middle
        self.low = low
    }

    /// Nil unless `bytes` are exactly 20.
    init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        middle = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }

    /// Nil unless `bytes` are exactly 20.
    package init?(bytes: [UInt8]) {
        guard let id = bytes.withUnsafeBytes({ ObjectID(bytes: $0) }) else { return nil }
        self = id
    }

    /// The 20 raw bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        withUnsafeBytes(of: high.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: middle.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: low.bigEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    init(_ id: git_oid) {
        self = withUnsafeBytes(of: id) { ObjectID(bytes: $0) } ?? .zero
    }

    /// Nil unless `hex` is 40 hexadecimal digits, of either case.
    package init?(hex: String) {
        var hex = hex
        guard let id = hex.withUTF8({ ObjectID(hexBytes: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = id
    }

    /// Nil unless `hex` is 40 hexadecimal digits, of either case.
    init?(hexBytes hex: UnsafeRawBufferPointer) {
        guard hex.count == 2 * Self.byteCount else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for (position, character) in hex.enumerated() {
            guard let digit = hexDigit(character) else { return nil }
            if position < 16 {
                words.0 = words.0 << 4 | digit
            } else if position < 32 {
                words.1 = words.1 << 4 | digit
            } else {
                words.2 = words.2 << 4 | digit
            }
        }
        self.init(high: words.0, middle: words.1, low: UInt32(words.2))
    }

    /// The 40 lower-case hexadecimal digits.
    package var hex: String {
        String(unsafeUninitializedCapacity: 2 * Self.byteCount) { buffer in
            withBytes { bytes in
                for (position, byte) in bytes.enumerated() {
                    buffer[2 * position] = hexCharacter(byte >> 4)
                    buffer[2 * position + 1] = hexCharacter(byte & 15)
                }
            }
            return 2 * Self.byteCount
        }
    }

    package var description: String { hex }

    package static func < (a: ObjectID, b: ObjectID) -> Bool {
        (a.high, a.middle, a.low) < (b.high, b.middle, b.low)
    }

    /// The 20 bytes, for the time of the call.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        var id = oid
        return try withUnsafeBytes(of: &id, body)
    }

    var oid: git_oid {
        var id = git_oid()
        withUnsafeMutableBytes(of: &id) { bytes in
            bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return id
    }
}

func hexDigit(_ character: UInt8) -> UInt64? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(character - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(character - UInt8(ascii: "A") + 10)
    default: nil
    }
}

private func hexCharacter(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
}
