import StemmaRecords

/// Which records are meant: those that have the values named.
public struct Filter: Hashable, Sendable {
    /// The keys that records must have.
    public var keys: Keys
    /// The version entries that records must have.
    public var version: Version
    /// Whether records must have these values and no others.
    public var isExact = false

    /// The one record of exactly this address.
    public init(exactly address: Address) {
        self.init(keys: address.keys, version: address.version)
        isExact = true
    }

    /// Everything, when nothing is named.
    public init(keys: Keys = [:], version: Version = [:]) {
        self.keys = keys
        self.version = version
    }

    /// Whether every record matches.
    public var isEmpty: Bool { !isExact && keys.isEmpty && version.isEmpty }

    /// Whether a record has the values that are named, and no others if `isExact`.
    public func matches(_ record: Record) -> Bool {
        isExact
            ? record.keys == keys && record.version == version
            : record.keys.contains(keys) && record.version.contains(version)
    }

    /// The one folder that what is meant stands in; `nil` when it may be several.
    func partitionPath(_ partition: Partition) -> String? {
        isExact || partition.names.allSatisfy { keys[$0] != nil } ? partition.path(of: keys) : nil
    }
}
