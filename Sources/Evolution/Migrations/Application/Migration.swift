import StemmaBlobs
import StemmaRecords

/// A path with everything that is needed to take values along it, from any number of threads.
package struct Migration: Sendable {
    package let path: MigrationPath
    private let schemas: [SchemaVersion: JSONSchema]
    private let closures: [MigrationDefinition: MigrationClosure]
    private let mark: [PathToken]?
    private let versionField: VersionField?
    /// Whether a value that its schema does not allow is told of, and goes on.
    private let isLenient: Bool

    /// Is told what a schema does not allow of a value that goes on all the same.
    package typealias Violated = (StemmaError) -> Void

    /// - Parameters:
    ///   - schemas: those that are known of the versions on the path; where there is none, nothing is validated.
    ///   - closures: by the definitions that name them. Names alone do not tell: one may be that of several steps.
    ///   - mark: where in each value the chain of versions goes, if it does.
    ///   - versionField: where each value has to name its own version, if it does.
    ///   - isLenient: whether a value that its schema does not allow goes on.
    /// - Throws: `migrationNotRegistered` if a closure is not there, `migrationHasNoDown`.
    package init(
        _ path: MigrationPath, schemas: [SchemaVersion: JSONSchema] = [:],
        closures: [MigrationDefinition: MigrationClosure] = [:], mark: JSONPointer? = nil,
        versionField: VersionField? = nil, isLenient: Bool = false
    ) throws {
        for step in path.steps {
            switch step.way {
            case nil: throw StemmaError.migrationHasNoDown(step.definition, path.from, path.to)
            case .swift(let name)?:
                guard let closure = closures[step.definition], !step.isDown || closure.down != nil else {
                    throw StemmaError.migrationNotRegistered(name, step)
                }
            case .operations?, .program?: break
            }
        }
        self.path = path
        self.schemas = schemas
        self.closures = closures
        self.mark = mark.flatMap { $0.tokens.isEmpty ? nil : $0.tokens.map { PathToken($0) } }
        self.versionField = versionField
        self.isLenient = isLenient
    }

    /// Whether no step is a program, so that `apply` can take values one by one.
    package var takesSingleValues: Bool {
        path.steps.allSatisfy { if case .program? = $0.way { false } else { true } }
    }

    /// Takes a value along the whole path. The value that is handed in stays as it is.
    ///
    /// Throws `migrationFailed` with the `step`, the `pointer` and the `reason`; `migrationNeedsProgram`.
    package func apply(to value: consuming JSONValue, violated: Violated = { _ in }) throws -> JSONValue {
        guard let first = path.steps.first else { return value }
        try validate(value, before: first, violated)
        for step in path.steps { value = try change(value, by: step, violated) }
        return value
    }

    /// Takes a value through one step of the path, with what validates it before and after.
    ///
    /// Throws as the other does.
    package func apply(
        _ step: MigrationStep, to value: consuming JSONValue, violated: Violated = { _ in }
    ) throws -> JSONValue {
        try validate(value, before: step, violated)
        return try change(value, by: step, violated)
    }

    /// What a program is handed for a value: the value without its mark, after it was validated.
    ///
    /// Throws `migrationFailed`.
    package func prepare(
        _ value: consuming JSONValue, for step: MigrationStep, violated: Violated = { _ in }
    ) throws -> (value: JSONValue, chain: [String]) {
        try validate(value, before: step, violated)
        let chain = try takeMark(from: &value, step)
        return (value, chain)
    }

    /// What becomes of a program's answer: the value with its mark, validated.
    ///
    /// Throws `migrationFailed`.
    package func complete(
        _ value: consuming JSONValue, chain: [String], of step: MigrationStep, violated: Violated = { _ in }
    ) throws -> JSONValue {
        try putMark(chain, into: &value, step)
        try checkVersion(value, after: step)
        try validate(value, after: step, violated)
        return value
    }

    private func change(
        _ value: consuming JSONValue, by step: MigrationStep, _ violated: Violated
    ) throws -> JSONValue {
        let chain = try takeMark(from: &value, step)
        switch step.way {
        case .operations(let list)?:
            do { try list.apply(to: &value) } catch let failure as OperationListFailure {
                throw StemmaError.migrationFailed(step, failure.cause, operation: failure.operation)
            }
        case .swift(let name)?:
            let closure = closures[step.definition]
            guard let function = step.isDown ? closure?.down : closure?.up else {
                throw StemmaError.migrationNotRegistered(name, step)
            }
            do { value = try function(value) } catch {
                let reason = (error as? StemmaError)?.message ?? "\(error)"
                throw StemmaError.migrationFailed(
                    step, OperationFailure([], "is refused by '\(name)': \(reason)"))
            }
        case .program?: throw StemmaError.migrationNeedsProgram(step)
        case nil: throw StemmaError.migrationHasNoDown(step.definition, path.from, path.to)
        }
        return try complete(value, chain: chain, of: step, violated: violated)
    }

    private func takeMark(from value: inout JSONValue, _ step: MigrationStep) throws -> [String] {
        guard let mark else { return [] }
        do { return try MigrationMark.take(from: &value, at: mark) } catch let failure as OperationFailure {
            throw StemmaError.migrationFailed(step, failure)
        }
    }

    private func putMark(_ chain: [String], into value: inout JSONValue, _ step: MigrationStep) throws {
        guard let mark else { return }
        let chain = MigrationMark.extended(chain, by: step)
        do { try MigrationMark.put(chain, into: &value, at: mark) } catch let failure as OperationFailure {
            throw StemmaError.migrationFailed(step, failure)
        }
    }

    private func checkVersion(_ value: borrowing JSONValue, after step: MigrationStep) throws {
        guard let versionField, let failure = versionField.failure(in: copy value, of: step) else { return }
        throw StemmaError.migrationFailed(step, failure)
    }

    private func validate(
        _ value: borrowing JSONValue, before step: MigrationStep, _ violated: Violated
    ) throws {
        guard let schema = schemas[step.from], !schema.isValid(copy value) else { return }
        try refuse(
            StemmaError.migrationFailed(step, schema.violations(in: copy value), isBefore: true), violated)
    }

    private func validate(
        _ value: borrowing JSONValue, after step: MigrationStep, _ violated: Violated
    ) throws {
        guard let schema = schemas[step.to], !schema.isValid(copy value) else { return }
        try refuse(
            StemmaError.migrationFailed(step, schema.violations(in: copy value), isBefore: false), violated)
    }

    private func refuse(_ error: StemmaError, _ violated: Violated) throws {
        guard isLenient else { throw error }
        violated(error)
    }
}
