import StemmaBlobs
import StemmaRecords

/// The operations of one direction of a migration, ready to be applied to any number of values from any thread.
package struct OperationList: Sendable {
    let operations: [any MigrationOperation]
    /// Where in the definition the first stands.
    private let place: JSONPointer
    /// Whether they were derived, and stand nowhere; `place` is then that of what they undo.
    private let isDerived: Bool

    /// Reads a list. Throws `invalidMigration` with the place of what is wrong.
    init(_ value: JSONValue, at place: JSONPointer) throws {
        guard case .array(let elements) = value else {
            throw StemmaError.invalidMigration(
                "expected a list of operations, found \(value.kind)", at: place)
        }
        operations = try elements.enumerated().map { index, element in
            try OperationReader.read(element, at: place.appending(index))
        }
        self.place = place
        isDerived = false
    }

    private init(undoing operations: [any MigrationOperation], at place: JSONPointer) {
        self.operations = operations
        self.place = place
        isDerived = true
    }

    var json: JSONValue { .array(operations.map(\.json)) }

    /// What undoes the whole list: the inverse of each, last first. Throws `MigrationObstacle`.
    func inverse() throws(MigrationObstacle) -> OperationList {
        var inverses: [any MigrationOperation] = []
        for (index, operation) in operations.enumerated() {
            switch operation.inverse {
            case .operation(let inverse): inverses.append(inverse)
            case .none(let reason):
                throw MigrationObstacle(
                    pointer: place.appending(index), operation: operation.json, reason: reason)
            }
        }
        return OperationList(undoing: inverses.reversed(), at: place)
    }

    /// Where in the definition an operation stands, or the one that it undoes.
    func place(of index: Int) -> JSONPointer {
        place.appending(isDerived ? operations.count - 1 - index : index)
    }

    /// Makes all changes. Throws `OperationListFailure`; the value may then be changed in part.
    func apply(to value: inout JSONValue) throws {
        for (index, operation) in operations.enumerated() {
            do { try operation.apply(to: &value) } catch let failure as OperationFailure {
                throw OperationListFailure(operation: place(of: index), cause: failure)
            }
        }
    }
}

/// Which operation of a list cannot be done, and why.
struct OperationListFailure: Error {
    let operation: JSONPointer
    let cause: OperationFailure
}

/// Why nothing can be derived that undoes a migration.
public struct MigrationObstacle: Error, Sendable, CustomStringConvertible {
    /// Where in the definition the operation stands that cannot be undone, such as `/up/3`.
    public let pointer: JSONPointer
    /// The operation, `null` for what is none.
    public let operation: JSONValue
    /// Why it cannot be undone.
    public let reason: String

    /// The place and the reason.
    public var description: String {
        guard case .string(let name)? = operation["op"] else { return "\(pointer): \(reason)" }
        return "'\(name)' at \(pointer) cannot be undone: \(reason)"
    }
}
