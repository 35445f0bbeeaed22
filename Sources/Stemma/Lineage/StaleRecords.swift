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
    /// Reads the lineage record of every record that has one, in constant memory. A record whose lineage cannot be read
    /// is passed over. The first input that changed is counted.
    public func staleRecords() throws -> [StaleRecords] {
        try read { view in
            var inputs = InputLookup(view)
            var found: [StaleRecords] = []
            for variable in try view.variables() {
                var counts: [String: (count: Int, example: Address)] = [:]
                var last: (lineage: Digest, changed: String?)?
                try workTree.forEachReadable(variable.name) { record in
                    guard let lineage = record.lineage else { return }
                    if last?.lineage != lineage { last = (lineage, try changedInput(of: lineage, &inputs)) }
                    guard let changed = last?.changed else { return }
                    counts[changed, default: (0, record.address)].count += 1
                }
                found += counts.map {
                    StaleRecords(
                        variable: variable.name, input: $0.key, count: $0.value.count,
                        example: $0.value.example)
                }.sorted { $0.input.utf8.lexicographicallyPrecedes($1.input.utf8) }
            }
            return found
        }
    }

    /// The variable of the first input of a call whose address holds something else now.
    private func changedInput(of lineage: Digest, _ inputs: inout InputLookup) throws -> String? {
        do {
            return try callRecord(lineage, in: inputs.view).inputs.first { input in
                guard let variable = input.variable else { return false }
                return try !inputs.holds(input.content, variable, input.keys ?? [:], input.version ?? [:])
            }?.variable
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return nil
        }
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

    mutating func holds(_ content: Digest, _ variable: String, _ keys: Keys, _ version: Version) throws
        -> Bool
    {
        let place = Place(variable: variable, keys: keys)
        let standing: [Record]
        if let known = records[place] {
            standing = known
        } else {
            if records.count >= Self.limit { records.removeAll(keepingCapacity: true) }
            standing = try lookUp(place)
            records[place] = standing
        }
        return standing.contains { $0.invocationContent == content && $0.version.contains(version) }
    }

    private mutating func lookUp(_ place: Place) throws -> [Record] {
        if variables[place.variable] == nil {
            variables[place.variable] = .some(try view.variable(place.variable))
        }
        guard case .some(.some(let variable)) = variables[place.variable] else { return [] }
        return try view.records(of: variable, keys: place.keys)
    }
}
