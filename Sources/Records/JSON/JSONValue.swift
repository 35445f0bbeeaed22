/// A JSON value; every number is a double.
///
/// Two values are equal when their canonical bytes are: the order in which members were given does not count, and
/// strings are compared byte by byte, unlike `String`'s own `==`, which takes `é` and `e\u{301}` for the same.
public enum JSONValue: Sendable {
    /// The value `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// Finite; a NaN or an infinity is refused when the value is printed.
    case number(Double)
    /// Any text; told apart by its bytes.
    case string(String)
    /// Values in an order that counts.
    case array([JSONValue])
    /// Values by name.
    case object(JSONObject)
}

extension JSONValue: Hashable {
    /// Whether both are the same value; strings are compared by their bytes.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null:
            hasher.combine(0)
        case .bool(let value):
            hasher.combine(1)
            hasher.combine(value)
        case .number(let value):
            hasher.combine(2)
            hasher.combine(value)
        case .string(let value):
            hasher.combine(3)
            // String's own hash is equal for strings that are equal byte by byte, which is all that is needed.
            hasher.combine(value)
        case .array(let elements):
            hasher.combine(4)
            hasher.combine(elements)
        case .object(let object):
            hasher.combine(5)
            hasher.combine(object)
        }
    }
}

// Not by `nil`: in `condition ? value : nil` of type `JSONValue?` it would silently mean `.null`.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// The value that `true` or `false` stands for.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Takes 32-bit literals only, so that the compiler refuses an integer that a double does not hold.
    public init(integerLiteral value: Int32) { self = .number(Double(value)) }
    /// The number that a literal with a fraction stands for.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// The string that a literal stands for.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array of these elements.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Of a name that is given twice the last value counts.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in members { object[name] = value }
        self = .object(object)
    }
}

extension JSONValue {
    /// Whether this is the value `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The string, if this is one.
    public var asString: String? { if case .string(let value) = self { value } else { nil } }

    /// The members, if this is an object.
    public var asObject: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// The value of a member, if this is an object that has it.
    public subscript(name: String) -> JSONValue? { asObject?[name] }

    /// What kind of value this is, in the words of error messages (`a string`, `an object`, ...).
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
