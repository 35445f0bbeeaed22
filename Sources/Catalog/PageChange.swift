import StemmaBlobs
import StemmaRecords

/// A page that a transaction writes or removes.
package struct PageChange: Sendable {
    /// Relative to `records/`.
    package let path: String
    /// The file with the page's new bytes, still under a temporary name; `nil` when the page goes away.
    package let temporary: String?
    /// Git's id of the bytes that were there, as the catalog knows; `nil` for a new page.
    package let before: [UInt8]?
    /// Git's id of the new bytes.
    package let after: [UInt8]?
    /// What `stat` said of the file that is to be replaced.
    let stamp: FileStamp?

    /// A change as a journal has it.
    package init(path: String, temporary: String?, before: [UInt8]?, after: [UInt8]?) {
        self.init(path: path, temporary: temporary, before: before, after: after, stamp: nil)
    }

    init(path: String, temporary: String?, before: [UInt8]?, after: [UInt8]?, stamp: FileStamp?) {
        self.path = path
        self.temporary = temporary
        self.before = before
        self.after = after
        self.stamp = stamp
    }

    /// Whether the file is still the one that the catalog knows.
    package func isCurrent(_ paths: StorePaths, _ contentID: (UnsafeRawBufferPointer) -> [UInt8]) throws
        -> Bool
    {
        let file = paths.page(path)
        guard let status = try FileSystem.status(file) else { return before == nil }
        guard let before, let stamp else { return false }
        if stamp.isCurrent(for: status) { return true }
        let bytes = try FileSystem.readAll(file, limit: Page.maximumSize, followLinks: false)
        return bytes.withUnsafeBytes(contentID) == before
    }
}

extension CatalogUpdate {
    /// Decides which pages the changed partitions have now and writes those that differ, under temporary names.
    ///
    /// - Parameter makeFile: writes the bytes of a page and gives the temporary file's path.
    package func layOut(makeFile: (UnsafeRawBufferPointer) throws -> String) throws -> [PageChange] {
        var changes: [PageChange] = []
        for (partition, state) in dirty.sorted(by: { $0.key < $1.key }) {
            for leftover in state.leftovers { changes.append(try removePage(leftover)) }
            for top in try tops(partition, state) {
                try layOut(partition, state, under: top, makeFile, into: &changes)
            }
        }
        dirty.removeAll()
        return changes
    }

    /// The prefixes to lay out: what changed, up to where it fits one page together with its neighbours.
    private func tops(_ partition: Int64, _ state: DirtyPartition) throws -> [PagePrefix] {
        var counts = state.pages.mapValues(\.records)
        for prefix in state.prefixes { counts[prefix] = try count(partition, prefix) }
        let totals = PrefixTotals(counts)
        var tops: Set<PagePrefix> = []
        for prefix in state.prefixes {
            var top = prefix
            while let parent = top.parent,
                try fitsOnePage(partition, parent, count: totals.total(under: parent))
            {
                top = parent
            }
            tops.insert(top)
        }
        // An ancestor sorts before what it covers.
        var kept: [PagePrefix] = []
        for top in tops.sorted() where kept.last?.isAncestor(of: top) != true { kept.append(top) }
        return kept
    }

    private func fitsOnePage(_ partition: Int64, _ prefix: PagePrefix, count: Int) throws -> Bool {
        if count <= PageLayout.maximumRecords { return true }
        // Variants of one address stay on one page however many there are.
        guard let first = try hash(partition, prefix, "ASC"), let last = try hash(partition, prefix, "DESC")
        else {
            return true
        }
        return PageLayout.fitsOnePage(count: count, first: first, last: last)
    }

    private func layOut(
        _ partition: Int64, _ state: DirtyPartition, under top: PagePrefix,
        _ makeFile: (UnsafeRawBufferPointer) throws -> String, into changes: inout [PageChange]
    ) throws {
        let leaves = PageLayout.leaves(of: try hashes(partition, top), under: top)
        let kept = Set(leaves.map(\.prefix))
        for (prefix, row) in state.pages where top.isAncestor(of: prefix) && !kept.contains(prefix) {
            changes.append(try removePage(row))
        }
        for leaf in leaves {
            let row = state.pages[leaf.prefix]
            let (bytes, size) = try pageBytes(partition, leaf.prefix)
            let content = bytes.withUnsafeBytes(contentID)
            if let row, row.content == content, !row.isIrregular { continue }
            let path = StorePaths.pagePath(
                variable: state.variable.name, partition: state.path, prefix: leaf.prefix)
            try setPage(
                path: path, partition: partition, prefix: leaf.prefix, records: leaf.range.count, bytes: size,
                content: content)
            if row?.content == content { continue }
            let temporary = try bytes.withUnsafeBytes(makeFile)
            changes.append(
                PageChange(
                    path: path, temporary: temporary, before: row?.content, after: content, stamp: row?.stamp)
            )
        }
    }

    private func hash(_ partition: Int64, _ prefix: PagePrefix, _ order: String) throws -> UInt64? {
        let (low, high) = Self.bounds(prefix)
        return try connection.first(
            """
            SELECT identity FROM records WHERE partition = ? AND identity BETWEEN ? AND ?
            ORDER BY identity \(order) LIMIT 1
            """, .integer(partition), .blob(low), .blob(high)
        ) { Self.hash($0.bytes(0)) }
    }

    private func count(_ partition: Int64, _ prefix: PagePrefix) throws -> Int {
        let (low, high) = Self.bounds(prefix)
        return try connection.first(
            "SELECT count(*) FROM records WHERE partition = ? AND identity BETWEEN ? AND ?",
            .integer(partition),
            .blob(low), .blob(high)
        ) { $0.integer(0) } ?? 0
    }

    private func hashes(_ partition: Int64, _ prefix: PagePrefix) throws -> [UInt64] {
        let (low, high) = Self.bounds(prefix)
        return try connection.all(
            "SELECT identity FROM records WHERE partition = ? AND identity BETWEEN ? AND ? ORDER BY identity",
            .integer(partition), .blob(low), .blob(high)
        ) { Self.hash($0.bytes(0)) }
    }

    private static func hash(_ identity: UnsafeRawBufferPointer) -> UInt64 {
        identity.count < 8 ? 0 : UInt64(bigEndian: identity.loadUnaligned(as: UInt64.self))
    }

    static func bounds(_ prefix: PagePrefix) -> (low: [UInt8], high: [UInt8]) {
        let range = prefix.range
        return (
            RecordIdentity(keysHash: range.lowerBound, versionHigh: 0, versionLow: 0).bytes,
            RecordIdentity(keysHash: range.upperBound, versionHigh: .max, versionLow: .max).bytes
        )
    }

    private func pageBytes(_ partition: Int64, _ prefix: PagePrefix) throws -> (bytes: [UInt8], size: Int) {
        var bytes: [UInt8] = []
        var size = 0
        let (low, high) = Self.bounds(prefix)
        try connection.each(
            "SELECT line, size FROM records WHERE partition = ? AND identity BETWEEN ? AND ? ORDER BY sort",
            [.integer(partition), .blob(low), .blob(high)]
        ) { row in
            bytes.append(contentsOf: row.bytes(0))
            bytes.append(0x0A)
            size += row.integer(1)
            return true
        }
        return (bytes, size)
    }

    private func removePage(_ row: PageRow) throws -> PageChange {
        try connection.run("DELETE FROM pages WHERE id = ?", .integer(row.id))
        try connection.run("DELETE FROM problems WHERE page = ?", .integer(row.id))
        return PageChange(path: row.path, temporary: nil, before: row.content, after: nil, stamp: row.stamp)
    }

    private func setPage(
        path: String, partition: Int64, prefix: PagePrefix, records: Int, bytes: Int, content: [UInt8]
    ) throws {
        try connection.run("DELETE FROM pages WHERE path = ?", .text(path))
        try insertPage(
            path: path, partition: partition, prefix: prefix, records: records, bytes: bytes,
            content: content,
            isIrregular: false, isOverlapped: false, stamp: .unknown)
    }

    func insertPage(
        path: String, partition: Int64, prefix: PagePrefix, records: Int, bytes: Int, content: [UInt8],
        isIrregular: Bool, isOverlapped: Bool, stamp: FileStamp
    ) throws {
        let statement = try connection.prepare(
            """
            INSERT INTO pages(path, partition, low, high, records, bytes, content, irregular, overlapped,
              device, inode, size, modified, changed, looked) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
            """)
        defer { statement.reset() }
        let (low, high) = Self.bounds(prefix)
        try statement.bind(
            [
                .text(path), .integer(partition), .blob(low), .blob(high), .integer(records), .integer(bytes),
                .blob(content), .integer(isIrregular ? 1 : 0), .integer(isOverlapped ? 1 : 0),
            ] + stamp.values)
        _ = try statement.step()
    }

    /// Notes that the page's file is in place, so that the next look need not read it.
    package func confirm(_ change: PageChange) throws {
        guard change.temporary != nil, let status = try FileSystem.status(paths.page(change.path)) else {
            return
        }
        let stamp = FileStamp(status, looked: FileSystem.now())
        let statement = try connection.prepare(
            """
            UPDATE pages SET device = ?, inode = ?, size = ?, modified = ?, changed = ?, looked = ? WHERE path = ?
            """)
        defer { statement.reset() }
        try statement.bind(stamp.values + [.text(change.path)])
        _ = try statement.step()
    }
}
