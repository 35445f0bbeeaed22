import StemmaRecords

/// Replaces values by others, one by one.
final class MapOperation: MigrationOperation {
    /// What happens to values that are not listed.
    enum Others {
        case refused
        /// They stay, unless one of them is what a listed value becomes.
        case staying
        case becoming(JSONValue)
    }

    let at: PatternPointer
    /// In the order of the definition.
    let pairs: [(from: JSONValue, to: JSONValue)]
    let others: Others
    let isOptional: Bool

    private let table: [JSONValue: JSONValue]
    private let targets: Set<JSONValue>
    private let bases: BasePattern
    private let path: [PathToken]

    /// The values that are replaced must differ from one another.
    init(
        at: PatternPointer, pairs: [(from: JSONValue, to: JSONValue)], others: Others, isOptional: Bool
    ) {
        self.at = at
        self.pairs = pairs
        self.others = others
        self.isOptional = isOptional
        table = Dictionary(pairs.map { ($0.from, $0.to) }) { first, _ in first }
        targets = Set(pairs.map(\.to))
        (bases, path) = at.divided
    }

    var inverse: OperationInverse {
        if case .becoming = others { return .none("its default may stand for any value") }
        guard targets.count == pairs.count else {
            return .none("it maps several values to the same one")
        }
        return .operation(
            MapOperation(
                at: at, pairs: pairs.map { ($0.to, $0.from) }, others: others, isOptional: isOptional))
    }

    var json: JSONValue {
        let members = OperationMembers("map", isOptional: isOptional).with("at", at)
            .with("values", .array(pairs.map { [$0.from, $0.to] }))
        switch others {
        case .refused: return members.json
        case .staying: return members.with("others", "stay").json
        case .becoming(let value): return members.with("default", value).json
        }
    }

    func apply(to value: inout JSONValue) throws {
        try bases.forEach(in: &value, passingOver: isOptional) { base in
            let found: Void? = try base.withPart(at: path) { part in
                if let value = table[part] {
                    part = value
                    return
                }
                switch others {
                case .becoming(let value): part = value
                case .refused:
                    throw OperationFailure(path, "\(part.shown) is none of the values that are mapped")
                case .staying:
                    if targets.contains(part) {
                        throw OperationFailure(
                            path, "\(part.shown) would stay, and is also what another value becomes")
                    }
                }
            }
            if found == nil, !isOptional { throw base.missing(path) }
        }
    }
}
