import StemmaBlobs

/// What a page's file holds: the records that could be read, and what is wrong with the rest.
package struct Page {
    /// A record and the line that it stands on.
    package struct Entry {
        package let record: Record
        package let identity: RecordIdentity
        /// Sorts as the record does (`RecordOrder`).
        package let sortKey: [UInt8]
        /// The line's place in the file, without the newline.
        package let line: Range<Int>
        package let number: Int
    }

    package private(set) var entries: [Entry] = []
    /// One for each line that is no record of this store, with the file and the line.
    package private(set) var problems: [StemmaError] = []
    /// Whether the bytes are just what `Page.bytes(of:)` writes for these records.
    package private(set) var isCanonical = true

    /// No page is read beyond this size: 512 lines of at most 64 KiB, and variants of one address without a limit.
    package static let maximumSize = 1 << 30

    /// Reads a page.
    ///
    /// - Parameter path: how problems name the file.
    package init(_ bytes: UnsafeRawBufferPointer, variable: String, path: String, keys: KeyDeclarations) {
        let order = RecordOrder(keys)
        var lines = PageLines(bytes)
        var canonical: [UInt8] = []
        canonical.reserveCapacity(bytes.count)
        while let range = lines.next() {
            do {
                let record = try Record(
                    line: UnsafeRawBufferPointer(rebasing: bytes[range]), variable: variable)
                try record.checkValue()
                try keys.check(record.keys)
                try keys.check(version: record.version)
                let sortKey = order.key(of: record)
                if let last = entries.last, !last.sortKey.lexicographicallyPrecedes(sortKey) {
                    isCanonical = false
                }
                entries.append(
                    Entry(
                        record: record, identity: RecordIdentity(keys: record.keys, version: record.version),
                        sortKey: sortKey, line: range, number: lines.number))
                record.appendLine(to: &canonical)
                canonical.append(0x0A)
            } catch let error as StemmaError {
                problems.append(.invalidPage(path, line: lines.number, error))
            } catch {
                problems.append(.invalidPage(path, line: lines.number, .invalidRecord("\(error)")))
            }
        }
        isCanonical =
            isCanonical && problems.isEmpty
            && canonical.withUnsafeBytes { LineDifference.areEqual($0, bytes) }
    }

    /// The file that holds these records, sorted.
    package static func bytes(of records: [Record], keys: KeyDeclarations) -> [UInt8] {
        let order = RecordOrder(keys)
        let sorted = records.map { (order.key(of: $0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.count * 320)
        for (_, record) in sorted {
            record.appendLine(to: &bytes)
            bytes.append(0x0A)
        }
        return bytes
    }
}
