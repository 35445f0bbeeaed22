import StemmaRecords

/// The way through every `*` of a pointer; below each part that it leads to, operations go plain ways.
struct BasePattern: Sendable {
    /// What stands before each `*`.
    let segments: [[PathToken]]

    /// Calls `body` with each part, which it may change in place; with the whole value when there is no `*`.
    ///
    /// Throws `OperationFailure` where the way leads to nothing, unless that is passed over.
    func forEach(
        in value: inout JSONValue, passingOver isOptional: Bool, _ body: (inout JSONValue) throws -> Void
    ) throws {
        try forEach(0, in: &value, isOptional, body)
    }

    private func forEach(
        _ level: Int, in value: inout JSONValue, _ isOptional: Bool,
        _ body: (inout JSONValue) throws -> Void
    ) throws {
        if level == segments.count { return try body(&value) }
        let segment = segments[level]
        let found: Void? = try value.withPart(at: segment) { part in
            do {
                try forEachChild(of: &part, isOptional) {
                    try forEach(level + 1, in: &$0, isOptional, body)
                }
            } catch let failure as OperationFailure {
                throw failure.within(segment)
            }
        }
        if found == nil, !isOptional { throw value.missing(segment) }
    }

    private func forEachChild(
        of part: inout JSONValue, _ isOptional: Bool, _ body: (inout JSONValue) throws -> Void
    ) throws {
        switch part {
        case .array(var elements):
            part = .null
            defer { part = .array(elements) }
            for index in elements.indices {
                do { try body(&elements[index]) } catch let failure as OperationFailure {
                    throw failure.within(String(index))
                }
            }
        case .object(var object):
            part = .null
            defer { part = .object(object) }
            for index in object.indices {
                do { try object.withValue(at: index, body) } catch let failure as OperationFailure {
                    throw failure.within(object[index].name)
                }
            }
        default:
            if isOptional { return }
            throw OperationFailure([], "is \(part.kind), which has no elements")
        }
    }
}
