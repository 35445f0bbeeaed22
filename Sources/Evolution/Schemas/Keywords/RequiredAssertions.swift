import StemmaRecords

/// `required`.
struct RequiredAssertion: Assertion {
    let names: [String]

    var rule: String { "required" }

    func holds(for value: JSONValue) -> Bool {
        guard case .object(let object) = value else { return true }
        return names.allSatisfy { object.position(of: $0) != nil }
    }

    func problem(with value: JSONValue) -> String {
        "the \(missing(names, in: value)) missing"
    }
}

/// `dependentRequired`.
struct DependentRequiredAssertion: Assertion {
    let names: [(condition: String, required: [String])]

    var rule: String { "dependentRequired" }

    func holds(for value: JSONValue) -> Bool {
        guard case .object(let object) = value else { return true }
        return names.allSatisfy { condition, required in
            object.position(of: condition) == nil || required.allSatisfy { object.position(of: $0) != nil }
        }
    }

    func problem(with value: JSONValue) -> String {
        for (condition, required) in names where value[condition] != nil {
            if required.contains(where: { value[$0] == nil }) {
                return
                    "with the member \(JSONValue.shown(condition)), the \(missing(required, in: value)) missing"
            }
        }
        return ""
    }
}

/// As in `member "a" is` and `members "a" and "b" are`.
private func missing(_ names: [String], in value: JSONValue) -> String {
    let absent = names.filter { value[$0] == nil }.map { JSONValue.shown($0) }
    guard let last = absent.last, absent.count > 1 else { return "member \(absent.joined()) is" }
    return "members \(absent.dropLast().joined(separator: ", ")) and \(last) are"
}
