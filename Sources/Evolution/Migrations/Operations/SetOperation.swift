import StemmaRecords

/// Replaces whatever is there by one value, and keeps what was there.
final class SetOperation: MigrationOperation {
    let at: PatternPointer
    let value: JSONValue
    let keep: PatternPointer?
    let isOptional: Bool

    private let bases: BasePattern
    private let path: [PathToken]
    private let keepPath: [PathToken]?

    init(at: PatternPointer, value: JSONValue, keep: PatternPointer?, isOptional: Bool) {
        self.at = at
        self.value = value
        self.keep = keep
        self.isOptional = isOptional
        (bases, path) = at.divided
        keepPath = keep?.divided.path
    }

    var inverse: OperationInverse {
        guard let keep else { return .none("what it replaces is not kept") }
        return .operation(RestoreOperation(at: at, value: value, keep: keep, isOptional: isOptional))
    }

    var json: JSONValue {
        OperationMembers("set", isOptional: isOptional).with("at", at).with("value", value).keeping(keep).json
    }

    func apply(to value: inout JSONValue) throws {
        try bases.forEach(in: &value, passingOver: isOptional) { base in
            let found = base.part(at: path)
            if let keepPath, base.part(at: keepPath) != nil {
                throw OperationFailure(keepPath, "is there already: something else was kept there before")
            }
            guard let found else {
                if isOptional { return }
                throw base.missing(path)
            }
            if let keepPath { try base.put(found, at: keepPath) }
            base.withPart(at: path) { $0 = self.value }
        }
    }
}

/// Puts back what `set` has kept. What it has not replaced, because it came later, stays.
final class RestoreOperation: MigrationOperation {
    let at: PatternPointer
    /// What `set` has put there.
    let value: JSONValue
    let keep: PatternPointer
    let isOptional: Bool

    private let bases: BasePattern
    private let path: [PathToken]
    private let keepPath: [PathToken]

    init(at: PatternPointer, value: JSONValue, keep: PatternPointer, isOptional: Bool) {
        self.at = at
        self.value = value
        self.keep = keep
        self.isOptional = isOptional
        (bases, path) = at.divided
        keepPath = keep.divided.path
    }

    var inverse: OperationInverse { .none("it leaves values for which nothing was kept as they are") }

    var json: JSONValue {
        OperationMembers("restore", isOptional: isOptional).with("at", at).with("value", value)
            .keeping(keep).json
    }

    func apply(to value: inout JSONValue) throws {
        try bases.forEach(in: &value, passingOver: isOptional) { base in
            let found = base.part(at: path)
            guard let kept = base.part(at: keepPath) else {
                if found == nil, !isOptional { throw base.missing(path) }
                return
            }
            guard let found else { throw base.missing(path) }
            guard found == self.value else {
                throw OperationFailure(
                    path, "was changed to \(found.shown), so that what was kept would overwrite it")
            }
            base.withPart(at: path) { $0 = kept }
            _ = try base.take(at: keepPath)
        }
    }
}
