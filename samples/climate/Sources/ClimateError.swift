/// Something in the data or the arguments that the analysis cannot go on with.
struct ClimateError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
