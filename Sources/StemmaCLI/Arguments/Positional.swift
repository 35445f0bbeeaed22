/// Words that a command takes by their place.
struct Positional: Sendable {
    /// What help calls it.
    let name: String
    /// How many words it may be.
    let count: ClosedRange<Int>
    let completes: CandidateKind
    let help: String

    static func one(_ name: String, _ completes: CandidateKind, _ help: String) -> Positional {
        Positional(name: name, count: 1...1, completes: completes, help: help)
    }

    static func optional(_ name: String, _ completes: CandidateKind, _ help: String) -> Positional {
        Positional(name: name, count: 0...1, completes: completes, help: help)
    }

    static func any(_ name: String, _ completes: CandidateKind, _ help: String) -> Positional {
        Positional(name: name, count: 0...Int(Int32.max), completes: completes, help: help)
    }

    /// As usage writes it: `VARIABLE`, `[DIR]`, `[NAME=VALUE ...]`.
    var synopsis: String {
        switch (count.lowerBound, count.upperBound) {
        case (0, 1): "[\(name)]"
        case (0, _): "[\(name) ...]"
        case (_, 1): name
        default: "\(name) [\(name) ...]"
        }
    }
}
