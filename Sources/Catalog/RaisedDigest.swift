import StemmaBlobs

/// What a payload of an older form is in a newer one: remembered, so that nobody has to read and raise it to know.
package struct RaisedDigest: Hashable, Sendable {
    /// The digest of the payload in its new form.
    package let digest: Digest
    /// Its size in bytes.
    package let size: Int

    package init(digest: Digest, size: Int) {
        self.digest = digest
        self.size = size
    }

    /// Which payload, and what raises it.
    package struct Key: Hashable, Sendable {
        /// The digest of the payload as it is stored.
        package let content: Digest
        /// The digest of all that decides what becomes of it.
        package let way: Digest

        package init(content: Digest, way: Digest) {
            self.content = content
            self.way = way
        }
    }

    /// When there are more, the older half is forgotten: some 150 bytes each.
    package static let limit: Int64 = 1 << 19
}

extension CatalogView {
    /// What a payload is when it is raised; `nil` where that is not remembered.
    package func raised(_ key: RaisedDigest.Key) throws -> RaisedDigest? {
        try connection.first(
            "SELECT digest, size FROM raised WHERE content = ? AND way = ?", .blob(key.content.bytes),
            .blob(key.way.bytes)
        ) { row in
            Digest(bytes: row.bytes(0)).map { RaisedDigest(digest: $0, size: row.integer(1)) }
        } ?? nil
    }
}

extension CatalogUpdate {
    /// Remembers what payloads are when they are raised.
    ///
    /// - Parameter limit: how many are remembered; of more, the older half is forgotten.
    package func remember(
        _ raised: [RaisedDigest.Key: RaisedDigest], limit: Int64 = RaisedDigest.limit
    ) throws {
        for (key, value) in raised {
            try connection.run(
                "INSERT OR REPLACE INTO raised(content, way, digest, size) VALUES(?, ?, ?, ?)",
                .blob(key.content.bytes), .blob(key.way.bytes), .blob(value.digest.bytes),
                .integer(value.size))
        }
        // Ids only grow, and the old ones go first: no need to count.
        let ends =
            try connection.first("SELECT min(id), max(id) FROM raised") { row in
                row.isNull(0) ? nil : (first: row.int64(0), last: row.int64(1))
            } ?? nil
        guard let ends, ends.last - ends.first >= limit else { return }
        try connection.run("DELETE FROM raised WHERE id <= ?", .integer(ends.last - limit / 2))
    }
}
