import StemmaBlobs
import StemmaRecords

/// What the catalog knows of one page's file.
package struct PageRow: Sendable {
    package let id: Int64
    /// Relative to `records/`.
    package let path: String
    let partition: Int64
    /// Git's id of the file's bytes.
    package let content: [UInt8]
    package let records: Int
    package let isIrregular: Bool
    let isOverlapped: Bool
    package let stamp: FileStamp

    static let columns =
        "id, path, partition, content, records, irregular, overlapped, device, inode, size, modified, changed, looked"

    init(_ row: Statement) {
        id = row.int64(0)
        path = row.text(1)
        partition = row.int64(2)
        content = Array(row.bytes(3))
        records = row.integer(4)
        isIrregular = row.integer(5) != 0
        isOverlapped = row.integer(6) != 0
        stamp = FileStamp(row, from: 7)
    }

    package var prefix: PagePrefix? { PagePrefix(fileName: String(FileSystem.name(of: path))) }
}

/// What `stat` said of a file, and when it was asked.
package struct FileStamp: Sendable {
    package let device: Int64
    package let inode: Int64
    package let size: Int64
    package let modified: Int64
    package let changed: Int64
    package let looked: Int64

    /// Timestamps advance in steps: a file that changed this shortly before the look may have changed after it
    /// and show the same times. Linux steps at most 10 ms (CONFIG_HZ=100).
    static let racyInterval: Int64 = 10_000_000

    /// A stamp that no file matches: the file is to be read again.
    static let unknown = FileStamp(device: -1, inode: -1, size: -1, modified: 0, changed: 0, looked: 0)

    init(device: Int64, inode: Int64, size: Int64, modified: Int64, changed: Int64, looked: Int64) {
        (self.device, self.inode, self.size) = (device, inode, size)
        (self.modified, self.changed, self.looked) = (modified, changed, looked)
    }

    init(_ status: FileStatus, looked: Int64) {
        self.init(
            device: Int64(truncatingIfNeeded: status.device), inode: Int64(truncatingIfNeeded: status.inode),
            size: status.size, modified: status.modified, changed: status.changed, looked: looked)
    }

    init(_ row: Statement, from column: Int32) {
        self.init(
            device: row.int64(column), inode: row.int64(column + 1), size: row.int64(column + 2),
            modified: row.int64(column + 3), changed: row.int64(column + 4), looked: row.int64(column + 5))
    }

    /// Whether the file is, for all that `stat` says, what it was when the stamp was taken.
    func isCurrent(for status: FileStatus) -> Bool {
        let now = FileStamp(status, looked: 0)
        return device == now.device && inode == now.inode && size == now.size && modified == now.modified
            && changed == now.changed && modified < looked - Self.racyInterval
    }

    var values: [SQLValue] {
        [
            .integer(device), .integer(inode), .integer(size), .integer(modified), .integer(changed),
            .integer(looked),
        ]
    }
}

extension CatalogView {
    /// Every page, or those of one variable, by path.
    package func pages(of variable: Variable? = nil) throws -> [PageRow] {
        if let variable {
            return try connection.all(
                """
                SELECT \(PageRow.columns) FROM pages WHERE partition IN
                  (SELECT id FROM partitions WHERE variable = ?) ORDER BY path
                """, .integer(variable.id)
            ) { PageRow($0) }
        }
        return try connection.all("SELECT \(PageRow.columns) FROM pages ORDER BY path") { PageRow($0) }
    }

    /// What is wrong with pages: of one variable, or of all.
    package func problems(of variable: Variable? = nil) throws -> [StemmaError] {
        let sql = """
            SELECT pages.path, line, message, hint FROM problems JOIN pages ON pages.id = page
            JOIN partitions ON partitions.id = partition
            """
        func problem(_ row: Statement) -> StemmaError {
            let path = "\(StorePaths.recordsFolder)/\(row.text(0))"
            return StemmaError(
                .invalidPage, row.text(2), hint: row.isNull(3) ? nil : row.text(3),
                fields: ["path": path, "line": row.text(1)])
        }
        if let variable {
            return try connection.all(
                sql + " WHERE variable = ? ORDER BY pages.path, line", .integer(variable.id), read: problem)
        }
        return try connection.all(sql + " ORDER BY pages.path, line", read: problem)
    }
}

extension CatalogView {
    /// The page at a path relative to `records/`.
    package func page(_ path: String) throws -> PageRow? {
        try connection.first("SELECT \(PageRow.columns) FROM pages WHERE path = ?", .text(path)) {
            PageRow($0)
        }
    }

    /// The bytes of a page, put together from its lines.
    package func bytes(of page: PageRow) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(page.records * 320)
        try lines(of: page) { line in
            bytes.append(contentsOf: line)
            bytes.append(0x0A)
            return true
        }
        return bytes
    }

    /// The pages that do not hold exactly the records of their partition and prefix, in order, but can be read.
    package func irregularPages() throws -> [String] {
        try connection.all(
            "SELECT path FROM pages WHERE irregular != 0 AND id NOT IN (SELECT page FROM problems) ORDER BY path"
        ) { $0.text(0) }
    }

    /// How many records the pages of these bytes have, by git's id of the bytes.
    package func recordCounts() throws -> [[UInt8]: Int] {
        var counts: [[UInt8]: Int] = [:]
        try connection.each("SELECT content, records FROM pages", []) { row in
            counts[Array(row.bytes(0))] = row.integer(1)
            return true
        }
        return counts
    }
}
