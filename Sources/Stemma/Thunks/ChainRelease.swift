import Synchronization

/// Lets go of objects one after another, where each may be the last to hold the next.
///
/// Swift frees what an object holds inside the call that frees the object: a chain of a million calls, each with the
/// one before as its input, would overflow the stack.
enum ChainRelease {
    private struct State {
        var waiting: [any AnyObject & Sendable] = []
        var isDraining = false

        mutating func next() -> (any AnyObject & Sendable)? {
            if waiting.isEmpty { isDraining = false }
            return waiting.popLast()
        }
    }

    private static let state = Mutex(State())

    /// Lets go of objects, now or in the loop of whoever is letting go already, and empties the list.
    static func release<Object: AnyObject & Sendable>(_ objects: inout [Object]) {
        guard !objects.isEmpty else { return }
        let isFirst = state.withLock { state in
            for object in objects { state.waiting.append(object) }
            defer { state.isDraining = true }
            return !state.isDraining
        }
        // Before the loop: a reference that is left here would be the last one.
        objects.removeAll()
        guard isFirst else { return }
        while let next = state.withLock({ $0.next() }) { _ = next }
    }
}
