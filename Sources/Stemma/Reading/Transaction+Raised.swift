import StemmaRecords

extension Transaction {
    /// What was raised when it was loaded, where it is saved to a place that has it already: there it waits for its
    /// migration as before.
    func standing(_ loaded: Record, where record: Record) throws -> Record? {
        guard record.variable == loaded.variable else { return nil }
        var same = loaded
        (same.keys, same.version) = (record.keys, record.version)
        if let standing = try sameOutput(as: same) { return standing }
        guard same == loaded else { return nil }
        return try self.record(at: loaded.address) == loaded ? loaded : nil
    }
}
