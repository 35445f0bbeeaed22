import StemmaBlobs
import StemmaLineage
import StemmaRecords

extension Store {
    /// A value that somebody changed by hand, so that what is made from it says so.
    ///
    /// Nothing is written: saving it, or the output of a call that takes it, records the edit with its reason.
    /// - Parameters:
    ///   - value: the value as it is now.
    ///   - record: what was edited: a loaded record, or the output of a call.
    ///   - reason: for those who read the lineage; not empty.
    /// Throws `.emptyReason`, and `.unencodable` for a value that cannot be stored exactly.
    public func edited<Value>(
        _ value: Value, of record: Traced<Value>, reason: String
    ) throws -> Traced<Value> {
        guard reason.contains(where: { !$0.isWhitespace }) else { throw StemmaError.emptyReason() }
        let codec = try PayloadCodec<Value>()
        let payload = try codec.encode(value)
        let output = LineageRecord.Output(
            format: codec.format, digest: Digest.of(payload), size: payload.count,
            value: codec.format == .json ? Record.inlineValue(payload) : nil,
            schema: codec.stated?.version)
        let lineage = LineageRecord(
            origin: .edit(reason: reason), inputs: [record.input(name: "edited", position: 0)],
            outputs: [output])
        let pending = PendingLineage(
            record: lineage, isFresh: true, functions: [], constants: [],
            inputs: record.origin.pending.map { [$0] } ?? [])
        return Traced(
            content: output.digest, format: codec.format, size: payload.count,
            origin: TracedOrigin(
                .pending(pending), output: 0, content: output.digest, payload: .bytes(payload))
        ) { try codec.decode(payload) }
    }
}

extension StemmaError {
    static func emptyReason() -> StemmaError {
        StemmaError(.emptyReason, "an edit by hand needs a reason", hint: "say why the value was changed")
    }
}

extension StemmaError.Code {
    /// A value that was edited by hand came without a reason.
    public static let emptyReason = Self("empty-reason")
}
