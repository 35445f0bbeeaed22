import Stemma

/// Calls of one small function on 10,000 records, for what the cache costs.
struct Calls {
    let count: Int

    private static let input = Variable<Double>("Input")
    private static let output = Variable<[Double]>("Output")

    private func scale(_ version: String) -> Thunk<Double, Double, [Double]> {
        Thunk("scale", version: version, parameters: ["value", "factor"]) { value, factor in
            [value * factor, value + factor]
        }
    }

    private func keys(_ index: Int) -> Keys {
        ["subject": .number(Double(index / 100)), "session": .number(Double(index % 100))]
    }

    /// Saves the inputs, and the outputs of the calls.
    func make(in store: Store) throws {
        try store.transaction { transaction in
            for index in 0..<count { try transaction.save(Double(index), as: Self.input, at: keys(index)) }
        }
        let outputs = try call(in: store, "1", expectsHits: false)
        try store.transaction { transaction in
            for (index, output) in outputs.enumerated() {
                try transaction.save(output, as: Self.output, at: keys(index))
            }
        }
    }

    /// Makes all calls, and gives what they return.
    @discardableResult
    func call(in store: Store, _ version: String, expectsHits: Bool) throws -> [Traced<[Double]>] {
        let thunk = scale(version)
        return try (0..<count).map { index in
            let output = try store.call(thunk, store.load(Self.input, at: keys(index)), 2.5)
            guard output.isFromStore == expectsHits else { throw Tasks.Failure.wrongCount(index) }
            return output
        }
    }

    /// Loads all inputs, which the tasks of calls do besides.
    func load(in store: Store) throws {
        for index in 0..<count { _ = try store.load(Self.input, at: keys(index)) }
    }

    /// One call again and again, in a process that has made it before.
    func again(in store: Store, times: Int) throws {
        let thunk = scale("1")
        let input = try store.load(Self.input, at: keys(7))
        for _ in 0..<times {
            guard try store.call(thunk, input, 2.5).isFromStore else { throw Tasks.Failure.wrongCount(0) }
        }
    }
}
