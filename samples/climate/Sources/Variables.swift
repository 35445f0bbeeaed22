import Stemma

// What the store keeps, by name and type. Arrays become npy, a number stands in the record itself, and any other
// Codable type is canonical JSON.

let tables = Variable<Table>("Table")
let raw = Variable<[Double]>("Raw")
let filled = Variable<[Double]>("Filled")
let trend = Variable<[Double]>("Trend")
let amplitude = Variable<Double>("Amplitude")
let summary = Variable<Summary>("Summary")

/// What is to be said of one decade of a series.
struct Summary: Codable, Sendable {
    /// How many values were measured, and how many are missing between them.
    var observed: Int
    var missing: Int
    /// The mean of what was measured.
    var mean: Double
    /// How much the trend rises in a year.
    var growth: Double
    /// From trough to crest of the season or cycle around the trend.
    var amplitude: Double
}
