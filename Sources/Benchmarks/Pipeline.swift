import Stemma

/// The steps that `Branches` and `Backfills` make their results with.
enum Pipeline {
    static let measured = Variable<Double>("Measured")
    static let calibrated = Variable<Double>("Calibrated")
    static let scaled = Variable<Double>("Scaled")
    static let score = Variable<Double>("Score")

    static let calibrate = Thunk("calibrate", version: "1", parameters: ["value", "offset"]) {
        (value: Double, offset: Double) in value + offset
    }
    static let scale = Thunk("scale", version: "1", parameters: ["value", "factor"]) {
        (value: Double, factor: Double) in value * factor
    }
    static let assess = Thunk("assess", version: "1", parameters: ["value", "limit"]) {
        (value: Double, limit: Double) in value / limit
    }

    /// Saves what was measured: one number at each of the keys.
    static func measure(_ keys: [Keys], in store: Store) throws {
        try store.transaction { transaction in
            for (index, keys) in keys.enumerated() {
                try transaction.save(Double(index) / 8, as: measured, at: keys)
            }
        }
    }
}
