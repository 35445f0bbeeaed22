import Stemma

/// Two branches of one store: a quarter of the records are data, a quarter are what nothing changes, and half of them
/// follow from a constant, one half of these directly.
struct Branches {
    /// How many records there are in all.
    let count: Int

    /// Everything anew, with a factor.
    func run(in store: Store, factor: Double) throws {
        let workload = Workload(count: count / 4)
        let all = (0..<workload.count).map { workload.keys($0) }
        try Pipeline.measure(all, in: store)
        let results = try all.map { keys in
            let measured = try store.load(Pipeline.measured, at: keys)
            let scaled = try store.call(Pipeline.scale, measured, factor)
            return (
                keys, try store.call(Pipeline.calibrate, measured, 0.5), scaled,
                try store.call(Pipeline.assess, scaled, 100.0)
            )
        }
        try store.transaction { transaction in
            for (keys, calibrated, scaled, score) in results {
                try transaction.save(calibrated, as: Pipeline.calibrated, at: keys)
                try transaction.save(scaled, as: Pipeline.scaled, at: keys)
                try transaction.save(score, as: Pipeline.score, at: keys)
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
