import StemmaRecords

extension Evaluation {
    /// What was found, in the order of the document and within the limit; what two references found alike, once.
    func findings(in value: JSONValue) -> [SchemaViolation] {
        // What concerns one part stays in the order of its keywords.
        let ordered = (findings + (abandonment.map { [$0] } ?? [])).enumerated()
            .map { (path: Array($1.path.reversed()), order: $0, finding: $1) }
        let sorted = ordered.sorted {
            $0.path == $1.path ? $0.order < $1.order : $0.path.lexicographicallyPrecedes($1.path)
        }
        var violations: [SchemaViolation] = []
        var first = 0
        for (index, (path, _, finding)) in sorted.enumerated() {
            if sorted[first].path != path { first = index }
            if sorted[first..<index].contains(where: { $0.finding.isSame(as: finding) }) { continue }
            violations.append(
                SchemaViolation(
                    pointer: Self.pointer(along: path, in: value), rule: finding.rule,
                    schema: finding.node.keyword(finding.rule), message: finding.message))
        }
        return Array(violations.prefix(limit))
    }

    static func pointer(along path: [Int], in value: JSONValue) -> JSONPointer {
        var part = value
        var tokens: [String] = []
        for position in path {
            switch part {
            case .object(let object):
                tokens.append(object[position].name)
                part = object[position].value
            case .array(let elements):
                tokens.append(String(position))
                part = elements[position]
            default:
                break
            }
        }
        return JSONPointer(tokens: tokens)
    }
}

extension SchemaNode {
    /// Where a keyword of the schema stands; the schema itself if it is no object.
    func keyword(_ name: String) -> JSONPointer {
        refusal == nil && name != "nesting" ? location.appending(name) : location
    }
}
