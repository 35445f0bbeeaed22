import Stemma

/// The results of one decade, each with its lineage, computed just now or answered from the store.
struct Decade {
    let keys: Keys
    /// Which trend it is: those by several windows stand side by side.
    let version: Version
    let raw: Traced<[Double]>
    let filled: Traced<[Double]>
    let trend: Traced<[Double]>
    let amplitude: Traced<Double>
    let summary: Traced<Summary>

    var isFromStore: [Bool] {
        [raw.isFromStore, filled.isFromStore, trend.isFromStore, amplitude.isFromStore, summary.isFromStore]
    }
}

extension Series {
    /// Calls every step for every decade. Writes nothing: outputs are kept when they are saved.
    func analyse(in store: Store) throws -> [Decade] {
        let table = try store.load(tables, at: ["series": .string(name)])
        let raw = try decades.map { try store.call(readDecade, table, $0) }
        let filled = try raw.map { try store.call(fillGaps, $0) }
        // Beside the first and the last decade there is none; a plain value is as good an argument as an output.
        func decade(_ index: Int) -> any Sendable {
            filled.indices.contains(index) ? filled[index] : [Double]()
        }

        return try decades.indices.map { index in
            let trend = try store.call(
                runningMean, decade(index - 1), filled[index], decade(index + 1), reach)
            let amplitude = try store.call(measureAmplitude, filled[index], trend)
            return Decade(
                keys: ["series": .string(name), "decade": .number(Double(decades[index]))],
                version: ["window": .number(window)], raw: raw[index], filled: filled[index], trend: trend,
                amplitude: amplitude,
                summary: try store.call(summarize, raw[index], trend, amplitude, samplesPerYear))
        }
    }
}
