import StemmaRecords

/// `anyOf`.
struct AnyApplicator: Applicator {
    let schemas: [Int]

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        var holds = false
        for schema in schemas {
            var own = marks.empty
            guard evaluation.tries(schema, on: value, &own) else { continue }
            if marks == nil { return true }
            holds = true
            marks.formUnion(own)
        }
        if !holds { evaluation.reportChoice("anyOf", schemas, value, in: node) }
        return holds
    }
}

/// `oneOf`.
struct OneApplicator: Applicator {
    let schemas: [Int]

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        var matching: [Int] = []
        for (index, schema) in schemas.enumerated() {
            var own = marks.empty
            guard evaluation.tries(schema, on: value, &own) else { continue }
            matching.append(index)
            if matching.count > 1, !evaluation.isCollecting { return false }
            marks.formUnion(own)
        }
        if matching.count == 1 { return true }
        if matching.isEmpty {
            evaluation.reportChoice("oneOf", schemas, value, in: node)
        } else {
            let numbers = matching.map { String($0 + 1) }
            evaluation.report(
                "oneOf", of: node,
                "the schemas \(numbers.dropLast().joined(separator: ", ")) and \(numbers.last ?? "") of "
                    + "\(schemas.count) hold, and just one is to")
        }
        return false
    }
}

extension Evaluation {
    /// Says why none of several schemas holds.
    ///
    /// If just one of them is for values of this kind, what is wrong by that one is what helps; otherwise the schema
    /// with the fewest violations is named.
    fileprivate mutating func reportChoice(
        _ rule: String, _ schemas: [Int], _ value: JSONValue, in node: SchemaNode
    ) {
        guard isCollecting, abandonment == nil else { return }
        let attempts = schemas.map { collect($0, on: value) }
        let meant = attempts.filter { !$0.contains(where: \.isOfAnotherKind) }
        if meant.count == 1, let violations = meant.first, !violations.isEmpty {
            report(violations)
            return
        }
        if attempts.allSatisfy({ $0.first?.path.isEmpty == true }), attempts.count <= 3 {
            let reasons = attempts.compactMap { $0.first?.message }
            report(
                rule, of: node,
                "none of \(counted(schemas.count, "schema")) holds: \(reasons.joined(separator: "; "))")
            return
        }
        let candidates = (meant.isEmpty ? attempts : meant).filter { !$0.isEmpty }
        guard let closest = candidates.min(by: { $0.count < $1.count }), let first = closest.first else {
            return
        }
        let pointer = Self.pointer(along: first.path.reversed(), in: value).description
        let number = (attempts.firstIndex { $0.first?.isSame(as: first) == true } ?? 0) + 1
        report(
            rule, of: node,
            "none of \(counted(schemas.count, "schema")) holds; by the closest, number \(number), "
                + (pointer.isEmpty ? "" : "at \(pointer): ") + first.message)
    }
}

extension Finding {
    /// Whether it shows that the schema was made for other values: of another type, or of another constant, be it
    /// that of a member which tells kinds of objects apart.
    fileprivate var isOfAnotherKind: Bool {
        switch rule {
        case "type": path.isEmpty
        case "const", "enum": path.count <= 1
        default: path.isEmpty && node.refusal != nil
        }
    }
}
