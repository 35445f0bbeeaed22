import Stemma

/// Two branches of one store: a quarter of the records are data, a quarter are what nothing changes, and half of them
/// follow from a constant, one half of these directly.
struct Branches {
    /// How many records there are in all.
    let count: Int

    private static let measured = Variable<Double>("Measured")
    private static let calibrated = Variable<Double>("Calibrated")
    private static let scaled = Variable<Double>("Scaled")
    private static let score = Variable<Double>("Score")

    private static let calibrate = Thunk("calibrate", version: "1", parameters: ["value", "offset"]) {
        (value: Double, offset: Double) in value + offset
    }
    private static let scale = Thunk("scale", version: "1", parameters: ["value", "factor"]) {
        (value: Double, factor: Double) in value * factor
    }
    private static let assess = Thunk("assess", version: "1", parameters: ["value", "limit"]) {
        (value: Double, limit: Double) in value / limit
    }

    /// Everything anew, with a factor.
    func run(in store: Store, factor: Double) throws {
        let workload = Workload(count: count / 4)
        let all = (0..<workload.count).map { workload.keys($0) }
        try store.transaction { transaction in
            for (index, keys) in all.enumerated() {
                try transaction.save(Double(index) / 8, as: Self.measured, at: keys)
            }
        }
        let results = try all.map { keys in
            let measured = try store.load(Self.measured, at: keys)
            let scaled = try store.call(Self.scale, measured, factor)
            return (
                keys, try store.call(Self.calibrate, measured, 0.5), scaled,
                try store.call(Self.assess, scaled, 100.0)
            )
        }
        try store.transaction { transaction in
            for (keys, calibrated, scaled, score) in results {
                try transaction.save(calibrated, as: Self.calibrated, at: keys)
                try transaction.save(scaled, as: Self.scaled, at: keys)
                try transaction.save(score, as: Self.score, at: keys)
            }
        }
        _ = try store.commit("factor \(factor)")
    }

    /// The one cause of all that differs between the two commits.
    func explain(in store: Store) throws {
        let (before, after) = (try store.snapshot("main"), try store.snapshot("tuning"))
        let difference = try store.difference(from: before, to: after)
        let explanation = try store.explanation(of: difference, from: before, to: after)
        guard let cause = explanation.causes.first, cause.name == "factor", cause.direct == count / 4,
            cause.downstream == count / 4, explanation.causes.count == 1
        else { throw Tasks.Failure.wrongCount(explanation.causes.count) }
    }
}
