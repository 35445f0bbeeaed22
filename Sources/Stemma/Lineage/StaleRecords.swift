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
    /// How many there are.
    public let count: Int
    /// One of them.
    public let example: Address
}

extension Store {
    /// Counts the records that are stale as far as that can be known without the code: at the address of an input,
    /// under a version that contains the one it had, stands no record that holds what the call was given.
    ///
    /// A result keeps its lineage when a backfill gives it another version: it is known by that then, and data by what
    /// they hold, where nothing stands under the version that they had.
    ///
    /// Reads the lineage record of every record that has one, many together; others get their turn in between. A record
    /// whose lineage cannot be read is passed over. The first input that changed is counted.
    public func staleRecords() throws -> [StaleRecords] {
        var found: [StaleRecords] = []
        for variable in try read({ try $0.variables() }) {
            var counts: [String: (count: Int, example: Address)] = [:]
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
            found += counts.map {
                StaleRecords(
                    variable: variable.name, input: $0.key, count: $0.value.count, example: $0.value.example)
            }.sorted { $0.input.utf8.lexicographicallyPrecedes($1.input.utf8) }
        }
        return found
    }

    /// For each of these calls the variable of the first input whose address holds something else now; none where all
    /// are as they were.
    private func changedInputs(of lineage: Set<Digest>) throws -> [Digest: String] {
        guard !lineage.isEmpty else { return [:] }
        var changed: [Digest: String] = [:]
        try read { view in
            var inputs = InputLookup(view)
            try readCalls(lineage, in: view) { digest, record in
                guard case .success(let record) = record else { return }
                changed[digest] = try record.inputs.first { input in
                    guard let address = input.address else { return false }
                    return try !inputs.holds(input, at: address)
                }?.variable
            }
        }
        return changed
    }
}

/// What stands at the addresses of inputs now. Many calls have the same ones.
private struct InputLookup {
    private struct Place: Hashable {
        let variable: String
        let keys: Keys
    }

    let view: CatalogView
    private var variables: [String: CatalogView.Variable?] = [:]
    private var records: [Place: [Record]] = [:]
    private static let limit = 1024

    init(_ view: CatalogView) { self.view = view }

    mutating func holds(_ input: LineageRecord.Input, at address: Address) throws -> Bool {
        let place = Place(variable: address.variable, keys: address.keys)
        let standing: [Record]
        if let known = records[place] {
            standing = known
        } else {
            if records.count >= Self.limit { records.removeAll(keepingCapacity: true) }
            standing = try lookUp(place)
            records[place] = standing
        }
        return standing.contains { input.isStill($0, at: address, among: standing) }
    }

    private mutating func lookUp(_ place: Place) throws -> [Record] {
        if variables[place.variable] == nil {
            variables[place.variable] = .some(try view.variable(place.variable))
        }
        guard case .some(.some(let variable)) = variables[place.variable] else { return [] }
        return try view.records(of: variable, keys: place.keys)
    }
}
