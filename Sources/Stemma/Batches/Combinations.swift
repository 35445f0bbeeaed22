import StemmaBlobs
import StemmaRecords

/// Which values of a key a batch goes over.
public enum KeyValues: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// All that the store has.
    case all
    /// These; an empty list means all that the store has.
    case some([Scalar])

    /// These; an empty list means all that the store has.
    public init(arrayLiteral elements: Scalar...) { self = elements.isEmpty ? .all : .some(elements) }
}

extension Store {
    /// The combinations of keys that a batch goes over, in the order of the keys.
    ///
    /// Where every key has its values named, it is their product. Where all of a key's values are meant, it is restricted
    /// to the combinations that the records of `variables` have; of all variables when that is empty.
    /// Throws `.unknownKey`, `.keyTypeMismatch` and `.unknownVariable`.
    func combinations(of keys: [(name: String, values: KeyValues)], in variables: [String]) throws -> [Keys] {
        let keys = keys.map { (name: $0.name, values: $0.values == .some([]) ? .all : $0.values) }
        for key in keys {
            guard settings.keys[key.name] != nil else {
                throw StemmaError.unknownKey(key.name, declared: settings.keys.list.map(\.name))
            }
            if case .some(let values) = key.values {
                for value in values { try settings.keys.check([key.name: value]) }
            }
        }
        let found =
            keys.contains { $0.values == .all } ? try existing(keys, in: variables) : Self.product(keys)
        let order = RecordOrder(settings.keys)
        let partition = Partition(settings.keys.list.map(\.name))
        return Set(found).map { (order.key(of: partition, keys: $0), $0) }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }

    private static func product(_ keys: [(name: String, values: KeyValues)]) -> [Keys] {
        keys.reduce([[:]]) { combinations, key in
            guard case .some(let values) = key.values else { return combinations }
            return combinations.flatMap { keys in values.map { keys.merging([key.name: $0]) } }
        }
    }

    private func existing(_ keys: [(name: String, values: KeyValues)], in variables: [String]) throws
        -> [Keys]
    {
        let wanted: [(name: String, values: Set<Scalar>?)] = keys.map { key in
            guard case .some(let values) = key.values else { return (key.name, nil) }
            return (key.name, Set(values))
        }
        let names = try variables.isEmpty ? workTree.variables().map(\.name) : variables
        var found: Set<Keys> = []
        for variable in names {
            var own: Set<Keys> = []
            try workTree.forEachRecord(of: variable) { record in
                var combination: Keys = [:]
                for (name, values) in wanted {
                    guard let value = record.keys[name], values?.contains(value) ?? true else { return true }
                    combination[name] = value
                }
                own.insert(combination)
                return true
            }
            // What one input lacks is reported for it; what no input has is no combination.
            found.formUnion(own)
        }
        return Array(found)
    }
}
