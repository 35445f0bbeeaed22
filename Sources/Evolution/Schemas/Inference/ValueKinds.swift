import StemmaRecords

/// Which kinds of JSON values were seen in one place.
struct ValueKinds: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let null = ValueKinds(rawValue: 1)
    static let boolean = ValueKinds(rawValue: 2)
    static let integer = ValueKinds(rawValue: 4)
    static let fraction = ValueKinds(rawValue: 8)
    static let string = ValueKinds(rawValue: 16)
    static let array = ValueKinds(rawValue: 32)
    static let object = ValueKinds(rawValue: 64)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(of value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .number(let number): self = number == number.rounded() ? .integer : .fraction
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        }
    }

    /// The keyword `type`; `nil` where every type may stand.
    var type: JSONValue? {
        var names: [JSONValue] = []
        for (kind, name) in [
            (ValueKinds.array, "array"), (.boolean, "boolean"), (.null, "null"), (.object, "object"),
            (.string, "string"),
        ] where contains(kind) {
            names.append(.string(name))
        }
        if contains(.fraction) {
            names.append("number")
        } else if contains(.integer) {
            names.append("integer")
        }
        if names.count == 6, contains(.fraction) { return nil }
        return names.count == 1 ? names[0] : .array(names)
    }
}
