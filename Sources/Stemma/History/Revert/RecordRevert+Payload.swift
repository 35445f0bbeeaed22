import StemmaBlobs
import StemmaRecords

extension RecordRevert {
    /// Whether a record that a commit took to another schema version has nothing of it now: it was saved anew under the older
    /// version since, or came so with a merge. If the commit took it back, it waits for its migration as others do that are
    /// saved under that version.
    func hasNone(of before: Record, _ after: Record, _ current: Record) throws -> Bool {
        guard before.lineage == after.lineage, before.migratedFrom != after.migratedFrom,
            before.schema != after.schema,
            let settings = try transaction.update.variable(current.variable)?.settings,
            let old = settings.version(of: before), let new = settings.version(of: after),
            let version = settings.version(of: current)
        else { return false }
        return version == min(old, new) && (old < new || version < settings.currentVersion)
    }

    /// The record now with what the commit made of its payload undone; `nil` where both have changed the same part.
    func merge(_ before: Record, _ after: Record, _ current: Record) throws -> Record? {
        guard before.lineage == after.lineage, current.lineage == after.lineage,
            current.output == after.output,
            current.schema == before.schema,
            [before, after, current].allSatisfy({ $0.format == .json })
        else { return nil }
        let values = try [after, current, before].map { record in
            try transaction.store.workTree.payload(of: record).withUnsafeBytes { try JSONParser.parse($0) }
        }
        guard
            case .some(.some(let value)) = JSONValue.merging(
                base: values[0], ours: values[1], theirs: values[2])
        else { return nil }
        let payload = try value.canonical + [0x0A]
        var record = current
        record.value = Record.inlineValue(payload)
        record.content = try record.value == nil ? transaction.put(payload) : Digest.of(payload)
        record.size = payload.count
        return record
    }
}

extension Record {
    /// Whether all but variable, keys and version is the same.
    func hasSamePayload(as other: Record) -> Bool {
        var other = other
        (other.variable, other.keys, other.version) = (variable, keys, version)
        return self == other
    }

    /// Takes all but variable, keys and version of another record.
    mutating func takePayload(of other: Record) {
        let address = (variable, keys, version)
        self = other
        (variable, keys, version) = address
    }
}
