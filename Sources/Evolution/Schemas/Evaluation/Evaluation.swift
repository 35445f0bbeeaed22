import StemmaRecords

/// One walk of a schema over a value.
///
/// Without a limit of findings it says whether the value is valid and returns at the first violation. Nothing in it
/// is shared, so that many may be under way.
struct Evaluation {
    /// How many schemas may be applied inside one another: six for each level that a value may have.
    ///
    /// They fit into the stack of a thread, 8 MiB, without optimization too. What goes beyond is a loop of dynamic
    /// references, which shows in no other way.
    private static let depthLimit = 6 * JSONLimits.depth

    /// How many schemas are applied at least before the walk is given up, and how many for each part of the value where
    /// there are many: a schema whose alternatives lead to itself can take 2 to the power of the value's depth.
    private static let leastBudget = 1_000_000
    private static let budgetOfPart = 5000

    let program: SchemaProgram
    /// What matches patterns.
    var patterns = PatternMatcher()
    let limit: Int

    private(set) var findings: [Finding] = []
    /// Why the walk was given up, which makes every value invalid.
    private(set) var abandonment: Finding?
    /// Whether violations are collected; in parts of a schema that need not hold they are not.
    private(set) var isCollecting: Bool

    /// How many schemas may still be applied.
    private var budget = leastBudget
    private var hasFullBudget = false
    private var root: JSONValue = .null
    /// How many schemas are being applied inside one another, and how many parts of the value.
    private var depth = 0
    private var level = 0
    /// The schema resources that the walk went through: the dynamic scope.
    private var scope: [Int] = []

    init(_ program: SchemaProgram, limit: Int) {
        self.program = program
        self.limit = limit
        isCollecting = limit > 0
    }

    /// Whether a keyword that does not hold is to return at once.
    var isStopping: Bool { !isCollecting || abandonment != nil || findings.count >= limit }

    /// Whether the value satisfies the whole schema.
    mutating func run(_ value: JSONValue) -> Bool {
        root = value
        var marks: EvaluatedParts?
        return apply(0, to: value, &marks)
    }

    // MARK: Saying what is wrong

    /// Notes that a keyword does not hold for the value.
    mutating func report(_ rule: String, of node: SchemaNode, _ message: @autoclosure () -> String) {
        if isCollecting { findings.append(Finding(node: node, rule: rule, message: message())) }
    }

    /// Notes violations that were collected apart.
    mutating func report(_ collected: [Finding]) { findings += collected }

    /// Gives the walk up: nothing can be said about the value, so it is not valid.
    mutating func abandon(_ node: SchemaNode, _ rule: String, _ message: String) {
        if abandonment == nil { abandonment = Finding(node: node, rule: rule, message: message) }
    }

    /// The violations of one schema, collected apart from the others.
    mutating func collect(_ index: Int, on value: JSONValue) -> [Finding] {
        let others = findings
        findings = []
        var marks: EvaluatedParts?
        _ = apply(index, to: value, &marks)
        defer { findings = others }
        return findings
    }

    private static func refusalMessage(_ rule: String) -> String {
        switch rule {
        case "additionalProperties", "unevaluatedProperties": "no member of this name is allowed"
        case "items", "unevaluatedItems": "no element is allowed at this place"
        default: "no value is allowed here"
        }
    }

    // MARK: Applying schemas

    /// Applies a schema to a value, and notes which of its parts it evaluated.
    mutating func apply(_ index: Int, to value: JSONValue, _ marks: inout EvaluatedParts?) -> Bool {
        if abandonment != nil { return false }
        let node = program.nodes[index]
        if depth == Self.depthLimit {
            abandon(
                node, "nesting",
                "more than \(depth) schemas inside one another: the schema may refer to itself")
            return false
        }
        guard spend() else {
            abandon(node, "nesting", "checking it takes too many steps; simplify the schema")
            return false
        }
        depth += 1
        defer { depth -= 1 }
        let isEntering = scope.last != node.resource
        if isEntering { scope.append(node.resource) }
        defer { if isEntering { scope.removeLast() } }

        guard node.isTracking else { return check(value, node, &marks) }
        // What a schema beside this one evaluated does not count here, but what this one did, counts there.
        var own: EvaluatedParts? = EvaluatedParts()
        let holds = check(value, node, &own)
        marks.formUnion(own)
        return holds
    }

    /// Whether a schema that is nothing but assertions holds, as most are that parts of a value are held against; if not,
    /// a closer look tells why.
    private mutating func holdsAtOnce(_ index: Int, for part: JSONValue) -> Bool {
        guard abandonment == nil, budget > 0, depth < Self.depthLimit, level < JSONLimits.depth else {
            return false
        }
        let node = program.nodes[index]
        guard node.isPlain, node.holdsAlone(for: part) else { return false }
        budget -= 1
        return true
    }

    /// Whether one more schema may be applied. The size of the value is looked at when the first budget is spent.
    private mutating func spend() -> Bool {
        budget -= 1
        if budget < 0, !hasFullBudget {
            hasFullBudget = true
            budget = Self.parts(of: root) * Self.budgetOfPart - Self.leastBudget
        }
        return budget >= 0
    }

    /// How many values there are in a value. It may be deeper than the stack.
    private static func parts(of value: JSONValue) -> Int {
        var count = 0
        var rest = [value]
        while let next = rest.popLast() {
            count += 1
            switch next {
            case .array(let elements): rest += elements
            case .object(let members): rest += members.map(\.value)
            default: break
            }
        }
        return count
    }

    private mutating func check(
        _ value: JSONValue, _ node: SchemaNode, _ marks: inout EvaluatedParts?
    ) -> Bool {
        var holds = checkAlone(value, node)
        if !holds, isStopping { return false }
        for applicator in node.applicators where !applicator.holds(for: value, in: node, &self, &marks) {
            if isStopping { return false }
            holds = false
        }
        return holds && abandonment == nil
    }

    /// The part of it that applies no schemas, apart so that the stack of what does stays small.
    private mutating func checkAlone(_ value: JSONValue, _ node: SchemaNode) -> Bool {
        if let rule = node.refusal {
            report(rule, of: node, Self.refusalMessage(rule))
            return false
        }
        var holds = true
        for assertion in node.assertions where !assertion.holds(for: value) {
            report(assertion.rule, of: node, assertion.problem(with: value))
            if isStopping { return false }
            holds = false
        }
        return holds
    }

    /// Applies a schema to a member or an element of the value.
    mutating func apply(_ index: Int, to part: JSONValue, at position: Int) -> Bool {
        if holdsAtOnce(index, for: part) { return true }
        let first = findings.count
        level += 1
        defer { level -= 1 }
        var marks: EvaluatedParts?
        if level > JSONLimits.depth {
            // What was read is never so deep; a program can put it together.
            abandon(program.nodes[index], "nesting", "it is nested deeper than \(JSONLimits.depth) levels")
        } else if apply(index, to: part, &marks) {
            return true
        }
        locate(from: first, at: position)
        return false
    }

    /// The same for the name of a member, with words that say so before what is wrong.
    mutating func apply(_ index: Int, to name: JSONValue, at position: Int, saying words: String) -> Bool {
        let first = findings.count
        if apply(index, to: name, at: position) { return true }
        for finding in first..<findings.count {
            findings[finding].message = words + findings[finding].message
        }
        return false
    }

    /// Completes the way to what was found in a part.
    private mutating func locate(from first: Int, at position: Int) {
        for finding in first..<findings.count { findings[finding].path.append(position) }
        abandonment?.path.append(position)
    }

    /// Whether a schema that need not hold does, without collecting violations.
    mutating func tries(_ index: Int, on value: JSONValue, _ marks: inout EvaluatedParts?) -> Bool {
        let wasCollecting = isCollecting
        isCollecting = false
        defer { isCollecting = wasCollecting }
        return apply(index, to: value, &marks)
    }

    /// The same for a member or an element.
    mutating func tries(_ index: Int, on part: JSONValue, at position: Int) -> Bool {
        let wasCollecting = isCollecting
        isCollecting = false
        defer { isCollecting = wasCollecting }
        return apply(index, to: part, at: position)
    }

    /// The node that a dynamic anchor means here: that of the outermost resource which has it.
    func dynamicTarget(_ anchor: Int) -> Int? {
        let targets = program.dynamicAnchors[anchor]
        for resource in scope {
            if let target = targets[resource] { return target }
        }
        return nil
    }
}
