// What several steps may use: a change here has every step run again that calls it, and no other.

/// The mean of the squares.
func meanSquare(of values: [Double]) -> Double {
    values.map { $0 * $0 }.reduce(0, +) / Double(values.count)
}
