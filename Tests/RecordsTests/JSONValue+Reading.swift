import StemmaRecords

extension JSONValue {
    /// The number, if this is one.
    var asNumber: Double? { if case .number(let value) = self { value } else { nil } }
}
