/// The members of a JSON object, sorted by the UTF-16 code units of their names as RFC 8785 prints them.
///
/// Kept as a sorted array: printing needs no sorting, canonical text is read by appending, and objects are small.
public struct JSONObject: Sendable {
    /// A member: its name and its value.
    public typealias Element = (name: String, value: JSONValue)

    private var members: [Element] = []

    /// Makes an object without members.
    public init() {}

    /// Makes an object of members in any order; of a name that is given twice the first is returned as `duplicate`.
    init(sorting unsorted: consuming [Element], duplicate: inout String?) {
        members = unsorted
        guard members.count > 1 else { return }
        var isSorted = true
        for index in 1..<members.count {
            let order = JSONName.compare(members[index - 1].name, members[index].name)
            if order == 0 {
                duplicate = members[index].name
                return
            }
            if order > 0 {
                isSorted = false
                break
            }
        }
        if isSorted { return }
        members.sort { JSONName.compare($0.name, $1.name) < 0 }
        for index in 1..<members.count where members[index].name.hasSameBytes(as: members[index - 1].name) {
            duplicate = members[index].name
            return
        }
    }

    /// The value of the member with this name; setting `nil` removes the member.
    public subscript(name: String) -> JSONValue? {
        get { position(of: name).map { members[$0].value } }
        set {
            let index = lowerBound(name)
            let isPresent = index < members.count && members[index].name.hasSameBytes(as: name)
            switch (newValue, isPresent) {
            case (.some(let value), true): members[index].value = value
            case (.some(let value), false): members.insert((name, value), at: index)
            case (.none, true): members.remove(at: index)
            case (.none, false): break
            }
        }
    }

    /// The position of the member with this name, `nil` if there is none.
    package func position(of name: String) -> Int? {
        // Names of few members are compared for equality, which is cheaper than for order.
        if members.count <= 8 { return members.firstIndex { $0.name.hasSameBytes(as: name) } }
        let index = lowerBound(name)
        return index < members.count && members[index].name.hasSameBytes(as: name) ? index : nil
    }

    /// Changes the value of the member at a position in place, without a copy of what nobody else holds.
    package mutating func withValue<Result>(
        at position: Int, _ body: (inout JSONValue) throws -> Result
    ) rethrows -> Result {
        try body(&members[position].value)
    }

    /// Takes the member at a position out.
    package mutating func remove(at position: Int) -> Element { members.remove(at: position) }

    /// The names of the members, in canonical order.
    public var names: [String] { members.map(\.name) }

    /// The index of the first member whose name does not precede this one.
    private func lowerBound(_ name: String) -> Int {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if JSONName.compare(members[middle].name, name) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { 0 }
    /// The position after the last member.
    public var endIndex: Int { members.count }
    /// The member at a position, in the order of the object.
    public subscript(position: Int) -> Element { members[position] }
}

extension JSONObject: Hashable {
    /// Whether both have the same members in the same bytes.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy {
                $0.name.hasSameBytes(as: $1.name) && $0.value == $1.value
            }
    }

    /// Hashes the members.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        for member in members {
            hasher.combine(member.name)
            hasher.combine(member.value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Of a name that is given twice the last value counts.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        for (name, value) in members { self[name] = value }
    }
}
