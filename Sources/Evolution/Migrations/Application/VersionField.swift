import StemmaRecords

/// Where payloads of a variable name their own version.
package struct VersionField: Sendable {
    private let pointer: JSONPointer
    /// The version of values that name none.
    private let legacy: SchemaVersion

    package init(_ pointer: JSONPointer, legacy: SchemaVersion) {
        self.pointer = pointer
        self.legacy = legacy
    }

    /// What is wrong where a value does not name the version that a step has taken it to.
    ///
    /// Steps state it themselves, with `add`, `map` or in code: whether the legacy version is written down or left out
    /// is known to nobody else, and a step back has to give the same bytes.
    func failure(in value: JSONValue, of step: MigrationStep) -> OperationFailure? {
        guard let named = pointer.resolve(in: value) else {
            if step.to == legacy { return nil }
            return failure("is to name the version \(step.to), and is not there: the migration has to add it")
        }
        if SchemaVersion(named: named) == step.to { return nil }
        return failure(
            "is \(named.shown), and is to name the version \(step.to): the migration has to change it")
    }

    private func failure(_ reason: String) -> OperationFailure {
        OperationFailure(pointer.tokens.map { PathToken($0) }, reason)
    }
}

extension SchemaVersion {
    /// The version that a member of a payload names: a string, or a whole number; `nil` for anything else.
    package init?(named value: JSONValue) {
        let text: String
        switch value {
        case .string(let string): text = string
        case .number(let number):
            guard let whole = Int(exactly: number) else { return nil }
            text = String(whole)
        default: return nil
        }
        guard let version = try? SchemaVersion(text) else { return nil }
        self = version
    }
}
