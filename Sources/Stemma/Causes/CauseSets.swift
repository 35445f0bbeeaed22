/// Sets of causes, each kept once: what is far downstream of one change has the same set as what is near.
struct CauseSets {
    /// A set by its place.
    typealias ID = Int32

    static let empty: ID = 0

    private var sets: [[CauseID]] = [[]]
    private var ids: [[CauseID]: ID] = [[]: empty]

    /// The members, sorted.
    subscript(id: ID) -> [CauseID] { sets[Int(id)] }

    /// The set of everything that is in any of these.
    mutating func union(_ members: [CauseID], _ others: [ID] = []) -> ID {
        let distinct = others.count > 1 ? Array(Set(others)) : others
        let filled = distinct.filter { $0 != Self.empty }
        if filled.count == 1, members.allSatisfy(sets[Int(filled[0])].contains) { return filled[0] }
        var all = Set(members)
        for other in filled { all.formUnion(sets[Int(other)]) }
        let sorted = all.sorted()
        if let known = ids[sorted] { return known }
        let id = ID(sets.count)
        sets.append(sorted)
        ids[sorted] = id
        return id
    }
}
