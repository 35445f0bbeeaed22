import StemmaRecords

/// Makes several members of one text, or one text of several members.
final class SplitOperation: MigrationOperation {
    enum Direction { case splitting, joining }

    let direction: Direction
    let text: PatternPointer
    let parts: [PatternPointer]
    let by: TextParts
    let isOptional: Bool

    private let bases: BasePattern
    private let textPath: [PathToken]
    private let partPaths: [[PathToken]]

    init(
        _ direction: Direction, text: PatternPointer, parts: [PatternPointer], by: TextParts, isOptional: Bool
    ) {
        self.direction = direction
        self.text = text
        self.parts = parts
        self.by = by
        self.isOptional = isOptional
        (bases, textPath) = text.divided
        partPaths = parts.map { $0.divided.path }
    }

    var inverse: OperationInverse {
        .operation(
            SplitOperation(
                direction == .splitting ? .joining : .splitting, text: text, parts: parts, by: by,
                isOptional: isOptional))
    }

    var json: JSONValue {
        let list = JSONValue.array(parts.map { .string($0.description) })
        let whole = JSONValue.string(text.description)
        let isSplit = direction == .splitting
        return OperationMembers(isSplit ? "split" : "join", isOptional: isOptional)
            .with("from", isSplit ? whole : list).with("to", isSplit ? list : whole)
            .with("by", .string(by.separator)).json
    }

    func apply(to value: inout JSONValue) throws {
        try bases.forEach(in: &value, passingOver: isOptional, direction == .splitting ? split : join)
    }

    private func split(in base: inout JSONValue) throws {
        if isOptional, base.part(at: textPath).map(\.isNull) ?? true {
            for path in partPaths where base.part(at: path) != nil {
                throw OperationFailure(path, "is there already")
            }
            return
        }
        guard let value = try base.take(at: textPath) else { throw base.missing(textPath) }
        guard case .string(let text) = value else {
            throw OperationFailure(textPath, "is \(value.kind), not a string")
        }
        let found = by.split(text)
        guard found.count == partPaths.count else {
            throw OperationFailure(
                textPath, "\(value.shown) has \(counted(found.count, "part")), not \(partPaths.count)")
        }
        for (part, path) in zip(found, partPaths) { try base.put(.string(part), at: path) }
    }

    private func join(in base: inout JSONValue) throws {
        if isOptional, partPaths.allSatisfy({ base.part(at: $0) == nil }) {
            if let text = base.part(at: textPath), !text.isNull {
                throw OperationFailure(textPath, "is there already")
            }
            return
        }
        var found: [String] = []
        for path in partPaths {
            guard let value = try base.take(at: path) else { throw base.missing(path) }
            guard case .string(let text) = value else {
                throw OperationFailure(path, "is \(value.kind), not a string")
            }
            found.append(text)
        }
        guard let text = by.join(found) else {
            throw OperationFailure(
                textPath, "the parts have the separator \(JSONValue.shown(by.separator)) in them")
        }
        try base.put(.string(text), at: textPath)
    }
}

/// Makes a list of texts of one text, or one text of a list, in its place.
final class SplitInPlaceOperation: MigrationOperation {
    let direction: SplitOperation.Direction
    let at: PatternPointer
    let by: TextParts
    let isOptional: Bool

    private let bases: BasePattern
    private let path: [PathToken]

    init(_ direction: SplitOperation.Direction, at: PatternPointer, by: TextParts, isOptional: Bool) {
        self.direction = direction
        self.at = at
        self.by = by
        self.isOptional = isOptional
        (bases, path) = at.divided
    }

    var inverse: OperationInverse {
        .operation(
            SplitInPlaceOperation(
                direction == .splitting ? .joining : .splitting, at: at, by: by, isOptional: isOptional))
    }

    var json: JSONValue {
        OperationMembers(direction == .splitting ? "split" : "join", isOptional: isOptional)
            .with("at", at).with("by", .string(by.separator)).json
    }

    func apply(to value: inout JSONValue) throws {
        try bases.forEach(in: &value, passingOver: isOptional) { base in
            let found: Void? = try base.withPart(at: path) { part in
                if isOptional, part.isNull { return }
                part = direction == .splitting ? try split(part) : try join(part)
            }
            if found == nil, !isOptional { throw base.missing(path) }
        }
    }

    private func split(_ value: JSONValue) throws -> JSONValue {
        guard case .string(let text) = value else {
            throw OperationFailure(path, "is \(value.kind), not a string")
        }
        return .array(by.split(text).map(JSONValue.string))
    }

    private func join(_ value: JSONValue) throws -> JSONValue {
        guard case .array(let elements) = value else {
            throw OperationFailure(path, "is \(value.kind), not an array")
        }
        guard !elements.isEmpty else {
            throw OperationFailure(path, "has no elements, and every text has a part")
        }
        let parts = try elements.enumerated().map { index, element in
            guard case .string(let text) = element else {
                throw OperationFailure(
                    path + [PathToken(String(index))], "is \(element.kind), not a string")
            }
            return text
        }
        guard let text = by.join(parts) else {
            throw OperationFailure(
                path, "the elements have the separator \(JSONValue.shown(by.separator)) in them")
        }
        return .string(text)
    }
}
