import StemmaBlobs
import StemmaRecords

extension ReadView {
    /// Hands over the records of a variable with those of their payloads that are JSON, in the order of listings.
    ///
    /// Payloads of one pack are read together, as many as fit into a few megabytes, and memory stays constant but for
    /// the largest document. Throws what `forEachRecord` throws, `.objectMissing` and `.corrupt`.
    func forEachDocument(
        of variable: String, matching filter: Filter, where isWanted: (Record) throws -> Bool,
        _ body: (Record, _ payload: [UInt8]?) throws -> Void
    ) throws {
        var waiting: [Record] = []
        var bytes = 0
        func flush() throws {
            let payloads = try smallPayloads(waiting)
            for record in waiting {
                guard record.format == .json else {
                    try body(record, nil)
                    continue
                }
                try body(record, payloads[record.content] ?? payload(of: record))
            }
            waiting.removeAll(keepingCapacity: true)
            bytes = 0
        }
        try forEachRecord(of: variable, matching: filter) { record in
            guard try isWanted(record) else { return true }
            waiting.append(record)
            bytes += min(record.size, Transaction.packLimit)
            if bytes >= Self.mostBytes || waiting.count >= Self.mostRecords { try flush() }
            return true
        }
        try flush()
    }

    private static var mostBytes: Int { 8 << 20 }
    private static var mostRecords: Int { 4096 }

    /// The payloads of records that stand in packs. One that cannot be read is left out: it is asked for by itself.
    func smallPayloads(_ records: [Record]) throws -> [Digest: [UInt8]] {
        var wanted: Set<Digest> = []
        for record in records
        where record.format == .json && record.value == nil && record.size <= Transaction.packLimit {
            wanted.insert(record.content)
        }
        guard !wanted.isEmpty else { return [:] }
        var payloads: [Digest: [UInt8]] = [:]
        try store.read { catalog in
            try store.readMetadata(wanted, in: catalog) { digest, blob in
                payloads[digest] = try? blob.get()
            }
        }
        return payloads
    }
}
