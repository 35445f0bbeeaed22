import Stemma

// The science: functions of plain values, which know nothing of the store. Whoever changes what one of them returns, or
// anything that it calls, has it run again; what the old one returned is no longer an answer.

/// The values of one decade, in order; NaN where one is missing.
@Thunk func readDecade(_ table: Table, decade: Int) -> [Double] {
    table.rows.filter { $0.year / 10 * 10 == decade }.map(\.value)
}

/// Missing values by a straight line between their neighbours; at the ends, by the nearest value.
@Thunk func fillGaps(_ values: [Double]) throws -> [Double] {
    let known = values.indices.filter { !values[$0].isNaN }
    guard let first = known.first, let last = known.last else {
        throw ClimateError("a decade without any value")
    }
    var result = values
    for index in 0..<first { result[index] = values[first] }
    for index in (last + 1)..<values.endIndex { result[index] = values[last] }
    for (left, right) in zip(known, known.dropFirst()) {
        let slope = (values[right] - values[left]) / Double(right - left)
        for index in (left + 1)..<right { result[index] = values[left] + slope * Double(index - left) }
    }
    return result
}

/// The mean of each value with `reach` others on either side, be they of the decades before and after; NaN where
/// the measurements do not reach that far.
@Thunk func runningMean(before: [Double], values: [Double], after: [Double], reach: Int) -> [Double] {
    let all = before + values + after
    return values.indices.map { index in
        let (low, high) = (before.count + index - reach, before.count + index + reach)
        guard low >= 0, high < all.count else { return Double.nan }
        return all[low...high].reduce(0, +) / Double(high - low + 1)
    }
}

/// The season or cycle around the trend, from trough to crest: that of the sine with the same mean square.
@Thunk func measureAmplitude(_ values: [Double], trend: [Double]) throws -> Double {
    let around = zip(values, trend).filter { !$1.isNaN }.map { $0 - $1 }
    guard !around.isEmpty else { throw ClimateError("the window is wider than the measurements reach") }
    return (8 * meanSquare(of: around)).squareRoot()
}

/// What is to be said of a decade.
@Thunk func summarize(
    _ values: [Double], trend: [Double], amplitude: Double, samplesPerYear: Double
) -> Summary {
    let observed = values.filter { !$0.isNaN }
    let steady = trend.filter { !$0.isNaN }
    let rise = (steady.last ?? 0) - (steady.first ?? 0)
    return Summary(
        observed: observed.count, missing: values.count - observed.count,
        mean: observed.reduce(0, +) / Double(observed.count),
        growth: rise / Double(max(1, steady.count - 1)) * samplesPerYear, amplitude: amplitude)
}
