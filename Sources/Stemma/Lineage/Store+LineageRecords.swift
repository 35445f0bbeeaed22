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
        var waiting: [(digest: Digest, blob: Result<[UInt8], StemmaError>)] = []
        func parse() throws {
            let records = waiting.concurrentMap(handful: Self.handfulOfCalls) { item in
                item.blob.flatMap { Self.parsed($0, names) }
            }
            for (item, record) in zip(waiting, records) { try body(item.digest, record) }
            waiting.removeAll(keepingCapacity: true)
        }
        try readMetadata(digests, in: view) { digest, blob in
            waiting.append((digest, blob))
            if waiting.count == Self.parsedTogether { try parse() }
        }
        try parse()
    }

    private static func parsed(_ blob: [UInt8], _ names: FormerNames) -> Result<LineageRecord, StemmaError> {
        do {
            return .success(try LineageRecord(blob: blob).renaming(by: names))
        } catch {
            return .failure(error as? StemmaError ?? .invalidLineage("\(error)"))
        }
    }

    /// So many calls are parsed together, on all processors, and so many of them by one at a time.
    private static let (parsedTogether, handfulOfCalls) = (512, 64)

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
