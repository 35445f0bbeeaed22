import StemmaBlobs
import StemmaLineage

/// What only other commits have is brought along when the work tree comes to name it.
extension Transaction {
    /// Does what may find a blob missing or damaged that does not matter here.
    func tolerating(_ body: () throws -> Bool) throws {
        do { _ = try body() } catch let error as StemmaError where error.isDamageOrAbsence {}
    }

    /// Brings a blob along that stands only in other commits: what the work tree names is to be in it, so that
    /// git's own commit has it too. Says whether the blob is anywhere in this clone; one of the work tree is not read.
    @discardableResult
    func bring(_ digest: Digest) throws -> Bool {
        if pack.contains(digest) || stagedBlobs[digest] != nil { return true }
        return try store.state.withLock {
            switch try store.locate(digest, in: update.view) {
            case .here: return true
            case .history(let blob):
                // A call whose result turns out to be damaged is a miss the next time.
                try store.noting(digest) {
                    switch blob.source {
                    case .pack(let other, let entry):
                        _ = try pack.add(digest, other.read(entry), kind: entry.kind)
                    case .file(let id): stagedBlobs[digest] = try store.stage(blob, id)
                    }
                }
                broughtAlong += 1
                return true
            case nil: return false
            }
        }
    }

    /// The same for a lineage record and all that it names, as far as it has to be brought.
    @discardableResult
    func bringLineage(_ digest: Digest) throws -> Bool {
        var waiting: [(digest: Digest, kind: BlobKind)] = [(digest, .lineage)]
        while let (next, kind) = waiting.popLast() {
            if brought[next] != nil { continue }
            let before = broughtAlong
            brought[next] = try bring(next)
            guard kind == .lineage, broughtAlong > before else { continue }
            waiting += try LineageRecord(blob: read(next)).references
        }
        return brought[digest] ?? false
    }

    /// Tells whoever wants to know, when this was committed.
    func reportBroughtAlong() {
        if broughtAlong > 0 { store.options.report?(.broughtAlong(objects: broughtAlong)) }
    }
}
