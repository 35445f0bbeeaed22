import StemmaBlobs
import StemmaRecords

extension CatalogUpdate {
    /// Takes in a pack's table and its lineage records.
    ///
    /// - Parameter blob: git's id of the pack, when it was found in a commit and is not in the work tree.
    package func addPack(_ pack: PackReader, blob: [UInt8]?) throws {
        guard let name = pack.name else { return }
        try removePack(name)
        try connection.run(
            "INSERT INTO packs(name, blob) VALUES(?, ?)", .blob(name.bytes), blob.map(SQLValue.blob) ?? .null)
        let id = connection.lastInsertedRow
        let insert = try connection.prepare("INSERT OR IGNORE INTO objects VALUES(?, ?, ?)")
        for (row, entry) in try pack.entries.enumerated() {
            try insert.bind(Int64(bitPattern: entry.digest.word0), at: 1)
            try insert.bind(id, at: 2)
            try insert.bind(Int64(row), at: 3)
            _ = try insert.step()
            insert.reset()
            if entry.kind == .lineage, let invocation = try Self.invocation(of: pack.read(entry)) {
                try addLineage(invocation: invocation, digest: entry.digest)
            }
        }
    }

    package func removePack(_ name: Digest) throws { try removePacks([name]) }

    /// Forgets packs. One scan of all objects for all of them: an index by pack would cost more with every blob saved
    /// than it spares when a pack goes.
    package func removePacks(_ names: [Digest]) throws {
        let ids = try names.compactMap { name in
            try connection.first(
                "SELECT id FROM packs WHERE name = ?", .blob(name.bytes), read: { $0.int64(0) })
        }
        guard !ids.isEmpty else { return }
        let list = ids.map(String.init).joined(separator: ",")
        try connection.execute("DELETE FROM objects WHERE pack IN (\(list))")
        try connection.execute("DELETE FROM packs WHERE id IN (\(list))")
    }

    /// Takes in a blob that is a file of its own in a commit.
    ///
    /// - Parameter blob: git's id of the file.
    package func addCommittedFile(_ digest: Digest, blob: [UInt8]) throws {
        try connection.run("INSERT OR REPLACE INTO committed VALUES(?, ?)", .blob(digest.bytes), .blob(blob))
    }

    /// The invocation that a lineage record answers; `nil` for bytes that are no lineage record.
    private static func invocation(of bytes: [UInt8]) -> Digest? {
        guard case .object(let object)? = try? bytes.withUnsafeBytes({ try JSONParser.parse($0) }),
            case .string(let hex)? = object["invocation"]
        else { return nil }
        return Digest(hex: hex)
    }
}

extension CatalogView {
    /// A blob in a pack.
    package struct PackedObject: Sendable {
        package let pack: Digest
        /// Git's id of the pack, when it is not in the work tree.
        package let blob: [UInt8]?
        /// Its row in the pack's table.
        package let row: Int
    }

    /// Whether a pack has a blob whose digest starts with the same 8 bytes: most blobs that are saved are new.
    package func mayHavePackedObject(_ digest: Digest) throws -> Bool {
        let statement = try connection.prepare(fixed: "SELECT 1 FROM objects WHERE prefix = ? LIMIT 1")
        defer { statement.reset() }
        try statement.bind(Int64(bitPattern: digest.word0), at: 1)
        return try statement.step()
    }

    /// Git's id of the file that a blob has in a commit; `nil` when none is known.
    package func committedFile(_ digest: Digest) throws -> [UInt8]? {
        try connection.first("SELECT blob FROM committed WHERE digest = ?", .blob(digest.bytes)) {
            Array($0.bytes(0))
        }
    }

    /// The rows of packs whose digests start with the same 8 bytes; the table of the pack tells which is meant.
    ///
    /// Packs of the work tree come first.
    package func packedObjects(_ digest: Digest) throws -> [PackedObject] {
        guard try mayHavePackedObject(digest) else { return [] }
        return try connection.all(
            """
            SELECT name, blob, row FROM objects JOIN packs ON packs.id = pack WHERE prefix = ?
            ORDER BY blob IS NOT NULL, pack
            """, .integer(Int64(bitPattern: digest.word0))
        ) { Self.packedObject($0) }.compactMap { $0 }
    }

    /// The rows of packs whose digests' first 8 bytes lie between `low` and `high`; at most `limit`.
    package func packedObjects(from low: UInt64, to high: UInt64, limit: Int) throws -> [PackedObject] {
        // SQLite's integers are signed: the upper half of the digests sorts below zero.
        func rows(_ low: UInt64, _ high: UInt64) throws -> [PackedObject] {
            try connection.all(
                """
                SELECT name, blob, row FROM objects JOIN packs ON packs.id = pack WHERE prefix BETWEEN ? AND ?
                LIMIT ?
                """, .integer(Int64(bitPattern: low)), .integer(Int64(bitPattern: high)), .integer(limit)
            ) { Self.packedObject($0) }.compactMap { $0 }
        }
        let half = UInt64(1) << 63
        if low < half, high >= half { return try rows(low, half - 1) + rows(half, high) }
        return try rows(low, high)
    }

    private static func packedObject(_ row: Statement) -> PackedObject? {
        Digest(bytes: row.bytes(0)).map {
            PackedObject(pack: $0, blob: row.isNull(1) ? nil : Array(row.bytes(1)), row: row.integer(2))
        }
    }

    /// The packs that are known, and git's id of those that are not in the work tree.
    package func packs() throws -> [(name: Digest, blob: [UInt8]?)] {
        try connection.all("SELECT name, blob FROM packs ORDER BY name") { row in
            (Digest(bytes: row.bytes(0)), row.isNull(1) ? nil : Array(row.bytes(1)))
        }.compactMap { pair in pair.0.map { ($0, pair.1) } }
    }
}
