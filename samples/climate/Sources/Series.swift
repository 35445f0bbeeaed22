/// A series of measurements at even steps of time.
struct Series {
    let name: String
    let unit: String
    /// When the measurements begin and end.
    let years: ClosedRange<Int>
    let samplesPerYear: Double
    /// The width of the running mean, in years: by default one season, or one cycle.
    var window: Double

    static let all = [
        Series(name: "co2", unit: "ppm, weekly", years: 1958...2001, samplesPerYear: 365.25 / 7, window: 1),
        Series(name: "sunspots", unit: "number, yearly", years: 1700...2008, samplesPerYear: 1, window: 11),
    ]

    var decades: [Int] { Array(stride(from: years.lowerBound / 10 * 10, through: years.upperBound, by: 10)) }

    /// How many values the mean takes in on either side.
    var reach: Int { Int(window * samplesPerYear / 2) }
}

extension [Series] {
    /// Takes windows from arguments such as `co2=2`.
    mutating func setWindows(_ arguments: some Sequence<String>) throws {
        for argument in arguments {
            let words = argument.split(separator: "=", maxSplits: 1)
            guard words.count == 2, let index = firstIndex(where: { $0.name == words[0] }),
                let years = Double(words[1]), (0...1000).contains(years)
            else { throw ClimateError("'\(argument)' is not a series and its window, such as co2=2") }
            self[index].window = years
        }
    }
}
