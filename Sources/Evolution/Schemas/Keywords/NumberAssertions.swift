import StemmaRecords

/// `minimum`, `exclusiveMinimum`, `maximum` and `exclusiveMaximum`.
struct BoundAssertion: Assertion {
    enum Kind: String, CaseIterable { case minimum, exclusiveMinimum, maximum, exclusiveMaximum }

    let kind: Kind
    let bound: Double

    var rule: String { kind.rawValue }

    func holds(for value: JSONValue) -> Bool {
        guard case .number(let number) = value else { return true }
        return switch kind {
        case .minimum: number >= bound
        case .exclusiveMinimum: number > bound
        case .maximum: number <= bound
        case .exclusiveMaximum: number < bound
        }
    }

    func problem(with value: JSONValue) -> String {
        let bound = JSONValue.shown(bound)
        return switch kind {
        case .minimum: "\(value.shown) is less than the minimum \(bound)"
        case .exclusiveMinimum: "\(value.shown) is not greater than \(bound)"
        case .maximum: "\(value.shown) is greater than the maximum \(bound)"
        case .exclusiveMaximum: "\(value.shown) is not less than \(bound)"
        }
    }
}

/// `multipleOf`.
struct MultipleAssertion: Assertion {
    let divisor: Double
    private let decimal: ShortestDecimal

    var rule: String { "multipleOf" }

    init(_ divisor: Double) {
        self.divisor = divisor
        decimal = ShortestDecimal(divisor)
    }

    func holds(for value: JSONValue) -> Bool {
        guard case .number(let number) = value else { return true }
        if let number = Int64(exactly: number), let divisor = Int64(exactly: divisor), divisor != 0,
            number.magnitude <= JSONLimits.integer.magnitude,
            divisor.magnitude <= JSONLimits.integer.magnitude
        {
            return number % divisor == 0
        }
        return ShortestDecimal(number).isMultiple(of: decimal)
    }

    func problem(with value: JSONValue) -> String {
        "\(value.shown) is not a multiple of \(JSONValue.shown(divisor))"
    }
}
