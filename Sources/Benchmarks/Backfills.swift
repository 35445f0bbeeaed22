import Stemma

/// Results whose lineages are three steps deep, and a constant of the first step that their versions do not name.
struct Backfills {
    let count: Int

    private static let measured = Variable<Double>("Measured")
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

    func make(in store: Store) throws {
        let workload = Workload(count: count)
        try store.transaction { transaction in
            for index in 0..<count {
                try transaction.save(Double(index) / 8, as: Self.measured, at: workload.keys(index))
            }
        }
        let results = try (0..<count).map { index in
            let measured = try store.load(Self.measured, at: workload.keys(index))
            let scaled = try store.call(Self.scale, store.call(Self.calibrate, measured, 0.5), 2.0)
            return try store.call(Self.assess, scaled, 100.0)
        }
        try store.transaction { transaction in
            for (index, result) in results.enumerated() {
                try transaction.save(result, as: Self.score, at: workload.keys(index))
            }
        }
        _ = try store.commit("\(count) results")
    }

    func infer(in store: Store) throws {
        let rules = BackfillRules(["offset": [BackfillRule("calibrate", extract: "offset")]])
        let report = try store.backfill(Self.score.name, inferring: rules)
        guard report.commit?.changed == count else { throw Tasks.Failure.wrongCount(report.updated) }
    }

    func revert(in store: Store) throws {
        guard let commit = try store.revert("HEAD"), commit.changed == count else {
            throw Tasks.Failure.wrongCount(0)
        }
    }
}
