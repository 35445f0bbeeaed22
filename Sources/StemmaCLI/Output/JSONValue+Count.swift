import Stemma

extension JSONValue {
    /// A number of things.
    static func count(_ number: Int) -> JSONValue { .number(Double(number)) }
}
