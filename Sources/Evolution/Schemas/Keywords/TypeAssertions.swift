import StemmaRecords

/// `type`.
struct TypeAssertion: Assertion {
    let types: [InstanceType]
    private let kinds: UInt8
    private let takesIntegers: Bool

    var rule: String { "type" }

    init(_ types: [InstanceType]) {
        self.types = types
        kinds = types.reduce(0) { $0 | $1.kind }
        takesIntegers = types.contains(.integer)
    }

    func holds(for value: JSONValue) -> Bool {
        if kinds & InstanceType.kind(of: value) != 0 { return true }
        // A number without a fraction is an integer, however it is written.
        if takesIntegers, case .number(let number) = value { return number.rounded(.towardZero) == number }
        return false
    }

    func problem(with value: JSONValue) -> String {
        let found: String =
            if case .number = value, types.contains(.integer) { value.shown } else { value.kind }
        return "expected \(alternatives(types.map(\.text))), found \(found)"
    }
}

/// The types that the draft tells apart.
enum InstanceType: String {
    case null, boolean, integer, number, string, array, object

    /// A bit for each kind of value; none for `integer`, which is a part of one.
    var kind: UInt8 {
        switch self {
        case .null: 1
        case .boolean: 2
        case .integer: 0
        case .number: 4
        case .string: 8
        case .array: 16
        case .object: 32
        }
    }

    static func kind(of value: JSONValue) -> UInt8 {
        switch value {
        case .null: 1
        case .bool: 2
        case .number: 4
        case .string: 8
        case .array: 16
        case .object: 32
        }
    }

    var text: String {
        switch self {
        case .null: "null"
        case .integer, .array, .object: "an \(rawValue)"
        default: "a \(rawValue)"
        }
    }
}

/// `enum`.
struct EnumAssertion: Assertion {
    let values: [JSONValue]

    var rule: String { "enum" }

    func holds(for value: JSONValue) -> Bool { values.contains(value) }

    func problem(with value: JSONValue) -> String {
        let some = values.prefix(8).map(\.shown)
        let all = values.count > 8 ? some.joined(separator: ", ") + ", ..." : alternatives(some)
        return "\(value.shown) is not one of the values allowed: \(all)"
    }
}

/// `const`.
struct ConstAssertion: Assertion {
    let constant: JSONValue

    var rule: String { "const" }

    func holds(for value: JSONValue) -> Bool { value == constant }

    func problem(with value: JSONValue) -> String {
        let isSameShown = value.shown == constant.shown
        return isSameShown
            ? "the value is not the one that is allowed" : "\(value.shown) is not \(constant.shown)"
    }
}
