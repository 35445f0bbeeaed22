import Stemma

/// Results whose lineages are three steps deep, and a constant of the first step that their versions do not name.
struct Backfills {
    let count: Int

    func make(in store: Store) throws {
        let workload = Workload(count: count)
        let all = (0..<count).map { workload.keys($0) }
        try Pipeline.measure(all, in: store)
        let results = try all.map { keys in
            let measured = try store.load(Pipeline.measured, at: keys)
            let scaled = try store.call(Pipeline.scale, store.call(Pipeline.calibrate, measured, 0.5), 2.0)
            return try store.call(Pipeline.assess, scaled, 100.0)
        }
        try store.transaction { transaction in
            for (keys, result) in zip(all, results) {
                try transaction.save(result, as: Pipeline.score, at: keys)
            }
        }
        _ = try store.commit("\(count) results")
    }

    func infer(in store: Store) throws {
        let rules = BackfillRules(["offset": [BackfillRule("calibrate", extract: "offset")]])
        let report = try store.backfill(Pipeline.score.name, inferring: rules)
        guard report.commit?.changed == count else { throw Tasks.Failure.wrongCount(report.updated) }
    }

    func revert(in store: Store) throws {
        guard let commit = try store.revert("HEAD"), commit.changed == count else {
            throw Tasks.Failure.wrongCount(0)
        }
    }
}
