import StemmaBlobs
import StemmaRecords

extension OperationReader {
    private typealias Read = @Sendable (inout OperationReader) throws -> any MigrationOperation

    /// Every operation that there is, in the order of Docs/Format.md.
    private static let operations: [(name: String, read: Read)] = [
        ("add", { try $0.add() }), ("copy", { try $0.copy() }), ("remove", { try $0.remove() }),
        ("rename", { try $0.rename() }), ("move", { try $0.move() }), ("cast", { try $0.cast() }),
        ("map", { try $0.map() }), ("split", { try $0.split(.splitting) }),
        ("join", { try $0.split(.joining) }), ("set", { try $0.set() }), ("restore", { try $0.restore() }),
    ]

    /// Reads one operation of a definition. Throws `invalidMigration`.
    static func read(_ value: JSONValue, at place: JSONPointer) throws -> any MigrationOperation {
        var reader = try OperationReader(value, at: place)
        guard let read = operations.first(where: { $0.name.hasSameBytes(as: reader.name) })?.read else {
            throw StemmaError.invalidMigration(
                "there is no operation '\(StemmaError.printable(reader.name))'", at: place.appending("op"),
                hint: "there are: \(operations.map(\.name).joined(separator: ", "))")
        }
        let operation = try read(&reader)
        try reader.checkNothingLeft()
        return operation
    }

    private mutating func add() throws -> any MigrationOperation {
        let at = try pointer("at")
        let name = try member(at, "at")
        let value = value("value")
        let keep = try keep("_added", besides: at, apartFrom: [at])
        if value == nil, !has("keep") || keep == nil {
            throw problem("'value' is missing; only with a place in 'keep' can it be left out")
        }
        return MemberExchange(
            .adding, at: at, member: name, keep: keep,
            standard: value.map(MemberExchange.Default.value) ?? .none, isOptional: isOptional)
    }

    private mutating func copy() throws -> any MigrationOperation {
        let from = try pointer("from")
        let to = try pointer("to")
        let name = try member(to, "to")
        try checkSource(from, of: to, "from")
        return MemberExchange(
            .adding, at: to, member: name, keep: try keep("_added", besides: to, apartFrom: [to, from]),
            standard: .copy(from), isOptional: isOptional)
    }

    private mutating func remove() throws -> any MigrationOperation {
        let at = try pointer("at")
        let name = try member(at, "at")
        var standard = MemberExchange.Default.none
        var others = [at]
        if let value = value("default") { standard = .value(value) }
        if has("defaultFrom") {
            if has("default") { throw problem("'default' and 'defaultFrom' exclude one another") }
            let from = try pointer("defaultFrom")
            try checkSource(from, of: at, "defaultFrom")
            standard = .copy(from)
            others.append(from)
        }
        _ = value("defaultFrom")
        return MemberExchange(
            .removing, at: at, member: name, keep: try keep("_removed", besides: at, apartFrom: others),
            standard: standard, isOptional: isOptional)
    }

    private mutating func rename() throws -> any MigrationOperation {
        let at = try pointer("at")
        let name = try member(at, "at")
        let other = try string("to")
        if other.hasSameBytes(as: name) { throw problem("the new name is the old one", "to") }
        if other.utf8.first == UInt8(ascii: "/") {
            throw problem("'to' is the new name alone; 'move' goes to another place", "to")
        }
        return MoveOperation(from: at, to: at.parent.appending(other), isOptional: isOptional)
    }

    private mutating func move() throws -> any MigrationOperation {
        let from = try pointer("from")
        let to = try pointer("to")
        try checkBases(from, to, "to")
        if from.isSame(as: to) { throw problem("it leads to where the value is already", "to") }
        // A part that has no name is put into an object, or is what remains of one.
        let isWhole = from.divided.path.isEmpty || to.divided.path.isEmpty
        if isWhole, isOptional {
            throw problem("it cannot be optional to put a value into another", "optional")
        }
        return MoveOperation(from: from, to: to, isOptional: isOptional)
    }

    private mutating func cast() throws -> any MigrationOperation {
        let at = try pointer("at")
        let from = has("from") ? try type("from") : nil
        _ = value("from")
        let to = try type("to")
        if from == to { throw problem("it is the type that the value has already", "to") }
        let isLenient = try flag("lenient")
        if isLenient, to != .number, to != .integer {
            throw problem("only numbers have other spellings", "lenient")
        }
        return CastOperation(at: at, from: from, to: to, isLenient: isLenient, isOptional: isOptional)
    }

    private mutating func map() throws -> any MigrationOperation {
        let at = try pointer("at")
        let pairs = try pairs()
        var others = MapOperation.Others.refused
        if let value = value("default") { others = .becoming(value) }
        if let word = value("others") {
            guard word == "stay" else { throw problem("'others' is not \"stay\"", "others") }
            if has("default") { throw problem("'default' and 'others' exclude one another") }
            others = .staying
        }
        return MapOperation(at: at, pairs: pairs, others: others, isOptional: isOptional)
    }

    private mutating func pairs() throws -> [(from: JSONValue, to: JSONValue)] {
        var pairs: [(from: JSONValue, to: JSONValue)] = []
        switch try needed("values") {
        case .object(let object): pairs = object.map { (.string($0.name), $0.value) }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                guard case .array(let pair) = element, pair.count == 2 else {
                    throw StemmaError.invalidMigration(
                        "expected a pair [old, new]", at: place.appending("values").appending(index))
                }
                pairs.append((pair[0], pair[1]))
            }
        default: throw problem("'values' is neither an object nor a list of pairs", "values")
        }
        var seen: Set<JSONValue> = []
        for (index, pair) in pairs.enumerated() where !seen.insert(pair.from).inserted {
            throw StemmaError.invalidMigration(
                "\(pair.from.shown) is mapped twice", at: place.appending("values").appending(index))
        }
        return pairs
    }

    private mutating func split(_ direction: SplitOperation.Direction) throws -> any MigrationOperation {
        let separator = try string("by")
        if separator.isEmpty { throw problem("the separator is empty", "by") }
        let by = TextParts(separator: separator)
        if has("at") {
            return SplitInPlaceOperation(direction, at: try pointer("at"), by: by, isOptional: isOptional)
        }
        _ = value("at")
        let isSplit = direction == .splitting
        let text = try pointer(isSplit ? "from" : "to")
        let parts = try pointers(isSplit ? "to" : "from")
        let member = isSplit ? "to" : "from"
        if text.divided.path.isEmpty {
            throw problem("\(text.text) has no name: 'move' can give it one", isSplit ? "from" : "to")
        }
        for (index, part) in parts.enumerated() {
            let place = place.appending(member).appending(index)
            try checkBases(text, part, member)
            if part.divided.path.isEmpty {
                throw StemmaError.invalidMigration("\(part.text) has no name", at: place)
            }
            for other in parts[..<index] where other.overlaps(part) {
                throw StemmaError.invalidMigration(
                    "\(part.text) is not apart from \(other.text)", at: place)
            }
        }
        return SplitOperation(direction, text: text, parts: parts, by: by, isOptional: isOptional)
    }

    private mutating func set() throws -> any MigrationOperation {
        let at = try pointer("at")
        return SetOperation(
            at: at, value: try needed("value"), keep: try keep("_replaced", besides: at, apartFrom: [at]),
            isOptional: isOptional)
    }

    private mutating func restore() throws -> any MigrationOperation {
        let at = try pointer("at")
        let value = try needed("value")
        guard let keep = try keep("_replaced", besides: at, apartFrom: [at]) else {
            throw problem("'keep' is false, so that there is nothing to restore", "keep")
        }
        return RestoreOperation(at: at, value: value, keep: keep, isOptional: isOptional)
    }
}
