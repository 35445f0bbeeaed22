/// The limits that every reader and writer of JSON here keeps.
package enum JSONLimits {
    /// How many arrays and objects may stand inside one another; recursion stays far from the stack's end.
    package static let depth = 512

    /// The largest magnitude up to which every integer is a double, 2^53.
    package static let integer: Int64 = 1 << 53
}

/// Which integer literals beyond 2^53 in magnitude are read.
package enum JSONIntegerRule: Sendable {
    /// None: for what a user hands in, where such a literal is an integer that a double may not hold.
    case limited
    /// One that is the very text that RFC 8785 prints for a double: for what was printed canonically.
    ///
    /// The canonical form of the double `1e20` is `100000000000000000000`, so readers of canonical JSON need it.
    case printed
}
