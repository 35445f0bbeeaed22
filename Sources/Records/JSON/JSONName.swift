import Glibc

/// The order of member names: by UTF-16 code units (RFC 8785, 3.2.3), computed on UTF-8.
package enum JSONName {
    /// Says with a negative number, 0 or a positive one how two names stand to each other.
    package static func compare(_ left: String, _ right: String) -> Int {
        left.withBytes { left in right.withBytes { right in compare(left, right) } }
    }

    /// Says with a negative number, 0 or a positive one how two names in UTF-8 stand to each other.
    package static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let shared = min(left.count, right.count)
        var index = 0
        while index < shared, left[index] == right[index] { index += 1 }
        if index == shared { return left.count - right.count }
        return rank(left[index]) - rank(right[index])
    }

    /// UTF-8 orders as UTF-16 does, but for one thing: surrogates, which stand for what UTF-8 begins with F0 to F4,
    /// come before U+E000 to U+FFFF, which begin with EE and EF.
    private static func rank(_ byte: UInt8) -> Int {
        byte == 0xEE || byte == 0xEF ? Int(byte) + 0x100 : Int(byte)
    }
}

extension String {
    /// Whether both have the same UTF-8 bytes; `==` would also take canonically equivalent strings for the same.
    package func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return withBytes { left in
            other.withBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return memcmp(left, right, other.utf8.count) == 0
            }
        }
    }

    /// Calls `body` with the UTF-8 bytes, without a copy for every string that Swift itself made.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let result = try utf8.withContiguousStorageIfAvailable { try body(UnsafeRawBufferPointer($0)) }
        if let result { return result }
        return try Array(utf8).withUnsafeBytes(body)
    }
}
