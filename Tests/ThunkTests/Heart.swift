import Stemma

// Three steps from an electrocardiogram to a heart rate: plain functions of a minute of samples.

private let samplesPerSecond = 360.0

/// What of a signal lies between two frequencies, in millivolts; by two moving means, one from the other.
///
/// - Parameters:
///   - samples: of the converter: 200 a millivolt, 1024 at none.
///   - low: in hertz.
///   - high: in hertz.
@Thunk func bandpass(_ samples: [Int16], low: Double, high: Double) -> [Double] {
    let millivolts = samples.map { (Double($0) - 1024) / 200 }
    let smooth = movingMean(of: millivolts, width: Int(samplesPerSecond / high / 2) | 1)
    let slow = movingMean(of: smooth, width: Int(samplesPerSecond / low / 2) | 1)
    return zip(smooth, slow).map { $0 - $1 }
}

/// The places of R peaks: the largest deflection where the energy of the slope is high (Pan and Tompkins, 1985).
///
/// - Parameter refractory: no two peaks are nearer than this many seconds.
@Thunk func findPeaks(_ signal: [Double], refractory: Double) -> [Int64] {
    let slope = signal.indices.map { index in
        (signal[min(index + 1, signal.count - 1)] - signal[max(index - 1, 0)]) / 2
    }
    let energy = movingMean(of: slope.map { $0 * $0 }, width: 37)
    let threshold = 0.3 * energy.sorted()[energy.count * 98 / 100]
    var peaks: [Int] = []
    var start: Int?
    for index in 0...signal.count {
        if index < signal.count, energy[index] > threshold {
            start = start ?? index
            continue
        }
        guard let from = start else { continue }
        start = nil
        let peak = (from..<index).max { abs(signal[$0]) < abs(signal[$1]) } ?? from
        if let last = peaks.last, Double(peak - last) < refractory * samplesPerSecond {
            if abs(signal[peak]) > abs(signal[last]) { peaks[peaks.count - 1] = peak }
        } else {
            peaks.append(peak)
        }
    }
    return peaks.map(Int64.init)
}

/// Beats a minute, by the median of the intervals.
@Thunk func heartRate(_ peaks: [Int64]) -> Double {
    let intervals = zip(peaks, peaks.dropFirst()).map { $1 - $0 }.sorted()
    return 60 * samplesPerSecond / Double(intervals[intervals.count / 2])
}

/// The mean of each value with its neighbours; at the ends, of those that there are.
private func movingMean(of values: [Double], width: Int) -> [Double] {
    let sums = values.reduce(into: [0.0]) { sums, value in sums.append(sums[sums.count - 1] + value) }
    return values.indices.map { index in
        let (low, high) = (max(0, index - width / 2), min(values.count, index + width / 2 + 1))
        return (sums[high] - sums[low]) / Double(high - low)
    }
}
