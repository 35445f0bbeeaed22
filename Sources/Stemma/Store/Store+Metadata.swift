import StemmaBlobs
import StemmaCatalog
import StemmaHistory

extension Store {
    /// Fewer than this are looked up one by one.
    private static let manyBlobs = 16

    /// Reads many blobs that are small by nature: those of one pack together, in the order of its file, so that a
    /// frame that they share is decompressed once.
    ///
    /// - Parameter body: called once for each blob, in no particular order, with its bytes or with why it cannot be
    ///   read: `.objectMissing` or `.corrupt`.
    func readMetadata(
        _ digests: Set<Digest>, in view: CatalogView,
        _ body: (Digest, Result<[UInt8], StemmaError>) throws -> Void
    ) throws {
        // In the order of the index.
        var left = digests.sorted()
        let areMany = left.count >= Self.manyBlobs
        if areMany { left = try readPacked(left, in: view, body) }
        var view = view
        if areMany, !left.isEmpty, !isTransacting, try searchHistory() {
            view = try catalog.freshView()
            left = try readPacked(left, in: view, body)
        }
        for digest in left {
            let blob: Result<[UInt8], StemmaError>
            do {
                blob = .success(try readMetadata(digest, in: view))
            } catch let error as StemmaError where [.objectMissing, .corrupt].contains(error.code) {
                blob = .failure(error)
            }
            try body(digest, blob)
        }
    }

    /// - Returns: what the packs that the catalog knows do not give: it may be elsewhere, or whole in another pack.
    private func readPacked(
        _ digests: [Digest], in view: CatalogView,
        _ body: (Digest, Result<[UInt8], StemmaError>) throws -> Void
    ) throws -> [Digest] {
        var left = Set(digests)
        for (name, blob, rows) in try view.packedObjects(of: digests) {
            // A pack that went away or is damaged leaves its blobs to be looked for one by one.
            guard let pack = try? openPack(name, blob) else { continue }
            let entries = rows.compactMap { digest, row in
                (try? pack.entry(at: row)).flatMap { $0.digest == digest ? $0 : nil }
            }
            for entry in entries.sorted(by: { ($0.frameOffset, $0.offset) < ($1.frameOffset, $1.offset) }) {
                guard let bytes = try? pack.read(entry) else { continue }
                left.remove(entry.digest)
                try body(entry.digest, .success(bytes))
            }
        }
        return left.isEmpty ? [] : digests.filter(left.contains)
    }

    private func openPack(_ name: Digest, _ blob: [UInt8]?) throws -> PackReader? {
        guard let blob else { return try objects.pack(name) }
        guard let id = ObjectID(bytes: blob) else { return nil }
        return try gitPacks.pack(name) { try repository.readBlob(id, limit: Self.largestPack) }
    }
}
