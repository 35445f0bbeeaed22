import StemmaBlobs
import StemmaRecords

/// The catalog as one SQLite transaction sees it: every question that it answers.
package struct CatalogView {
    let connection: Connection
    /// The store's keys.
    let keys: KeyDeclarations

    /// A variable and its settings.
    package struct Variable: Sendable {
        package let id: Int64
        package let name: String
        package let settings: VariableSettings
        /// Why `variable.json` cannot be read; then `settings` are what a new variable has.
        package let problem: String?
    }

    /// A folder of pages.
    package struct PartitionRow: Sendable {
        package let id: Int64
        package let path: String
    }

    // MARK: Variables

    package func variables() throws -> [Variable] {
        try connection.all("SELECT id, name, settings, problem FROM variables ORDER BY name COLLATE BINARY") {
            try variable($0)
        }
    }

    package func variable(_ name: String) throws -> Variable? {
        try connection.first("SELECT id, name, settings, problem FROM variables WHERE name = ?", .text(name))
        {
            try variable($0)
        }
    }

    private func variable(_ row: Statement) throws -> Variable {
        let name = row.text(1)
        let settings =
            row.isNull(2)
            ? VariableSettings(format: .json, partition: .standard(for: keys))
            : try VariableSettings(fileContent: Array(row.bytes(2)), path: name, keys: keys)
        return Variable(
            id: row.int64(0), name: name, settings: settings, problem: row.isNull(3) ? nil : row.text(3))
    }

    // MARK: Records

    /// The partitions of a variable, in the order of the keys that name them.
    ///
    /// - Parameter path: only this one.
    package func partitions(of variable: Variable, path: String? = nil) throws -> [PartitionRow] {
        if let path {
            return try connection.all(
                "SELECT id, path FROM partitions WHERE variable = ? AND path = ?", .integer(variable.id),
                .text(path)
            ) { PartitionRow(id: $0.int64(0), path: $0.text(1)) }
        }
        return try connection.all(
            "SELECT id, path FROM partitions WHERE variable = ? ORDER BY sort, path", .integer(variable.id)
        ) { PartitionRow(id: $0.int64(0), path: $0.text(1)) }
    }

    /// A range of identities.
    package typealias IdentityRange = (low: [UInt8], high: [UInt8])

    /// The whole of a partition as one range when it has at most `limit` records, otherwise one range a page.
    package func ranges(of partition: PartitionRow, limit: Int) throws -> [IdentityRange] {
        let whole = CatalogUpdate.bounds(.root)
        let count = try connection.first(
            "SELECT count(*) FROM (SELECT 1 FROM records WHERE partition = ? LIMIT ?)",
            .integer(partition.id),
            .integer(limit + 1)
        ) { $0.integer(0) }
        if let count, count <= limit { return count == 0 ? [] : [whole] }
        let pages = try connection.all(
            "SELECT low, high, irregular FROM pages WHERE partition = ? ORDER BY low", .integer(partition.id)
        ) { (IdentityRange(Array($0.bytes(0)), Array($0.bytes(1))), $0.integer(2) != 0) }
        // The ranges of irregular pages overlap, or leave records out.
        return pages.isEmpty || pages.contains(where: \.1) ? [whole] : pages.map(\.0)
    }

    /// Hands over every line of a range, sorted, until `body` returns false. The bytes are valid during the call.
    package func lines(
        partition: Int64, low: [UInt8], high: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try connection.each(
            "SELECT line FROM records WHERE partition = ? AND identity BETWEEN ? AND ? ORDER BY sort, place",
            [.integer(partition), .blob(low), .blob(high)]
        ) { try body($0.bytes(0)) }
    }

    /// One of the records of a variable, of its first partition by name; `nil` when it has none.
    package func anyRecord(of variable: Variable) throws -> Record? {
        try connection.first(
            """
            SELECT r.line FROM partitions p CROSS JOIN records r ON r.partition = p.id
            WHERE p.variable = ? ORDER BY p.path LIMIT 1
            """, .integer(variable.id)
        ) { try Record(line: $0.bytes(0), variable: variable.name) }
    }

    /// Hands over every line of a page, in the page's order. The bytes are valid during the call.
    package func lines(of page: PageRow, _ body: (UnsafeRawBufferPointer) throws -> Bool) throws {
        if page.isIrregular {
            let range = Place.range(of: page.id)
            return try connection.each(
                "SELECT line FROM records WHERE place != 0 AND place BETWEEN ? AND ? ORDER BY place",
                [.integer(range.low), .integer(range.high)]
            ) { try body($0.bytes(0)) }
        }
        guard let prefix = page.prefix else { return }
        let (low, high) = CatalogUpdate.bounds(prefix)
        try lines(partition: page.partition, low: low, high: high, body)
    }

    /// The records of these keys and, if given, of this version exactly, wherever they stand.
    ///
    /// Throws `.duplicateRecord` when one identity stands on two lines.
    package func records(of variable: Variable, keys: Keys, version: Version? = nil) throws -> [Record] {
        let path = variable.settings.partition.path(of: keys)
        guard let partition = try partitions(of: variable, path: path).first else { return [] }
        let low: RecordIdentity
        let high: RecordIdentity
        if let version {
            low = RecordIdentity(keys: keys, version: version)
            high = low
        } else {
            let hash = RecordIdentity.hash(of: keys)
            low = RecordIdentity(keysHash: hash, versionHigh: 0, versionLow: 0)
            high = RecordIdentity(keysHash: hash, versionHigh: .max, versionLow: .max)
        }
        var found: [(record: Record, place: Int64)] = []
        try connection.each(
            "SELECT line, place FROM records WHERE partition = ? AND identity BETWEEN ? AND ? ORDER BY sort, place",
            [.integer(partition.id), .blob(low.bytes), .blob(high.bytes)]
        ) { row in
            let record = try Record(line: row.bytes(0), variable: variable.name)
            if let last = found.last, last.record.keys == record.keys, last.record.version == record.version {
                let identity = RecordIdentity(keys: keys, version: record.version)
                throw StemmaError.duplicateRecord(
                    self.keys.text(of: record.address),
                    places: try [last.place, row.int64(1)].map {
                        try describe($0, partition: partition.id, identity: identity.bytes)
                    })
            }
            if record.keys == keys { found.append((record, row.int64(1))) }
            return true
        }
        return found.map(\.record)
    }

    /// The file and line that a record stands on.
    private func describe(_ place: Int64, partition: Int64, identity: [UInt8]) throws -> String {
        let found: (path: String, line: Int)?
        if place == Place.regular {
            found = try regularPlace(partition: partition, identity: identity)
        } else {
            let (page, line) = Place.parts(of: place)
            found = try connection.first("SELECT path FROM pages WHERE id = ?", .integer(page)) {
                ($0.text(0), line)
            }
        }
        return found.map { "\(StorePaths.recordsFolder)/\($0.path):\($0.line)" } ?? "a page that is gone"
    }

    /// Where a record of a regular page stands: its line is counted, since it is asked for in errors only.
    private func regularPlace(partition: Int64, identity: [UInt8]) throws -> (path: String, line: Int)? {
        try connection.first(
            """
            SELECT path, (SELECT count(*) FROM records r WHERE r.partition = ?1 AND r.place = 0
                AND r.identity BETWEEN pages.low AND pages.high
                AND r.sort <= (SELECT sort FROM records WHERE partition = ?1 AND identity = ?2 AND place = 0))
            FROM pages WHERE partition = ?1 AND irregular = 0 AND ?2 BETWEEN low AND high
            """, .integer(partition), .blob(identity)
        ) { ($0.text(0), $0.integer(1)) }
    }

    /// The identities that stand on more than one line: of one variable, or of all.
    package func duplicates(in variable: Variable? = nil) throws -> [StemmaError] {
        try connection.all(
            """
            SELECT DISTINCT r.partition, r.identity, v.name FROM records r INDEXED BY recordsOutOfPlace
            JOIN partitions p ON p.id = r.partition JOIN variables v ON v.id = p.variable
            WHERE r.place != 0 AND (?1 IS NULL OR v.id = ?1) AND
              (SELECT count(*) FROM records o WHERE o.partition = r.partition AND o.identity = r.identity) > 1
            """, variable.map { .integer($0.id) } ?? .null
        ) { row in
            var places: [String] = []
            var address = ""
            let (partition, identity, name) = (row.int64(0), Array(row.bytes(1)), row.text(2))
            try connection.each(
                "SELECT line, place FROM records WHERE partition = ? AND identity = ? ORDER BY place",
                [.integer(partition), .blob(identity)]
            ) { line in
                address = self.keys.text(of: try Record(line: line.bytes(0), variable: name).address)
                places.append(try describe(line.int64(1), partition: partition, identity: identity))
                return true
            }
            return .duplicateRecord(address, places: places)
        }
    }

    // MARK: Counts

    /// What can be said of a variable without reading a payload or a line.
    package struct Counts: Sendable {
        package var records = 0
        package var bytes = 0
    }

    package func counts(of variable: Variable) throws -> Counts {
        try connection.first(
            """
            SELECT total(pages.records), total(pages.bytes) FROM pages JOIN partitions ON partitions.id = partition
            WHERE variable = ?
            """, .integer(variable.id)
        ) { Counts(records: $0.integer(0), bytes: $0.integer(1)) } ?? Counts()
    }

    /// Whether a variable has any record, also as a transaction has left it that is not laid out yet.
    package func hasRecords(_ variable: Variable) throws -> Bool {
        try connection.first(
            """
            SELECT 1 FROM partitions WHERE variable = ?
            AND EXISTS (SELECT 1 FROM records WHERE partition = partitions.id)
            """, .integer(variable.id)
        ) { $0.integer(0) } != nil
    }

    /// One line for each version that the records of a variable have.
    package func versions(of variable: Variable) throws -> [Version] {
        // The version's part of the identity tells versions apart without parsing lines.
        try connection.all(
            """
            SELECT line FROM records JOIN partitions ON partitions.id = partition WHERE variable = ?
            GROUP BY substr(identity, 9)
            """, .integer(variable.id)
        ) { try Record(line: $0.bytes(0), variable: variable.name).version }
        .sorted { $0.canonical.lexicographicallyPrecedes($1.canonical) }
    }

    // MARK: Lineage

    /// Hands over the digests of all lineage records that answer an invocation, one after another.
    ///
    /// - Parameter earlier: only those that this clone knew before it knew this one.
    package func forEachLineage(
        earlierThan earlier: (invocation: Digest, digest: Digest)? = nil, _ body: (Digest) throws -> Void
    ) throws {
        let turn = try earlier.map {
            try connection.first(
                "SELECT turn FROM lineage WHERE invocation = ? AND digest = ?", .blob($0.invocation.bytes),
                .blob($0.digest.bytes)
            ) { $0.int64(0) } ?? 0
        }
        try connection.each("SELECT digest FROM lineage WHERE turn < ?", [.integer(turn ?? .max)]) { row in
            if let digest = Digest(bytes: row.bytes(0)) { try body(digest) }
            return true
        }
    }

    /// The lineage records of an invocation that this clone is known to have.
    package func lineage(ofInvocation invocation: Digest) throws -> [Digest] {
        try connection.all(
            "SELECT digest FROM lineage WHERE invocation = ? ORDER BY digest", .blob(invocation.bytes)
        ) { Digest(bytes: $0.bytes(0)) }.compactMap { $0 }
    }
}

/// Where a record of an irregular page stands: the page's id and the line, in one number that is never 0.
enum Place {
    static let regular: Int64 = 0

    static func of(page: Int64, line: Int) -> Int64 { page << 24 | Int64(min(line, 0xFF_FFFF)) }
    static func parts(of place: Int64) -> (page: Int64, line: Int) { (place >> 24, Int(place & 0xFF_FFFF)) }
    static func range(of page: Int64) -> (low: Int64, high: Int64) { (page << 24, page << 24 | 0xFF_FFFF) }
}

extension RecordIdentity {
    /// The 24 bytes, valid during the call.
    func withBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        try withUnsafeBytes(of: (keysHash.bigEndian, versionHigh.bigEndian, versionLow.bigEndian), body)
    }

    var bytes: [UInt8] { withBytes { Array($0) } }
}
