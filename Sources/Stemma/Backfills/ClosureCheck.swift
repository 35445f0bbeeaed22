import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// Finds out which records no commit could take in, because what they name is nowhere in this clone.
struct ClosureCheck {
    private let store: Store
    /// Blobs whose lineage was followed outside of the work tree, and the first that is missing there.
    private var followed: [Digest: Digest?] = [:]

    init(_ store: Store) { self.store = store }

    /// For each of these records the blob that is missing; `nil` where none is. Call with `state` held.
    mutating func missing(of records: [Record], in view: CatalogView) throws -> [Digest?] {
        var wanted: Set<Digest> = []
        for record in records {
            if record.value == nil { wanted.insert(record.content) }
            if let lineage = record.lineage { wanted.insert(lineage) }
        }
        let here = try inPacksOfTheWorkTree(wanted, view)
        return try records.map { record in
            if record.value == nil, !here.contains(record.content),
                try store.locate(record.content, in: view) == nil
            {
                return record.content
            }
            if let lineage = record.lineage, !here.contains(lineage) { return try follow(lineage, view) }
            return nil
        }
    }

    /// Most of them stand there. What they name was there when they were committed.
    private func inPacksOfTheWorkTree(_ digests: Set<Digest>, _ view: CatalogView) throws -> Set<Digest> {
        var found: Set<Digest> = []
        for (name, blob, rows) in try view.packedObjects(of: digests.sorted()) where blob == nil {
            guard let pack = try? store.objects.pack(name) else { continue }
            for (digest, row) in rows where (try? pack.entry(at: row).digest) == digest {
                found.insert(digest)
            }
        }
        return found
    }

    private mutating func follow(_ lineage: Digest, _ view: CatalogView) throws -> Digest? {
        if let known = followed[lineage] { return known }
        var missing: Digest?
        var seen: Set<Digest> = []
        var waiting: [(digest: Digest, kind: BlobKind)] = [(lineage, .lineage)]
        while missing == nil, let (digest, kind) = waiting.popLast() {
            guard seen.insert(digest).inserted else { continue }
            guard try store.locate(digest, in: view) != nil else {
                missing = digest
                break
            }
            if kind == .lineage {
                waiting += try LineageRecord(blob: store.readMetadata(digest, in: view)).references
            }
        }
        followed[lineage] = .some(missing)
        return missing
    }
}
