import StemmaRecords

/// Makes a scalar one of another type, exactly or not at all.
final class CastOperation: MigrationOperation {
    let at: PatternPointer
    /// The type that every value has now; without it, values of every type are taken, and nothing undoes it.
    let from: ScalarType?
    let to: ScalarType
    /// Whether text that is another spelling of a number is taken, such as `1.50`.
    let isLenient: Bool
    let isOptional: Bool

    private let bases: BasePattern
    private let path: [PathToken]

    init(at: PatternPointer, from: ScalarType?, to: ScalarType, isLenient: Bool, isOptional: Bool) {
        self.at = at
        self.from = from
        self.to = to
        self.isLenient = isLenient
        self.isOptional = isOptional
        (bases, path) = at.divided
    }

    var inverse: OperationInverse {
        guard let from else { return .none("it does not say from which type values are cast") }
        if isLenient { return .none("it takes every spelling of a number, and one remains") }
        return .operation(
            CastOperation(at: at, from: to, to: from, isLenient: false, isOptional: isOptional))
    }

    var json: JSONValue {
        OperationMembers("cast", isOptional: isOptional).with("at", at)
            .with("from", from.map { .string($0.rawValue) }).with("to", .string(to.rawValue))
            .with("lenient", isLenient ? true : nil).json
    }

    func apply(to value: inout JSONValue) throws {
        try bases.forEach(in: &value, passingOver: isOptional) { base in
            let found: Void? = try base.withPart(at: path) { part in
                if isOptional, part.isNull { return }
                guard let cast = cast(part) else {
                    throw OperationFailure(path, "\(part.shown) is not exactly \(expectation)")
                }
                part = cast
            }
            if found == nil, !isOptional { throw base.missing(path) }
        }
    }

    private var expectation: String {
        from.map { "\($0.article) that \(to.article) stands for" } ?? to.article
    }

    private func cast(_ value: JSONValue) -> JSONValue? {
        if let from {
            guard from.holds(value) else { return nil }
        } else if to.holds(value) {
            return value
        }
        return to.value(of: value, isLenient: isLenient)
    }
}

/// The types that `cast` knows.
enum ScalarType: String, CaseIterable, Sendable {
    case string, integer, number, boolean

    var article: String { self == .integer ? "an integer" : "a \(rawValue)" }

    func holds(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.string, .string), (.boolean, .bool), (.number, .number): true
        case (.integer, .number(let number)): Self.isInteger(number)
        default: false
        }
    }

    /// The value as one of this type, `nil` if it has no exact counterpart.
    func value(of value: JSONValue, isLenient: Bool) -> JSONValue? {
        switch (self, value) {
        case (.string, .string), (.boolean, .bool), (.number, .number): return value
        case (.integer, .number(let number)): return Self.isInteger(number) ? value : nil
        case (.string, .bool(let flag)): return .string(flag ? "true" : "false")
        case (.string, .number): return .string(value.description)
        case (.boolean, .string(let text)):
            return text.hasSameBytes(as: "true") ? true : text.hasSameBytes(as: "false") ? false : nil
        case (.boolean, .number(let number)): return number == 1 ? true : number == 0 ? false : nil
        case (.integer, .bool(let flag)), (.number, .bool(let flag)): return .number(flag ? 1 : 0)
        case (.integer, .string(let text)):
            return Self.number(text, isLenient).flatMap { Self.isInteger($0) ? .number($0) : nil }
        case (.number, .string(let text)): return Self.number(text, isLenient).map(JSONValue.number)
        default: return nil
        }
    }

    private static func isInteger(_ number: Double) -> Bool {
        number.magnitude <= Double(JSONLimits.integer) && number.rounded(.towardZero) == number
    }

    /// The number that a text is the one canonical form of; leniently, any JSON spelling of it.
    private static func number(_ text: String, _ isLenient: Bool) -> Double? {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
            let last = text.utf8.last, last > 0x20,
            case .number(let number)? = try? JSONParser.parse(text, integers: isLenient ? .limited : .printed)
        else { return nil }
        if isLenient { return number }
        return JSONValue.number(number).description.hasSameBytes(as: text) ? number : nil
    }
}
