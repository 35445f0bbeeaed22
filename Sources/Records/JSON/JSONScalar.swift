/// A type whose values are JSON values without an encoder in between, exactly or not at all.
protocol JSONScalar {
    /// The value as JSON; throws a text that says why it has no exact form.
    func json() throws(InexactValue) -> JSONValue
    /// The value that JSON holds; throws a text that says why it is not one of this type.
    init(json: JSONValue) throws(InexactValue)
}

/// Why a value has no exact counterpart, before the path to it is known.
struct InexactValue: Error {
    let reason: String
    /// Whether the value is of the wrong kind, not merely out of range.
    var isMismatch = false

    static func mismatch(_ found: JSONValue, _ expected: String) -> InexactValue {
        InexactValue(reason: "expected \(expected), found \(found.kind)", isMismatch: true)
    }
}

extension JSONValue: JSONScalar {
    func json() throws(InexactValue) -> JSONValue { self }
    init(json: JSONValue) throws(InexactValue) { self = json }
}

extension JSONObject: JSONScalar {
    func json() throws(InexactValue) -> JSONValue { .object(self) }
    init(json: JSONValue) throws(InexactValue) {
        guard case .object(let object) = json else { throw .mismatch(json, "an object") }
        self = object
    }
}

extension Bool: JSONScalar {
    func json() throws(InexactValue) -> JSONValue { .bool(self) }
    init(json: JSONValue) throws(InexactValue) {
        guard case .bool(let value) = json else { throw .mismatch(json, "a boolean") }
        self = value
    }
}

extension String: JSONScalar {
    func json() throws(InexactValue) -> JSONValue { .string(self) }
    init(json: JSONValue) throws(InexactValue) {
        guard case .string(let value) = json else { throw .mismatch(json, "a string") }
        self = value
    }
}

extension Double: JSONScalar {
    func json() throws(InexactValue) -> JSONValue {
        guard isFinite else { throw InexactValue(reason: "\(self) has no JSON form") }
        // -0 and 0 are one value in canonical JSON.
        // Printed as 0; kept here, because who makes an identity of values must tell the two apart.
        return .number(self)
    }

    init(json: JSONValue) throws(InexactValue) {
        guard case .number(let value) = json else { throw .mismatch(json, "a number") }
        self = value
    }
}

extension Float: JSONScalar {
    func json() throws(InexactValue) -> JSONValue { try Double(self).json() }
    init(json: JSONValue) throws(InexactValue) {
        guard case .number(let value) = json else { throw .mismatch(json, "a number") }
        let single = Float(value)
        guard Double(single) == value else {
            throw InexactValue(reason: "number \(json) is not exactly a Float")
        }
        self = single
    }
}

/// An integer type, which is a JSON number as far as a double holds every integer.
protocol JSONIntegerScalar: JSONScalar, FixedWidthInteger {}

extension JSONIntegerScalar {
    func json() throws(InexactValue) -> JSONValue {
        guard magnitude <= UInt64(JSONLimits.integer) else {
            throw InexactValue(
                reason: "integer \(self) is beyond 2^53, so a JSON number may not hold it exactly")
        }
        return .number(Double(Int64(self)))
    }

    init(json: JSONValue) throws(InexactValue) {
        guard case .number(let value) = json else { throw .mismatch(json, "an integer") }
        guard value.magnitude <= Double(JSONLimits.integer) else {
            throw InexactValue(
                reason: "number \(json) is beyond 2^53, so it may not be the integer that was meant")
        }
        guard let integer = Int64(exactly: value) else {
            throw InexactValue(reason: "number \(json) is not an integer")
        }
        guard let narrow = Self(exactly: integer) else {
            throw InexactValue(reason: "number \(json) is outside the range of \(Self.self)")
        }
        self = narrow
    }
}

extension Int: JSONIntegerScalar {}
extension Int8: JSONIntegerScalar {}
extension Int16: JSONIntegerScalar {}
extension Int32: JSONIntegerScalar {}
extension Int64: JSONIntegerScalar {}
extension Int128: JSONIntegerScalar {}
extension UInt: JSONIntegerScalar {}
extension UInt8: JSONIntegerScalar {}
extension UInt16: JSONIntegerScalar {}
extension UInt32: JSONIntegerScalar {}
extension UInt64: JSONIntegerScalar {}
extension UInt128: JSONIntegerScalar {}

/// An array of scalars, which is encoded and decoded in one go; `nil` leaves it to the slow way, which finds the
/// element at fault and names it.
protocol JSONScalarArray {
    func jsonElements() -> [JSONValue]?
    static func decode(_ elements: [JSONValue]) -> Self?
}

extension Array: JSONScalarArray where Element: JSONScalar {
    func jsonElements() -> [JSONValue]? {
        try? map { try $0.json() }
    }

    static func decode(_ elements: [JSONValue]) -> [Element]? {
        try? elements.map { try Element(json: $0) }
    }
}
