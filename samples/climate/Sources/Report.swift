import Stemma

extension Series {
    /// Prints the summaries of all decades.
    func report(_ results: [Decade]) throws {
        print("\(name) (\(unit)), trend by a running mean, window=\(window.text(decimals: 0)) (years)")
        print(row("decade", "observed", "missing", "mean", "growth/year", "amplitude"))
        for (decade, result) in zip(decades, results) {
            let summary = try result.summary.value
            print(
                row(
                    "\(decade)s", "\(summary.observed)", "\(summary.missing)", summary.mean.text(decimals: 2),
                    summary.growth.text(decimals: 2), summary.amplitude.text(decimals: 2)))
        }
        print()
    }

    private func row(_ cells: String...) -> String {
        cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
    }
}

extension Double {
    /// The number with so many digits after the point.
    fileprivate func text(decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let digits = String(Int((magnitude * scale).rounded()))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let point = decimals == 0 ? "" : ".\(padded.suffix(decimals))"
        return "\(self < 0 ? "-" : "")\(padded.dropLast(decimals))\(point)"
    }
}
