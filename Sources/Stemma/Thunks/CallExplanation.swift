import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// Why the call that made a record was no hit when it was made, and whether it is one now.
public struct CallExplanation: Sendable {
    /// Another call of the function, and the first component in which the two differ.
    public struct Neighbour: Sendable {
        /// Its lineage record.
        public let lineage: Digest
        /// What differs.
        public let difference: CallDifference
        /// Where the code differs: the parts of it that do.
        public let changedParts: [String]
        /// How it comes to be the nearest.
        public let kind: Kind
    }

    /// Which calls were looked at for the nearest.
    public enum Kind: String, Sendable {
        /// What stood at the same address before.
        case predecessor
        /// All that this clone knew before the call was saved; the one that has most in common.
        case earlier
        /// All others, because none is known to be earlier: it was the first, or this clone or its catalog is younger.
        case other
    }

    /// The function that was called.
    public let function: String
    /// Its identity.
    public let identity: Digest
    /// The identity of the call.
    public let invocation: Digest
    /// Why the call would not be answered from the store now; `nil` when it would be.
    public let missReason: MissReason?
    /// The nearest earlier call, or another one; `nil` when no other call of the function is known.
    public let nearest: Neighbour?
}

extension Store {
    /// Explains the call that made a record; `nil` for one that no call made.
    ///
    /// - Parameter earlier: hands over lineage records of what stood at the address before, newest first, until it is
    ///   told that one is enough. The first of them that is of another call of the function is the nearest; otherwise,
    ///   of the calls that this clone knew earlier, the one that has most in common; or else of all.
    ///   Throws `.objectMissing`, `.corrupt` and `.invalidLineage` when the record's own lineage cannot be read.
    public func explanation(
        of record: Record, earlier: ((Digest) throws -> Bool) throws -> Void = { _ in }
    ) throws -> CallExplanation? {
        guard let digest = record.lineage else { return nil }
        let found: (own: LineageRecord, invocation: Digest, answer: CacheAnswer)? = try state.withLock {
            _ = try searchHistory()
            let own = try read { try callRecord(digest, in: $0) }
            guard let invocation = own.invocation else { return nil }
            return (own, invocation, try answerKnown([invocation], .exactly(own.outputs.map(\.format))))
        }
        guard let (own, invocation, answer) = found, let function = own.function else { return nil }
        let reason: MissReason? =
            switch answer {
            case .hit(let calls): try missReason(ofFilesOf: calls)
            case .miss(let reason): reason
            }
        var nearest: CallExplanation.Neighbour?
        try earlier { digest in
            nearest = try predecessor(digest, of: own)
            return nearest != nil
        }
        return CallExplanation(
            function: function.name, identity: function.identity, invocation: invocation, missReason: reason,
            nearest: try nearest ?? self.nearest(to: own, digest, .earlier)
                ?? self.nearest(to: own, digest, .other))
    }

    /// Why calls whose outputs stand for generated files do not answer; `nil` when one of them does.
    private func missReason(ofFilesOf calls: [RecordedCall]) throws -> MissReason? {
        let codec = try PayloadCodec<GeneratedFile>()
        var reason: MissReason?
        for call in calls {
            let types = try functionRecord(call.function.identity)?.outputs ?? []
            let isFile = types == [TypeName.of(GeneratedFile.self)] && call.outputs.count == 1
            guard isFile, let objection = try missReason(of: call.outputs[0], codec) else { return nil }
            reason = objection
        }
        return reason
    }

    /// A call that made what stood at the address before; `nil` for one of another function, or that cannot be read: an
    /// older one may do.
    private func predecessor(_ digest: Digest, of own: LineageRecord) throws -> CallExplanation.Neighbour? {
        do {
            let other = try read { try callRecord(digest, in: $0) }
            guard other.function?.name == own.function?.name else { return nil }
            return try neighbour(digest, other, own, .predecessor)
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return nil
        }
    }

    private func nearest(
        to own: LineageRecord, _ digest: Digest, _ kind: CallExplanation.Kind
    ) throws -> CallExplanation.Neighbour? {
        var best: (likeness: Int, digest: Digest, record: LineageRecord)?
        let earlier = kind == .earlier ? own.invocation.map { (invocation: $0, digest: digest) } : nil
        try forEachCall(earlierThan: earlier) { digest, record in
            guard record.function?.name == own.function?.name, record.invocation != own.invocation else {
                return
            }
            let likeness = CallDifference.likeness(record, own)
            if let best, (best.likeness, digest) >= (likeness, best.digest) { return }
            best = (likeness, digest, record)
        }
        return try best.flatMap { try neighbour($0.digest, $0.record, own, kind) }
    }

    private func neighbour(
        _ digest: Digest, _ other: LineageRecord, _ own: LineageRecord, _ kind: CallExplanation.Kind
    ) throws -> CallExplanation.Neighbour? {
        guard other.invocation != own.invocation, let difference = CallDifference(from: other, to: own) else {
            return nil
        }
        var parts: [String] = []
        if case .identity(_, let from, let to) = difference { parts = try changedParts(of: from, to) }
        return CallExplanation.Neighbour(
            lineage: digest, difference: difference, changedParts: parts, kind: kind)
    }
}
