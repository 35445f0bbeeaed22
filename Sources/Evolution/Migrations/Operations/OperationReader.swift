import StemmaBlobs
import StemmaRecords

/// Takes the members of one operation of a definition; what is left at the end is an error, never ignored.
struct OperationReader {
    let place: JSONPointer
    private let object: JSONObject
    private var taken: [String] = ["op", "optional"]

    /// The name of the operation.
    let name: String
    let isOptional: Bool

    init(_ value: JSONValue, at place: JSONPointer) throws {
        self.place = place
        guard case .object(let object) = value else {
            throw StemmaError.invalidMigration("expected an object, found \(value.kind)", at: place)
        }
        self.object = object
        guard let name = object["op"] else {
            throw StemmaError.invalidMigration("'op' is missing", at: place)
        }
        guard case .string(let name) = name else {
            throw StemmaError.invalidMigration("'op' is not a string", at: place.appending("op"))
        }
        self.name = name
        switch object["optional"] {
        case nil: isOptional = false
        case .bool(let flag)?: isOptional = flag
        default:
            throw StemmaError.invalidMigration(
                "'optional' is neither true nor false", at: place.appending("optional"))
        }
    }

    func problem(_ what: String, _ member: String? = nil) -> StemmaError {
        .invalidMigration(what, at: member.map { place.appending($0) } ?? place)
    }

    func has(_ member: String) -> Bool { object[member] != nil }

    mutating func value(_ member: String) -> JSONValue? {
        taken.append(member)
        return object[member]
    }

    mutating func needed(_ member: String) throws -> JSONValue {
        guard let value = value(member) else { throw problem("'\(member)' is missing") }
        return value
    }

    mutating func string(_ member: String) throws -> String {
        guard case .string(let text) = try needed(member) else {
            throw problem("'\(member)' is not a string", member)
        }
        return text
    }

    mutating func flag(_ member: String) throws -> Bool {
        switch value(member) {
        case nil: return false
        case .bool(let flag)?: return flag
        default: throw problem("'\(member)' is neither true nor false", member)
        }
    }

    mutating func pointer(_ member: String) throws -> PatternPointer {
        try pointer(try string(member), at: place.appending(member))
    }

    mutating func pointers(_ member: String) throws -> [PatternPointer] {
        guard case .array(let elements) = try needed(member), elements.count > 1 else {
            throw problem("'\(member)' is not a list of two or more pointers", member)
        }
        return try elements.enumerated().map { index, element in
            let place = place.appending(member).appending(index)
            guard case .string(let text) = element else {
                throw StemmaError.invalidMigration("expected a pointer, found \(element.kind)", at: place)
            }
            return try pointer(text, at: place)
        }
    }

    private func pointer(_ text: String, at place: JSONPointer) throws -> PatternPointer {
        do {
            return try PatternPointer(text)
        } catch let error as StemmaError where error.code == .malformedPointer {
            throw StemmaError.invalidMigration(error.message, at: place)
        }
    }

    /// Where an operation keeps what it takes away; `nil` when it says `false`.
    ///
    /// - Parameters:
    ///   - folder: the member, beside what is taken away, that holds what is kept when nothing else is said.
    ///   - others: the places that the operation works on, which it must be apart from.
    mutating func keep(
        _ folder: String, besides at: PatternPointer, apartFrom others: [PatternPointer]
    ) throws -> PatternPointer? {
        let keep: PatternPointer
        switch value("keep") {
        case .bool(false)?: return nil
        case .string?: keep = try pointer("keep")
        case nil:
            guard let name = at.lastName else {
                throw problem("there is no place beside \(at.text) to keep a value: 'keep' has to name one")
            }
            keep = at.parent.appending(folder).appending(name)
        default: throw problem("'keep' is neither a pointer nor false", "keep")
        }
        let member = has("keep") ? "keep" : nil
        guard keep.lastName != nil else { throw problem("'keep' has to end in the name of a member", member) }
        guard keep.hasSameBases(as: at) else {
            throw problem(
                "\(keep.text) and \(at.text) have to be the same up to the last *, so that each element keeps "
                    + "its own", member)
        }
        for other in others where keep.overlaps(other) {
            throw problem(
                "\(keep.text) is not apart from \(other.text), so that one would overwrite the other", member)
        }
        return keep
    }

    /// Refuses members that nobody took.
    func checkNothingLeft() throws {
        for member in object where !taken.contains(where: { $0.hasSameBytes(as: member.name) }) {
            let known = taken.sorted().joined(separator: ", ")
            throw StemmaError.invalidMigration(
                "'\(name)' has no member '\(StemmaError.printable(member.name))'",
                at: place.appending(member.name), hint: "it has \(known)")
        }
    }
}

extension PatternPointer {
    /// The pointer in the words of messages.
    var text: String {
        tokens.isEmpty ? "the whole value" : "'\(StemmaError.printable(description))'"
    }
}
