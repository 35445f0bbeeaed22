import StemmaRecords

/// The versions that records of one view are raised to when they are read; asks once for each variable.
public struct PendingVersions {
    private let view: any ReadView
    private var settings: [String: VariableSettings?] = [:]

    /// Those of a view.
    public init(in view: any ReadView) { self.view = view }

    /// The version that a record is raised to; `nil` for one that is read as it stands, and where the settings of its
    /// variable cannot be read: whoever reads its payload is told of that. Reads no payload.
    public mutating func version(of record: Record) -> SchemaVersion? {
        let known: VariableSettings?
        if let there = settings[record.variable] {
            known = there
        } else {
            known = try? view.paged.settings(of: record.variable)
            settings[record.variable] = .some(known)
        }
        return known?.pendingVersion(of: record)
    }
}

/// Records of one variable that are raised to the same version when they are read.
public struct PendingRecords: Hashable, Sendable {
    /// The variable that they are of.
    public let variable: String
    /// The version that they are raised to.
    public let version: SchemaVersion
    /// How many there are.
    public let count: Int
}

extension Store {
    /// Counts the records of the work tree that are raised when they are read. Looks only at variables that were migrated,
    /// and reads no payload.
    public func pendingRecords() throws -> [PendingRecords] {
        var found: [PendingRecords] = []
        for variable in try read({ try $0.variables() }) {
            guard let version = variable.settings.readVersion else { continue }
            var count = 0
            try workTree.forEachReadable(variable.name) { record in
                if variable.settings.pendingVersion(of: record) != nil { count += 1 }
            }
            guard count > 0 else { continue }
            found.append(PendingRecords(variable: variable.name, version: version, count: count))
        }
        return found
    }
}
