import StemmaBlobs
import StemmaCatalog
import StemmaLineage

// Lineage records and function records of this clone, one by one and all of them.
extension Store {
    /// A lineage record, with the names that variables and functions have now. Call with `state` held.
    func callRecord(_ digest: Digest, in view: CatalogView) throws -> LineageRecord {
        try LineageRecord(blob: readMetadata(digest, in: view)).renaming(by: currentNames())
    }

    /// The same. Throws `.objectMissing`, `.corrupt` and `.invalidLineage`.
    package func callRecord(_ digest: Digest) throws -> LineageRecord {
        try read { try callRecord(digest, in: $0) }
    }

    /// Many of them, read together; each as a record or why it cannot be read. Call with `state` held.
    func readCalls(
        _ digests: Set<Digest>, in view: CatalogView,
        _ body: (Digest, Result<LineageRecord, StemmaError>) throws -> Void
    ) throws {
        let names = try currentNames()
        try readMetadata(digests, in: view) { digest, blob in
            let record: Result<LineageRecord, StemmaError>
            do {
                record = .success(try LineageRecord(blob: blob.get()).renaming(by: names))
            } catch let error as StemmaError {
                record = .failure(error)
            }
            try body(digest, record)
        }
    }

    /// As many calls are read together, in the order of packs; others get their turn in between.
    static let manyCalls = 16_384

    /// Hands over every recorded call that this clone can read, one after another.
    ///
    /// - Parameter earlier: only those that it knew before this one.
    func forEachCall(
        earlierThan earlier: (invocation: Digest, digest: Digest)? = nil,
        _ body: (Digest, LineageRecord) throws -> Void
    ) throws {
        var digests: [Digest] = []
        try read { view in try view.forEachLineage(earlierThan: earlier) { digests.append($0) } }
        for start in stride(from: 0, to: digests.count, by: Self.manyCalls) {
            let part = Set(digests[start..<min(start + Self.manyCalls, digests.count)])
            try read { view in
                try readCalls(part, in: view) { digest, record in
                    // What cannot be read is fsck's to report.
                    if case .success(let record) = record { try body(digest, record) }
                }
            }
        }
    }

    /// The parts in which two identities differ, as `file filter.py`. None where that is not known.
    func changedParts(of old: Digest, _ new: Digest) throws -> [String] {
        guard let record = try functionRecord(new) else { return [] }
        return try changedParts(of: old, record)
    }

    /// The same for a function whose record may not be stored yet.
    func changedParts(of old: Digest, _ new: FunctionRecord) throws -> [String] {
        guard let record = try functionRecord(old) else { return [] }
        return FunctionDifference(from: record, to: new).words
    }

    /// A function record; `nil` where it is missing or damaged.
    package func functionRecord(_ identity: Digest) throws -> FunctionRecord? {
        do {
            return try FunctionRecord(blob: metadata(identity))
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return nil
        }
    }
}
