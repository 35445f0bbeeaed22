/// A libgit2 object and the one function that frees it: the single owner of a C handle.
final class Owned<Pointer> {
    let pointer: Pointer
    private let free: (Pointer) -> Void

    private init(_ pointer: Pointer, free: @escaping (Pointer) -> Void) {
        self.pointer = pointer
        self.free = free
    }

    deinit { free(pointer) }

    /// Takes over what `make` puts in place.
    ///
    /// Throws what `check` makes of the status, with `operation` as its name.
    static func make(
        _ operation: @autoclosure () -> String, subject: ErrorSubject? = nil,
        free: @escaping (Pointer) -> Void, _ make: (inout Pointer?) -> Int32
    ) throws -> Owned {
        var pointer: Pointer?
        try check(make(&pointer), operation(), subject: subject)
        return try Owned(require(pointer, operation()), free: free)
    }

    /// As `make`, but nil where libgit2 says that there is no such thing.
    static func find(
        _ operation: @autoclosure () -> String, subject: ErrorSubject? = nil,
        free: @escaping (Pointer) -> Void, _ make: (inout Pointer?) -> Int32
    ) throws -> Owned? {
        var pointer: Pointer?
        guard try checkFound(make(&pointer), operation(), subject: subject) else { return nil }
        return try Owned(require(pointer, operation()), free: free)
    }
}
