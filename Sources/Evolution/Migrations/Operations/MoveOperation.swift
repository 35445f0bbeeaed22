import StemmaRecords

/// Moves a part to another place below the same `*`: `move`, and `rename` within an object.
final class MoveOperation: MigrationOperation {
    let from: PatternPointer
    let to: PatternPointer
    let isOptional: Bool

    private let bases: BasePattern
    private let fromPath: [PathToken]
    private let toPath: [PathToken]

    init(from: PatternPointer, to: PatternPointer, isOptional: Bool) {
        self.from = from
        self.to = to
        self.isOptional = isOptional
        (bases, fromPath) = from.divided
        toPath = to.divided.path
    }

    var inverse: OperationInverse {
        .operation(MoveOperation(from: to, to: from, isOptional: isOptional))
    }

    var json: JSONValue {
        let members = OperationMembers(isRename ? "rename" : "move", isOptional: isOptional)
        if isRename, let name = to.lastName {
            return members.with("at", from).with("to", .string(name)).json
        }
        return members.with("from", from).with("to", to).json
    }

    /// Whether only the last name is another.
    private var isRename: Bool {
        from.lastName != nil && to.lastName != nil && from.parent.isSame(as: to.parent)
    }

    func apply(to value: inout JSONValue) throws {
        try bases.forEach(in: &value, passingOver: isOptional, move)
    }

    private func move(in base: inout JSONValue) throws {
        if fromPath.isEmpty {
            base = base.nested(in: toPath[...])
            return
        }
        if toPath.isEmpty {
            base = try onlyMember(of: base)
            return
        }
        guard let value = try base.take(at: fromPath) else {
            guard isOptional else { throw base.missing(fromPath) }
            if base.part(at: toPath) != nil { throw OperationFailure(toPath, "is there already") }
            return
        }
        try base.put(value, at: toPath)
    }

    /// What a whole value holds at the end of a way on which there is nothing else.
    private func onlyMember(of base: JSONValue) throws -> JSONValue {
        var part = base
        for (index, token) in fromPath.enumerated() {
            guard case .object(let object) = part, let position = object.position(of: token.name) else {
                throw base.missing(fromPath)
            }
            guard object.count == 1 else {
                let other = object[position == 0 ? 1 : 0].name
                throw OperationFailure(fromPath[..<index] + [PathToken(other)], "would be lost")
            }
            part = object[position].value
        }
        return part
    }
}
