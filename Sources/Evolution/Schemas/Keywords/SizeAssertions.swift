import StemmaRecords

/// `minLength`, `maxItems` and their like.
struct SizeAssertion: Assertion {
    enum Kind: String, CaseIterable {
        case minLength, maxLength, minItems, maxItems, minProperties, maxProperties
    }

    let kind: Kind
    let bound: Int

    var rule: String { kind.rawValue }

    func holds(for value: JSONValue) -> Bool {
        switch (kind, value) {
        // No character takes less than a byte or more than four.
        case (.minLength, .string(let text)): text.utf8.count >= 4 * bound.clamped || text.length >= bound
        case (.maxLength, .string(let text)): text.utf8.count <= bound || text.length <= bound
        case (.minItems, .array(let elements)): elements.count >= bound
        case (.maxItems, .array(let elements)): elements.count <= bound
        case (.minProperties, .object(let object)): object.count >= bound
        case (.maxProperties, .object(let object)): object.count <= bound
        default: true
        }
    }

    func problem(with value: JSONValue) -> String {
        let size =
            switch value {
            case .string(let text): "\(value.shown) has \(counted(text.length, "character"))"
            case .array(let elements): "the array has \(counted(elements.count, "element"))"
            case .object(let object): "the object has \(counted(object.count, "member"))"
            default: value.shown
            }
        return switch kind {
        case .minLength, .minItems, .minProperties: "\(size), fewer than the minimum \(bound)"
        case .maxLength, .maxItems, .maxProperties: "\(size), more than the maximum \(bound)"
        }
    }
}

extension Int {
    /// Small enough to be multiplied.
    fileprivate var clamped: Int { Swift.min(self, 1 << 60) }
}

extension String {
    /// The number of characters as the draft counts them: code points (RFC 8259).
    fileprivate var length: Int {
        withBytes { bytes in bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
    }
}

/// `uniqueItems`.
struct UniqueAssertion: Assertion {
    /// Up to so many elements are compared with one another; of more, a set is made.
    private static let pairwiseLimit = 8

    var rule: String { "uniqueItems" }

    func holds(for value: JSONValue) -> Bool {
        guard case .array(let elements) = value else { return true }
        return firstPair(in: elements) == nil
    }

    func problem(with value: JSONValue) -> String {
        guard case .array(let elements) = value, let pair = firstPair(in: elements) else { return "" }
        return "the elements \(pair.0) and \(pair.1) are the same: \(elements[pair.1].shown)"
    }

    private func firstPair(in elements: [JSONValue]) -> (Int, Int)? {
        if elements.count <= Self.pairwiseLimit {
            for (index, element) in elements.enumerated() {
                if let other = elements[..<index].firstIndex(of: element) { return (other, index) }
            }
            return nil
        }
        var places: [JSONValue: Int] = [:]
        places.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            if let other = places.updateValue(index, forKey: element) { return (other, index) }
        }
        return nil
    }
}
