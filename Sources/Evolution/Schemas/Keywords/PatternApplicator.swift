import StemmaBlobs
import StemmaRecords

/// `pattern`.
struct PatternApplicator: Applicator {
    let pattern: Pattern

    func holds(
        for value: JSONValue, in node: SchemaNode, _ evaluation: inout Evaluation,
        _ marks: inout EvaluatedParts?
    ) -> Bool {
        guard case .string(let text) = value else { return true }
        switch evaluation.patterns.match(text, pattern) {
        case .found: return true
        case .absent:
            evaluation.report("pattern", of: node, "\(value.shown) does not match \(pattern.shown)")
        case .exhausted:
            evaluation.abandon(node, "pattern", pattern.exhausted(by: text))
        }
        return false
    }
}

extension Evaluation {
    /// Whether a pattern is found in a member's name; one that takes too long ends the walk.
    mutating func matches(
        _ name: String, _ pattern: Pattern, _ rule: String, of node: SchemaNode
    ) -> Bool {
        switch patterns.match(name, pattern) {
        case .found: return true
        case .absent: return false
        case .exhausted:
            abandon(node, rule, pattern.exhausted(by: name))
            return false
        }
    }
}

extension Pattern {
    fileprivate var shown: String { StemmaError.printable(source) }

    fileprivate func exhausted(by text: String) -> String {
        "matching \(JSONValue.shown(text)) with \(shown) takes too many steps; simplify the pattern"
    }
}
