import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// Records of one variable that were made from data that has changed since.
public struct StaleRecords: Hashable, Sendable {
    /// The variable that they are of.
    public let variable: String
    /// The variable of the input that changed.
    public let input: String
    /// The migration by which it changed; `nil` for another change.
    public let migration: StaleMigration?
    /// How many there are.
    public let count: Int
    /// One of them.
    public let example: Address
}

/// A migration that gave an input another form than the one that calls were given.
public struct StaleMigration: Hashable, Sendable {
    /// The version that the input was of.
    public let from: SchemaVersion
    /// The version that it is of now, or is raised to.
    public let to: SchemaVersion
    /// Whether it is raised each time that it is read, and its record still says the older version.
    public let isPending: Bool
}

extension Store {
    /// Counts the records that are stale as far as that can be known without the code: at the address of an input,
    /// under a version that contains the one it had, stands no record that holds what the call was given.
    ///
    /// What a record holds is what a call would be given of it now: where it is raised when it is read, what it is then.
    /// Records that migrated data stand for what they were before are not stale.
    ///
    /// A result keeps its lineage when a backfill gives it another version: it is known by that then, and data by what
    /// they hold, where nothing stands under the version that they had.
    ///
    /// Reads the lineage record of every record that has one, many together; others get their turn in between. A record
    /// whose lineage cannot be read is passed over. The first input that changed is counted.
    public func staleRecords() throws -> [StaleRecords] {
        var found: [StaleRecords] = []
        for variable in try read({ try $0.variables() }) {
            var counts: [ChangedInput: (count: Int, example: Address)] = [:]
            var waiting: [(lineage: Digest, address: Address)] = []
            func look() throws {
                let changed = try changedInputs(of: Set(waiting.map(\.lineage)))
                for (lineage, address) in waiting {
                    guard let input = changed[lineage] else { continue }
                    counts[input, default: (0, address)].count += 1
                }
                waiting.removeAll(keepingCapacity: true)
            }
            try workTree.forEachReadable(variable.name) { record in
                guard let lineage = record.lineage else { return }
                waiting.append((lineage, record.address))
                if waiting.count >= Self.manyCalls { try look() }
            }
            try look()
            found += counts.map { StaleRecords(variable.name, $0.key, $0.value.count, $0.value.example) }
                .sorted { $0.isBefore($1) }
        }
        return found
    }

    /// For each of these calls the first input whose address holds something else now; none where all are as they were.
    private func changedInputs(of lineage: Set<Digest>) throws -> [Digest: ChangedInput] {
        guard !lineage.isEmpty else { return [:] }
        // What was found out on the way is kept, once nothing reads the catalog.
        defer { saveRaisedDigests() }
        var changed: [Digest: ChangedInput] = [:]
        try read { view in
            var inputs = InputLookup(self, view)
            try readCalls(lineage, in: view) { digest, record in
                guard case .success(let record) = record else { return }
                for input in record.inputs where changed[digest] == nil {
                    changed[digest] = try inputs.change(of: input)
                }
            }
        }
        return changed
    }
}

extension StaleRecords {
    fileprivate init(_ variable: String, _ input: ChangedInput, _ count: Int, _ example: Address) {
        self.init(
            variable: variable, input: input.variable, migration: input.migration, count: count,
            example: example)
    }

    /// In the order of the inputs, those that no migration has changed first.
    fileprivate func isBefore(_ other: StaleRecords) -> Bool {
        if input != other.input { return input.utf8.lexicographicallyPrecedes(other.input.utf8) }
        guard let migration, let second = other.migration else { return migration == nil }
        if migration.from != second.from { return migration.from < second.from }
        if migration.to != second.to { return migration.to < second.to }
        return migration.isPending && !second.isPending
    }
}
