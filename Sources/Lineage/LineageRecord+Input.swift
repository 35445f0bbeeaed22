import StemmaBlobs
import StemmaRecords

extension LineageRecord.Input {
    /// Whether a record is what was handed to the call, as it stood then or under another version that a backfill has
    /// given it since.
    ///
    /// - Parameters:
    ///   - record: one at the keys that the input had.
    ///   - handed: the digests that a call would go by now, where it is raised when it is read.
    ///   - address: where the input stood.
    ///   - variants: all that stands at these keys.
    package func isStill(
        _ record: Record, as handed: [Digest]? = nil, at address: Address, among variants: [Record]
    ) -> Bool {
        guard (handed ?? record.contents).contains(content) else { return false }
        if record.version.contains(address.version) { return true }
        if let lineage { return record.lineage == lineage }
        // Data have no other story than where they stand.
        return record.lineage == nil && !variants.contains { $0.version.contains(address.version) }
    }
}

extension LineageRecord {
    /// The inputs that stood under other versions than in another record, where nothing else differs; otherwise `nil`.
    package func inputsUnderOtherVersions(than other: LineageRecord) -> [Input]? {
        guard var aligned = aligned(other) else { return nil }
        var moved: [Input] = []
        for index in inputs.indices where inputs[index].version != other.inputs[index].version {
            aligned.inputs[index].version = inputs[index].version
            moved.append(inputs[index])
        }
        return aligned == self ? moved : nil
    }

    /// Whether it is the same call of the same inputs, in whichever order lineage counts the arguments: a program's options
    /// may stand in any.
    package func isSameCall(as other: LineageRecord) -> Bool {
        self == other || aligned(other) == self
    }

    /// Another record with its arguments counted as here; `nil` where it has not as many.
    private func aligned(_ other: LineageRecord) -> LineageRecord? {
        guard inputs.count == other.inputs.count, constants.count == other.constants.count else { return nil }
        var aligned = other
        for index in inputs.indices { aligned.inputs[index].position = inputs[index].position }
        for index in constants.indices { aligned.constants[index].position = constants[index].position }
        return aligned
    }
}
