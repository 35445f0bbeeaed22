import StemmaRecords

/// What the values in one place of many documents have in common.
///
/// It takes no more memory however many values there are: names of members beyond a limit become those of a map, and
/// what is too deep, or too much, is not described.
struct ValueShape: Sendable {
    /// The members of the objects that were seen.
    enum Members: Sendable {
        /// Each by its name, in canonical order. `isPartial`: there are others, of which nothing is known.
        case named([Member], isPartial: Bool)
        /// Too many names for each to mean something of its own: all of one shape.
        indirect case map(ValueShape)
        /// Nothing is known of them.
        case unknown
    }

    struct Member: Sendable {
        let name: String
        /// How many objects have it.
        var count: Int
        var shape: ValueShape
    }

    /// The elements of the arrays that were seen.
    enum Elements: Sendable {
        case none
        indirect case all(ValueShape)
        case unknown
    }

    /// An object with more names than this is a map from names to values, such as results by subject.
    static let mostNames = 1024
    /// What is deeper is not described: a schema is nested twice as deep as what it is of, and has to be printed.
    static let depth = 64

    private(set) var kinds: ValueKinds = []
    private(set) var objects = 0
    private(set) var members = Members.named([], isPartial: false)
    private(set) var elements = Elements.none

    /// Takes in one more value.
    ///
    /// - Parameters:
    ///   - depth: how deep in the document it stands.
    ///   - budget: how many more places can be described.
    mutating func add(_ value: JSONValue, depth: Int, budget: inout Int) {
        kinds.insert(ValueKinds(of: value))
        switch value {
        case .object(let object):
            objects += 1
            add(object, depth: depth, budget: &budget)
        case .array(let array):
            for element in array { add(element: element, depth: depth, budget: &budget) }
        default: break
        }
    }

    private mutating func add(element: JSONValue, depth: Int, budget: inout Int) {
        switch elements {
        case .unknown: return
        case .all(var shape):
            elements = .none
            shape.add(element, depth: depth + 1, budget: &budget)
            elements = .all(shape)
        case .none:
            guard depth < Self.depth, budget > 0 else {
                elements = .unknown
                return
            }
            budget -= 1
            var shape = ValueShape()
            shape.add(element, depth: depth + 1, budget: &budget)
            elements = .all(shape)
        }
    }

    private mutating func add(_ object: JSONObject, depth: Int, budget: inout Int) {
        switch members {
        case .unknown: return
        case .map(var shape):
            members = .unknown
            for member in object { shape.add(member.value, depth: depth + 1, budget: &budget) }
            members = .map(shape)
        case .named(var known, var isPartial):
            // So that there is one holder of the list, which changes in place.
            members = .unknown
            var index = 0
            for member in object {
                // Both are in one order.
                while index < known.count, !known[index].name.hasSameBytes(as: member.name),
                    JSONName.compare(known[index].name, member.name) < 0
                {
                    index += 1
                }
                if index == known.count || !known[index].name.hasSameBytes(as: member.name) {
                    guard !isPartial, depth < Self.depth, budget > 0 else {
                        isPartial = true
                        continue
                    }
                    budget -= 1
                    known.insert(Member(name: member.name, count: 0, shape: ValueShape()), at: index)
                }
                known[index].count += 1
                known[index].shape.add(member.value, depth: depth + 1, budget: &budget)
                index += 1
            }
            members = Self.members(known, isPartial: isPartial)
        }
    }

    /// Members by name, as long as there are not too many.
    private static func members(_ known: [Member], isPartial: Bool) -> Members {
        guard known.count > mostNames else { return .named(known, isPartial: isPartial) }
        return isPartial ? .unknown : .map(union(of: known))
    }

    private static func union(of members: [Member]) -> ValueShape {
        members.reduce(into: ValueShape()) { $0.merge($1.shape) }
    }

    /// Takes in all values of another place.
    mutating func merge(_ other: ValueShape) {
        kinds.formUnion(other.kinds)
        members =
            objects == 0
            ? other.members : other.objects == 0 ? members : Self.merged(members, other.members)
        objects += other.objects
        switch (elements, other.elements) {
        case (.none, let elements): self.elements = elements
        case (_, .none): break
        case (.all(var shape), .all(let more)):
            shape.merge(more)
            elements = .all(shape)
        default: elements = .unknown
        }
    }

    private static func merged(_ left: Members, _ right: Members) -> Members {
        switch (left, right) {
        case (.unknown, _), (_, .unknown): return .unknown
        case (.map(var shape), .map(let other)):
            shape.merge(other)
            return .map(shape)
        case (.map(let shape), .named(let named, let isPartial)),
            (.named(let named, let isPartial), .map(let shape)):
            if isPartial { return .unknown }
            var union = union(of: named)
            union.merge(shape)
            return .map(union)
        case (.named(let left, let leftIsPartial), .named(let right, let rightIsPartial)):
            var merged: [Member] = []
            var rest = right[...]
            for var member in left {
                while let other = rest.first, JSONName.compare(other.name, member.name) < 0 {
                    // Of a name that the other side may have passed over, nothing is known.
                    if !leftIsPartial { merged.append(other) }
                    rest.removeFirst()
                }
                if let other = rest.first, other.name.hasSameBytes(as: member.name) {
                    member.count += other.count
                    member.shape.merge(other.shape)
                    merged.append(member)
                    rest.removeFirst()
                } else if !rightIsPartial {
                    merged.append(member)
                }
            }
            if !leftIsPartial { merged += rest }
            return members(merged, isPartial: leftIsPartial || rightIsPartial)
        }
    }
}
