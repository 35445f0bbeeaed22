import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// What a transaction keeps, and reads again.
extension Transaction {
    /// Keeps a blob; one that the store has is not written again.
    @discardableResult
    func put(_ bytes: [UInt8], kind: BlobKind = .payload) throws -> Digest {
        let digest = Digest.of(bytes)
        // Small blobs are in packs as a rule; two calls of stat for each would be most of the cost of saving it.
        guard try !hasHere(digest, mayBeFile: bytes.count > Self.packLimit) else { return digest }
        // Lineage records stand in packs whatever their size, because the table of a pack says what they are.
        if bytes.count <= Self.packLimit || kind != .payload {
            try pack.add(digest, bytes, kind: kind)
        } else {
            let writer = try store.objects.blobWriter(
                size: bytes.count, largestTracked: store.settings.maxTrackedBytes)
            try writer.write(bytes)
            stagedBlobs[digest] = try writer.stage(synchronize: store.options.synchronize)
        }
        return digest
    }

    /// Keeps a blob that was written before. It stays its owner's until this is committed: what is rolled back can be put
    /// again.
    func put(_ blob: StagedBlob) throws {
        // A file of its own whatever its size: one that stands there is not written anew.
        if try !hasHere(blob.digest, mayBeFile: true) { stagedBlobs[blob.digest] = blob }
    }

    /// Whether the work tree, or this transaction, has the blob.
    private func hasHere(_ digest: Digest, mayBeFile: Bool) throws -> Bool {
        if pack.contains(digest) || stagedBlobs[digest] != nil { return true }
        let candidates = try update.view.packedObjects(digest)
        if !candidates.isEmpty {
            let found = store.state.withLock {
                // Read, not only found: what somebody saves again may be what is to replace a damaged blob.
                candidates.contains {
                    $0.blob == nil && (try? store.objects.pack($0.pack).read(digest)) != nil
                }
            }
            if found { return true }
        }
        guard mayBeFile else { return false }
        return try store.objects.loose.isIntact(digest) || store.objects.large.isIntact(digest)
    }

    /// Keeps lineage that was not saved yet, with all that it names: each record once, however many calls share it.
    func put(_ pending: PendingLineage) throws {
        var waiting = [pending]
        while let next = waiting.popLast() {
            guard keptLineage.insert(next.digest).inserted else { continue }
            if next.isFresh,
                try store.state.withLock({ try store.forgotten().contains(ForgottenCall(next.digest)) })
            {
                revived.insert(next.digest)
            }
            // What the store has was closed when it was written, or is closed by the next commit.
            if try hasHere(next.digest, mayBeFile: next.blob.count > Self.packLimit) { continue }
            waiting += next.inputs
            for input in next.record.inputs {
                // What is not there at all, or damaged, hides nothing of the result: fsck tells of it.
                if let lineage = input.lineage { try tolerating { try bringLineage(lineage) } }
            }
            // That of an older identity stands where the lineage record was found.
            if next.functions.isEmpty, let function = next.record.function {
                try tolerating { try bring(function.identity) }
            }
            for function in next.functions { try put(function, kind: .function) }
            for constant in next.constants { try put(constant) }
            try put(next.blob, kind: .lineage)
            if let invocation = next.record.invocation { answered.insert(invocation) }
        }
    }

    /// A blob of this transaction or of the store.
    func read(_ digest: Digest) throws -> [UInt8] {
        if let bytes = try pack.read(digest) { return bytes }
        return try store.state.withLock { try store.readMetadata(digest, in: update.view) }
    }

    /// The payload of a record, of this transaction or of the store.
    func readPayload(of record: Record) throws -> [UInt8] {
        if let bytes = try pack.read(record.content) { return bytes }
        return try store.workTree.payload(of: record)
    }
}
