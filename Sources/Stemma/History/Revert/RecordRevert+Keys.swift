import StemmaRecords

extension RecordRevert {
    /// Undoes what gave a record an entry of its version that is a key now, or took one away: so it stands at other keys.
    mutating func undoMove(_ change: Difference.Change, _ before: Record, _ after: Record) throws {
        guard let current = try transaction.record(at: after.address) else {
            if try transaction.record(at: before.address) == before { return }
            if takesBack(change, nil) { try put(before) }
            return
        }
        var result = before
        if !current.hasSamePayload(as: after) {
            if after.hasSamePayload(as: before) {
                result = current
                (result.keys, result.version) = (before.keys, before.version)
            } else if !takesBack(change, current) {
                return
            }
        }
        if let other = try transaction.record(at: result.address), other != result,
            !takesBack(change, other)
        {
            return
        }
        try remove(current.address)
        try put(result)
    }
}
