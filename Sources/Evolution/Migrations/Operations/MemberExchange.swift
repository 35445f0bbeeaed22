import StemmaRecords

/// A member that one direction adds and the other removes: `add` and `copy` one way, `remove` the other.
///
/// A value other than the default is kept when the member goes, and is there again when it comes. Each direction
/// accepts exactly what it can undo, so that the two are each other's opposites.
final class MemberExchange: MigrationOperation {
    enum Direction { case adding, removing }

    /// What the member has when nothing was kept.
    enum Default {
        case none
        case value(JSONValue)
        /// The value of another part: below the same `*`, or of the whole value when it has no `*`.
        case copy(PatternPointer)
    }

    let direction: Direction
    let at: PatternPointer
    let keep: PatternPointer?
    let standard: Default
    let isOptional: Bool

    private let bases: BasePattern
    private let path: [PathToken]
    private let parent: [PathToken]
    private let member: PathToken
    private let keepPath: [PathToken]?
    private let copyPath: [PathToken]?
    private let copiesFromTop: Bool

    /// - Parameter member: the last token of `at`.
    init(
        _ direction: Direction, at: PatternPointer, member: String, keep: PatternPointer?, standard: Default,
        isOptional: Bool
    ) {
        self.direction = direction
        self.at = at
        self.keep = keep
        self.standard = standard
        self.isOptional = isOptional
        let divided = at.divided
        bases = divided.bases
        path = divided.path
        parent = Array(path.dropLast())
        self.member = PathToken(member)
        keepPath = keep?.divided.path
        if case .copy(let from) = standard {
            copyPath = from.divided.path
            copiesFromTop = at.hasEvery && !from.hasEvery
        } else {
            copyPath = nil
            copiesFromTop = false
        }
    }

    var inverse: OperationInverse {
        if direction == .removing, keep == nil, case .none = standard {
            return .none("what it removes is not kept, and no default says what to put in its place")
        }
        return .operation(
            MemberExchange(
                direction == .adding ? .removing : .adding, at: at, member: member.name, keep: keep,
                standard: standard, isOptional: isOptional))
    }

    var json: JSONValue {
        switch (direction, standard) {
        case (.adding, .copy(let from)):
            members("copy").with("from", from).with("to", at).keeping(keep).json
        case (.adding, .value(let value)):
            members("add").with("at", at).with("value", value).keeping(keep).json
        case (.adding, .none): members("add").with("at", at).keeping(keep).json
        case (.removing, .copy(let from)):
            members("remove").with("at", at).with("defaultFrom", from).keeping(keep).json
        case (.removing, .value(let value)):
            members("remove").with("at", at).with("default", value).keeping(keep).json
        case (.removing, .none): members("remove").with("at", at).keeping(keep).json
        }
    }

    private func members(_ name: String) -> OperationMembers {
        OperationMembers(name, isOptional: isOptional)
    }

    func apply(to value: inout JSONValue) throws {
        let shared = copiesFromTop ? copyPath.flatMap { value.part(at: $0) } : nil
        try bases.forEach(in: &value, passingOver: isOptional) { base in
            guard try hasParent(in: base) else { return }
            let standard = copiesFromTop ? shared : self.standard(in: base)
            let kept = keepPath.flatMap { base.part(at: $0) }
            switch direction {
            case .adding: try add(to: &base, standard, kept)
            case .removing: try remove(from: &base, standard, kept)
            }
        }
    }

    private func standard(in base: JSONValue) -> JSONValue? {
        switch standard {
        case .none: nil
        case .value(let value): value
        case .copy: copyPath.flatMap { base.part(at: $0) }
        }
    }

    /// Whether there is an object that has, or is to have, the member.
    private func hasParent(in base: JSONValue) throws -> Bool {
        switch base.part(at: parent) {
        case .object?: return true
        case .array?:
            throw OperationFailure(parent, "is an array, and only members of objects come and go")
        case let part:
            if isOptional { return false }
            guard let part else { throw base.missing(parent) }
            throw OperationFailure(parent, "is \(part.kind), not an object")
        }
    }

    private func add(to base: inout JSONValue, _ standard: JSONValue?, _ kept: JSONValue?) throws {
        if base.part(at: path) != nil { throw OperationFailure(path, "is there already") }
        let restores = kept != nil && kept != standard
        guard let value = restores ? kept : standard else {
            if isOptional { return }
            throw OperationFailure(
                copyPath ?? keepPath ?? path, "is not there, so that there is no value for the member")
        }
        base.withPart(at: parent) { part in part.withMembers { $0[member.name] = value } }
        // Where both are the same it stays, since it is not kept when the member goes.
        if restores, let keepPath { _ = try base.take(at: keepPath) }
    }

    private func remove(from base: inout JSONValue, _ standard: JSONValue?, _ kept: JSONValue?) throws {
        guard let value = base.part(at: path) else {
            guard isOptional, standard == nil else { throw OperationFailure(path, "is not there") }
            if kept != nil { throw isKeptAlready }
            return
        }
        if let standard, value == standard {
            if kept != nil, kept != standard { throw isKeptAlready }
        } else if let keepPath {
            if kept != nil { throw isKeptAlready }
            try base.put(value, at: keepPath)
        } else if hasDefault {
            throw OperationFailure(path, "is not the default, and would be lost")
        }
        base.withPart(at: parent) { part in part.withMembers { $0[member.name] = nil } }
    }

    private var hasDefault: Bool { if case .none = standard { false } else { true } }

    private var isKeptAlready: OperationFailure {
        OperationFailure(keepPath ?? path, "is there already: something else was kept there before")
    }
}
