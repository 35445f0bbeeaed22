import StemmaRecords

// Objects on the way to a place are made when they are lacking, and go away when they are left empty, so that putting
// a value somewhere and taking it away again are each other's opposites, to the byte. That is why an object on the way
// that is empty beforehand is refused. The object that one starts from, and elements of arrays, are left out of this.
extension JSONValue {
    /// The part at the end of a way, `nil` if there is none.
    func part(at path: [PathToken]) -> JSONValue? { part(at: path, upTo: path.count) }

    /// The part at the end of the first so many tokens of a way.
    func part(at path: [PathToken], upTo end: Int) -> JSONValue? {
        var part = self
        for index in 0..<end {
            switch part {
            case .object(let object):
                guard let position = object.position(of: path[index].name) else { return nil }
                part = object[position].value
            case .array(let elements):
                guard let place = path[index].index, place < elements.count else { return nil }
                part = elements[place]
            default: return nil
            }
        }
        return part
    }

    /// Changes the part at the end of a way in place; returns `nil` if there is none.
    mutating func withPart<Result>(
        at path: [PathToken], _ body: (inout JSONValue) throws -> Result
    ) rethrows -> Result? { try withPart(at: path, from: 0, body) }

    private mutating func withPart<Result>(
        at path: [PathToken], from start: Int, _ body: (inout JSONValue) throws -> Result
    ) rethrows -> Result? {
        if start == path.count { return try body(&self) }
        switch self {
        case .object(var object):
            guard let position = object.position(of: path[start].name) else { return nil }
            self = .null
            defer { self = .object(object) }
            return try object.withValue(at: position) { try $0.withPart(at: path, from: start + 1, body) }
        case .array(var elements):
            guard let index = path[start].index, index < elements.count else { return nil }
            self = .null
            defer { self = .array(elements) }
            return try elements[index].withPart(at: path, from: start + 1, body)
        default: return nil
        }
    }

    /// Changes the members of this object in place; returns `nil` if it is none.
    mutating func withMembers<Result>(_ body: (inout JSONObject) throws -> Result) rethrows -> Result? {
        guard case .object(var object) = self else { return nil }
        self = .null
        defer { self = .object(object) }
        return try body(&object)
    }

    /// Puts a value at the end of a way where nothing is yet, and makes the objects that are lacking on it.
    ///
    /// Throws `OperationFailure` if something is there or in the way.
    mutating func put(_ value: JSONValue, at path: [PathToken]) throws {
        guard !path.isEmpty else { throw OperationFailure([], "is there already") }
        try put(value, at: path, from: 0, isMade: false)
    }

    /// - Parameter isMade: whether such an object is made when it is lacking, so that it must not be empty.
    private mutating func put(_ value: JSONValue, at path: [PathToken], from start: Int, isMade: Bool) throws
    {
        let token = path[start]
        let isLast = start == path.count - 1
        switch self {
        case .object(var object):
            if isMade, object.isEmpty {
                throw OperationFailure(path[..<start], "is an empty object, which is in the way")
            }
            self = .null
            defer { self = .object(object) }
            guard let position = object.position(of: token.name) else {
                object[token.name] = value.nested(in: path[(start + 1)...])
                return
            }
            if isLast { throw OperationFailure(path, "is there already") }
            try object.withValue(at: position) {
                try $0.put(value, at: path, from: start + 1, isMade: true)
            }
        case .array(var elements):
            guard let index = token.index, index < elements.count else {
                throw OperationFailure(path[...start], "is not there")
            }
            if isLast { throw OperationFailure(path, "is an element, and only members can be put and taken") }
            self = .null
            defer { self = .array(elements) }
            try elements[index].put(value, at: path, from: start + 1, isMade: false)
        default:
            throw OperationFailure(path[..<start], "is \(kind), which is in the way")
        }
    }

    /// The value inside of objects that have the names of a way, and nothing else.
    func nested(in path: ArraySlice<PathToken>) -> JSONValue {
        path.reversed().reduce(self) { inner, token in
            var object = JSONObject()
            object[token.name] = inner
            return .object(object)
        }
    }

    /// Takes the value at the end of a way out, and the objects that this leaves empty; `nil` if there is none.
    ///
    /// Throws `OperationFailure` if it is an element of an array.
    mutating func take(at path: [PathToken]) throws -> JSONValue? { try take(at: path, from: 0) }

    private mutating func take(at path: [PathToken], from start: Int) throws -> JSONValue? {
        let token = path[start]
        let isLast = start == path.count - 1
        switch self {
        case .object(var object):
            guard let position = object.position(of: token.name) else { return nil }
            self = .null
            defer { self = .object(object) }
            if isLast { return object.remove(at: position).value }
            guard
                let value = try object.withValue(
                    at: position, { try $0.take(at: path, from: start + 1) })
            else { return nil }
            if case .object(let inner) = object[position].value, inner.isEmpty {
                _ = object.remove(at: position)
            }
            return value
        case .array(var elements):
            guard let index = token.index, index < elements.count else { return nil }
            if isLast { throw OperationFailure(path, "is an element, and only members can be put and taken") }
            self = .null
            defer { self = .array(elements) }
            return try elements[index].take(at: path, from: start + 1)
        default: return nil
        }
    }

    /// The failure that says where a way ends early.
    func missing(_ path: [PathToken]) -> OperationFailure {
        for end in path.indices {
            if let part = part(at: path, upTo: end + 1) {
                if end == path.count - 1 { break }
                switch part {
                case .array, .object: continue
                default:
                    return OperationFailure(path[...end], "is \(part.kind), and not what leads further")
                }
            }
            return OperationFailure(path[...end], "is not there")
        }
        return OperationFailure(path, "is not there")
    }
}
