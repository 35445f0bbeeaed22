import StemmaRecords

/// Why an operation cannot be done on a value, and where in it.
struct OperationFailure: Error {
    /// The way to the place, from the end to the beginning: it is put together only when something fails.
    private var reversed: [String]
    let reason: String

    init(_ path: some Collection<PathToken>, _ reason: String) {
        reversed = path.reversed().map(\.name)
        self.reason = reason
    }

    var pointer: JSONPointer { JSONPointer(tokens: reversed.reversed()) }

    /// The same, seen from a level further out.
    func within(_ name: String) -> OperationFailure {
        var failure = self
        failure.reversed.append(name)
        return failure
    }

    func within(_ path: [PathToken]) -> OperationFailure {
        var failure = self
        failure.reversed += path.reversed().map(\.name)
        return failure
    }
}
