import StemmaBlobs
import StemmaCatalog
import StemmaLineage

extension Store {
    /// Runs what reads a blob, and remembers it when it turns out to be damaged. Call without `state` held, or with it.
    func noting<T>(_ digest: Digest, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as StemmaError where error.code == .corrupt {
            state.withLock { damaged.add(digest) }
            throw error
        }
    }

    /// What is wrong with blobs of a call that other commits have, and that saving it would bring along.
    ///
    /// What the work tree has is not looked at.
    func damageInHistory(of outcome: CallOutcome) throws -> StemmaError? {
        try read { view in
            var waiting = outcome.outputs.filter { $0.value == nil }.map { ($0.digest, BlobKind.payload) }
            if outcome.lineage.pending == nil { waiting.append((outcome.lineage.digest, .lineage)) }
            var seen: Set<Digest> = []
            while let (digest, kind) = waiting.popLast() {
                guard seen.insert(digest).inserted else { continue }
                do {
                    guard case .history(let blob)? = try locate(digest, in: view) else { continue }
                    try noting(digest) { try reader(blob).readToEnd() }
                    if kind == .lineage {
                        waiting += try LineageRecord(blob: readMetadata(digest, in: view)).references
                    }
                } catch let error as StemmaError where error.isDamageOrAbsence {
                    return error
                }
            }
            return nil
        }
    }

    /// Whether a blob can be read, as far as that is known without reading it.
    func isReadable(_ digest: Digest) throws -> Bool {
        try read { view in
            if damaged.contains(digest) { return try isMended(digest, size: nil, in: view) }
            do {
                return try locate(digest, in: view) != nil
            } catch let error as StemmaError where error.code == .corrupt {
                return false
            }
        }
    }

    /// Whether a blob that was damaged before can be read now. Call with `state` held.
    func isMended(_ digest: Digest, size: Int?, in view: CatalogView) throws -> Bool {
        do {
            let missing = StemmaError.objectMissing(digest, in: paths.objects)
            try openBlob(digest, size: size, in: view, missing: missing).readToEnd()
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return false
        }
        damaged.remove(digest)
        return true
    }
}
