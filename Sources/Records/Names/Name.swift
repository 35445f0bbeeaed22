import StemmaBlobs

/// The rule for names of variables, keys and version entries (Docs/Format.md, "Values").
package enum Name {
    /// The longest name in bytes.
    package static let maximumLength = 128

    /// Whether `text` is an ASCII letter or `_`, then ASCII letters, digits, `_`, `-` or `.`; at most 128 bytes.
    package static func isValid(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard let first = bytes.first, bytes.count <= maximumLength, isStart(first) else { return false }
            return bytes.allSatisfy { isStart($0) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E }
        }
    }

    private static func isStart(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F
    }

    /// Throws `.invalidName` unless `text` is a valid name.
    ///
    /// - Parameter what: what the name is for, as the message says it: "variable", "key" or "version entry".
    package static func check(_ text: String, of what: String) throws {
        guard isValid(text) else { throw StemmaError.invalidName(text, of: what) }
    }
}
