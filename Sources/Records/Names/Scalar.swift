import StemmaBlobs

/// The value of a key or of a version entry: a JSON scalar.
public enum Scalar: Hashable, Sendable {
    /// A value of a version entry that says "none"; no key has it.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// Finite; a NaN or an infinity is refused when a record is saved.
    case number(Double)
    /// Any text; told apart by its bytes.
    case string(String)

    /// The scalar that `value` is; `nil` for an array or an object.
    public init?(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .number(let number): self = .number(number)
        case .string(let string): self = .string(string)
        case .array, .object: return nil
        }
    }

    /// The same value as JSON.
    public var json: JSONValue {
        switch self {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .number(let number): .number(number)
        case .string(let string): .string(string)
        }
    }

    /// As canonical JSON: `20`, `"A"`, `true`.
    public var canonicalText: String { String(decoding: json.printed, as: UTF8.self) }

    /// As a person would type it: a string without its quotes.
    public var text: String {
        if case .string(let string) = self { return string }
        return canonicalText
    }
}

extension Scalar {
    /// Strings are compared by their bytes, as they are stored: Swift's own `==` takes two Unicode forms of one
    /// letter for equal.
    public static func == (a: Scalar, b: Scalar) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let x), .bool(let y)): x == y
        case (.number(let x), .number(let y)): x == y
        case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
        default: false
        }
    }

    /// Hashes the value, a string by its bytes.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value):
            var value = value
            value.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }
}

extension Scalar: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral
{
    /// The value `null`.
    public init(nilLiteral: ()) { self = .null }
    /// The value that `true` or `false` stands for.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// The nearest number that a double holds.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// The number that a literal with a fraction stands for.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// The string that a literal stands for.
    public init(stringLiteral value: String) { self = .string(value) }
}

extension Scalar {
    /// The number of a Swift integer. One beyond 2^53, which JSON cannot hold exactly, is refused when it is used.
    public static func integer(_ value: Int) -> Scalar {
        .number(value.magnitude <= 1 << 53 ? Double(value) : .nan)
    }

    /// Whether the value has a form in JSON.
    var isFinite: Bool {
        if case .number(let number) = self { number.isFinite } else { true }
    }
}
