import StemmaBlobs

/// The folder of a variable that a record's page stands in, named after the values of some of its keys.
package struct Partition: Hashable, Sendable {
    /// The names of the keys that make the folders; empty when the variable has none.
    package let names: [String]

    package init(_ names: [String]) { self.names = names }

    /// The first key of a store that declares two or more, otherwise none.
    package static func standard(for keys: KeyDeclarations) -> Partition {
        Partition(keys.list.count >= 2 ? [keys.list[0].name] : [])
    }

    /// What DuckDB and Spark read as null.
    private static let missing = "__HIVE_DEFAULT_PARTITION__"
    /// An encoded value longer than this is replaced by a digest: folder names are limited to 255 bytes.
    private static let maximumLength = 100

    /// The folder relative to the variable's, such as `subject=1`; empty when there is none.
    package func path(of keys: Keys) -> String {
        names.map { "\($0)=\(Self.encoded(keys[$0]))" }.joined(separator: "/")
    }

    private static func encoded(_ value: Scalar?) -> String {
        guard let value else { return missing }
        let text = value.text
        if text == missing { return "%5F" + missing.dropFirst() }
        var encoded = ""
        for byte in text.utf8 {
            if isPlain(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + hexDigit(byte >> 4) + hexDigit(byte & 15)
            }
        }
        if encoded.utf8.count > maximumLength { return "~" + Digest.of(Array(text.utf8)).hex.prefix(32) }
        return encoded
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    private static func hexDigit(_ value: UInt8) -> String { String(value, radix: 16, uppercase: true) }
}
