import StemmaRecords

/// One change of a value, with its pointers read beforehand.
///
/// What it does has to be undone to the byte by its inverse, whatever value it accepted; where that cannot be, it fails
/// or has no inverse.
protocol MigrationOperation: Sendable {
    /// Makes the change. Throws `OperationFailure`; the value may then be changed in part.
    func apply(to value: inout JSONValue) throws

    /// What undoes it.
    var inverse: OperationInverse { get }

    /// The operation as a definition has it.
    var json: JSONValue { get }
}

/// What undoes an operation, or why nothing does.
enum OperationInverse {
    case operation(any MigrationOperation)
    case none(String)
}

/// What is added to an object that already has the members of every operation.
struct OperationMembers {
    private var object: JSONObject

    init(_ name: String, isOptional: Bool) {
        object = ["op": .string(name)]
        if isOptional { object["optional"] = true }
    }

    /// The same with another member, unless there is no value for it.
    func with(_ name: String, _ value: JSONValue?) -> OperationMembers {
        var members = self
        if let value { members.object[name] = value }
        return members
    }

    func with(_ name: String, _ pointer: PatternPointer?) -> OperationMembers {
        with(name, pointer.map { JSONValue.string($0.description) })
    }

    /// The same with the place where something is kept, or that nothing is.
    func keeping(_ pointer: PatternPointer?) -> OperationMembers {
        with("keep", pointer.map { JSONValue.string($0.description) } ?? false)
    }

    var json: JSONValue { .object(object) }
}
