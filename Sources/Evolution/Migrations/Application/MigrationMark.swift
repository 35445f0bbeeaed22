import StemmaRecords

/// The chain of versions that a value has come through, as its record and, where the variable says so, it itself has it.
package enum MigrationMark {
    /// The chain after one more step: a step back takes away what the step forth has added.
    package static func extended(_ chain: [String], by step: MigrationStep) -> [String] {
        if let last = chain.last, (try? SchemaVersion(last)) == step.to { return chain.dropLast() }
        return chain + [step.from.description]
    }

    /// The chain after all steps of a path.
    package static func extended(_ chain: [String], by path: MigrationPath) -> [String] {
        path.steps.reduce(chain) { extended($0, by: $1) }
    }

    /// Takes the chain out of a value. Throws `OperationFailure` if something else stands there.
    static func take(from value: inout JSONValue, at path: [PathToken]) throws -> [String] {
        guard let mark = try value.take(at: path) else { return [] }
        guard case .array(let elements) = mark else {
            throw OperationFailure(
                path, "is \(mark.kind), and the place of the versions that it has come through")
        }
        return try elements.map { element in
            guard case .string(let version) = element else {
                throw OperationFailure(path, "has \(element.kind) in it, and versions are strings")
            }
            return version
        }
    }

    static func put(_ chain: [String], into value: inout JSONValue, at path: [PathToken]) throws {
        if !chain.isEmpty { try value.put(.array(chain.map(JSONValue.string)), at: path) }
    }
}
