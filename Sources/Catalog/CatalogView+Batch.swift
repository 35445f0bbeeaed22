import StemmaBlobs

extension CatalogView {
    /// Where in packs blobs may be: the table of the pack tells whether it is this blob.
    ///
    /// One statement for all of them, and each pack is named once: for thousands of lookups. Of several packs one of
    /// the work tree is chosen.
    /// - Returns: for each pack that is needed, the digests and their rows.
    package func packedObjects(
        of digests: some Sequence<Digest>
    ) throws -> [(pack: Digest, blob: [UInt8]?, rows: [(digest: Digest, row: Int)])] {
        var packs: [Int64: (name: Digest, blob: [UInt8]?)] = [:]
        try connection.each("SELECT id, name, blob FROM packs", []) { row in
            packs[row.int64(0)] = Digest(bytes: row.bytes(1)).map {
                ($0, row.isNull(2) ? nil : Array(row.bytes(2)))
            }
            return true
        }
        var found: [Int64: [(digest: Digest, row: Int)]] = [:]
        let statement = try connection.prepare(fixed: "SELECT pack, row FROM objects WHERE prefix = ?")
        defer { statement.reset() }
        for digest in digests {
            statement.reset()
            try statement.bind(Int64(bitPattern: digest.word0), at: 1)
            var best: (pack: Int64, row: Int)?
            while try statement.step() {
                let (pack, row) = (statement.int64(0), statement.integer(1))
                if let best, packs[best.pack]?.blob == nil || packs[pack]?.blob != nil { continue }
                best = (pack, row)
            }
            if let best { found[best.pack, default: []].append((digest, best.row)) }
        }
        return found.sorted { $0.key < $1.key }.compactMap { id, rows in
            packs[id].map { ($0.name, $0.blob, rows) }
        }
    }
}
