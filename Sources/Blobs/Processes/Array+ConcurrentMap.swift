internal import Dispatch
internal import Synchronization

extension Array where Element: Sendable {
    /// What `body` makes of each element, in their order, made on all processors.
    ///
    /// - Parameters:
    ///   - handful: so many elements are handed to a processor together; few enough that none is left waiting at the end,
    ///     and many enough that handing them over costs nothing.
    ///   - body: called from several threads at once.
    package func concurrentMap<Made: Sendable>(
        handful: Int = 1, _ body: @escaping @Sendable (Element) -> Made
    ) -> [Made] {
        let parts = (count + handful - 1) / handful
        guard parts > 1 else { return map(body) }
        let made = Mutex([[Made]](repeating: [], count: parts))
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let own = self[part * handful..<Swift.min((part + 1) * handful, count)].map(body)
            made.withLock { $0[part] = own }
        }
        return made.withLock { $0 }.flatMap(\.self)
    }
}
