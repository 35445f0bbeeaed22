import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// The schemas of the variables that a batch saves in, as they are when it begins.
struct BatchSchemas: Sendable {
    private struct Output: Sendable {
        let type: StatedType?
        /// The version that is said to have been made; `nil` where none is, or where payloads name their own.
        let version: SchemaVersion?
        let hasRules: Bool
    }

    private let outputs: [Output]

    /// - Parameter types: what the types of the outputs state; none for a program.
    /// Throws `.schemaVersionMismatch` for a type of another version than its variable is at, and `.nameTaken` for a name
    /// that a variable had before: before anything runs.
    init(_ store: Store, _ variables: [String], types: [StatedType?]) throws {
        outputs = try variables.enumerated().map { index, variable in
            try store.checkIsCurrent(.variable, variable)
            let type = index < types.count ? types[index] : nil
            let rules = try store.rules(of: variable)
            if let type { try rules?.check(type) }
            let namesItself = rules?.settings.versionField != nil
            return Output(
                type: type, version: type?.version ?? (namesItself ? nil : rules?.settings.schema),
                hasRules: rules != nil)
        }
    }

    /// Outputs that are spread over a key are all of one variable.
    private func output(_ index: Int) -> Output? {
        outputs.count == 1 ? outputs[0] : outputs.indices.contains(index) ? outputs[index] : nil
    }

    /// What the type of an output states.
    func type(of index: Int) -> StatedType? { output(index)?.type }

    /// The version that an output is made under.
    func version(of index: Int) -> SchemaVersion? { output(index)?.version }

    /// Throws for an output that could not be saved, before it is among those that are saved together.
    func check(_ outcome: CallOutcome, at places: [Address], in store: Store) throws {
        for (index, place) in places.enumerated() where output(index)?.hasRules == true {
            guard let rules = try store.rules(of: place.variable) else { continue }
            let found = outcome.outputs[index]
            let record = Record(
                variable: place.variable, keys: place.keys, version: place.version, content: found.digest,
                format: found.format, size: found.size, value: found.value)
            let stated = StatedVersion(
                type: type(of: index), lineage: found.schema, isEarlier: outcome.payloads == nil)
            try rules.check(record, stated, store) {
                let bytes =
                    try found.value.map { $0.printed } ?? outcome.payloads?[index].bytes
                    ?? store.workTree.payload(of: record)
                return try bytes.withUnsafeBytes { try JSONParser.parse($0) }
            }
        }
    }
}
