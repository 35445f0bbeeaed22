import StemmaBlobs

/// The order of lines in a page: keys in declared order, then the canonical JSON of the version.
///
/// It is computed once, as bytes that compare with `memcmp`, so that SQLite and Swift sort alike.
package struct RecordOrder: Sendable {
    private let keys: [String]

    package init(_ keys: KeyDeclarations) { self.keys = keys.list.map(\.name) }

    /// Bytes that sort as the record does.
    package func key(of record: Record) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        for name in keys { Self.append(record.keys[name], to: &bytes) }
        record.version.appendCanonical(to: &bytes)
        return bytes
    }

    /// Bytes that sort partitions: by the keys that name them, in declared order.
    package func key(of partition: Partition, keys values: Keys) -> [UInt8] {
        var bytes: [UInt8] = []
        for name in keys where partition.names.contains(name) { Self.append(values[name], to: &bytes) }
        return bytes
    }

    package func areInOrder(_ a: Record, _ b: Record) -> Bool {
        key(of: a).lexicographicallyPrecedes(key(of: b))
    }

    /// A missing key sorts first, then null, false, true, numbers by value, strings by UTF-8 bytes.
    private static func append(_ value: Scalar?, to bytes: inout [UInt8]) {
        switch value {
        case nil: bytes.append(0)
        case .null: bytes.append(1)
        case .bool(false): bytes.append(2)
        case .bool(true): bytes.append(3)
        case .number(let number):
            bytes.append(4)
            // Two's complement order of IEEE 754: negative numbers are inverted, positive ones get the sign bit.
            let bits = number.bitPattern
            let ordered = bits >> 63 == 1 ? ~bits : bits | 1 << 63
            withUnsafeBytes(of: ordered.bigEndian) { bytes.append(contentsOf: $0) }
        case .string(let string):
            bytes.append(5)
            // A zero byte inside is told from the end by the byte after it.
            for byte in string.utf8 {
                bytes.append(byte)
                if byte == 0 { bytes.append(0xFF) }
            }
            bytes.append(0)
            bytes.append(0)
        }
    }
}
