import StemmaRecords

/// Which records are meant: those that have the values named.
public struct Filter: Hashable, Sendable {
    public var keys: Keys
    public var version: Version

    /// Everything, when nothing is named.
    public init(keys: Keys = [:], version: Version = [:]) {
        self.keys = keys
        self.version = version
    }

    public var isEmpty: Bool { keys.isEmpty && version.isEmpty }

    public func matches(_ record: Record) -> Bool {
        record.keys.contains(keys) && record.version.contains(version)
    }

    /// The one folder that what is meant stands in; `nil` when it may be several.
    func partitionPath(_ partition: Partition) -> String? {
        partition.names.allSatisfy { keys[$0] != nil } ? partition.path(of: keys) : nil
    }
}
