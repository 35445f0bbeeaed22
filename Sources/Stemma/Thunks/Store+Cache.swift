import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// What the store says to a call.
enum CacheAnswer {
    /// The outputs that the call had then, in order.
    case hit([LineageRecord.Output])
    case miss(MissReason)
}

extension Store {
    /// Looks for a recorded call whose outputs are of this shape and can all be read.
    ///
    /// All lineage records that this clone can read are looked at; those of other commits when the work tree has none.
    func answer(_ call: Call, _ shape: OutputShape) throws -> CacheAnswer {
        let invocations = [call.invocation] + call.compatibleInvocations
        let known = try answerKnown(invocations, shape)
        guard case .miss(let reason) = known, reason != .forgotten else { return known }
        // Another branch of this clone may have it.
        guard try state.withLock({ try searchHistory() }) else { return known }
        return try answerKnown(invocations, shape)
    }

    private func answerKnown(_ invocations: [Digest], _ shape: OutputShape) throws -> CacheAnswer {
        try read { catalog in
            var reason = MissReason.newCall
            for invocation in invocations {
                for digest in try catalog.lineage(ofInvocation: invocation) {
                    if try forgotten().contains(digest) {
                        reason = .forgotten
                        continue
                    }
                    do {
                        let record = try LineageRecord(blob: readMetadata(digest, in: catalog))
                        guard record.invocation == invocation, shape.accepts(record.outputs) else {
                            continue
                        }
                        guard let missing = try record.outputs.first(where: { try !has($0, in: catalog) })
                        else {
                            return .hit(record.outputs)
                        }
                        reason = .outputMissing(missing.digest)
                    } catch let error as StemmaError where error.isDamageOrAbsence {
                        reason = .damaged(error.message)
                    }
                }
            }
            return .miss(reason)
        }
    }

    private func has(_ output: LineageRecord.Output, in catalog: CatalogView) throws -> Bool {
        try output.value != nil || locate(output.digest, in: catalog) != nil
    }
}

extension StemmaError {
    /// Whether what is stored is damaged or not there, and not a failure of the machine that may pass.
    var isDamageOrAbsence: Bool {
        [.corrupt, .objectMissing, .invalidLineage, .malformedJSON].contains(code)
    }
}
