import StemmaRecords

/// What becomes of the records at the same keys, of which some get other versions: no two may have one.
///
/// A record can take the version that another one gives up. One that meets another of the same payload becomes one with
/// it; one that meets another payload stays where it is, which may be in the way of others, and so on.
struct AddressMoves {
    /// The records to put, under their new versions.
    private(set) var put: [Record] = []
    /// The versions at which nothing stands any more.
    private(set) var vacated: [Version] = []
    /// What became of each that was to move; in their order.
    private(set) var outcomes: [Outcome] = []

    enum Outcome {
        case moved
        /// It is one with another record now.
        case joined
        case collides(with: Record)
    }

    /// - Parameters:
    ///   - records: all that stand at the keys.
    ///   - moves: those that are to move, by index, and where to.
    ///   - isSame: whether two can become one.
    init(
        _ records: [Record], _ moves: [(index: Int, version: Version)],
        isSame: (Record, Record) -> Bool = { $0.isSameResult(as: $1) }
    ) {
        var collisions: [Int: Record] = [:]
        while true {
            let moving = moves.indices.filter { collisions[$0] == nil }
            let movingRecords = Set(moving.map { moves[$0].index })
            var standing: [Version: Record] = [:]
            for (index, record) in records.enumerated() where !movingRecords.contains(index) {
                standing[record.version] = record
            }
            let targets = Dictionary(grouping: moving) { moves[$0].version }
            var found: [Int: Record] = [:]
            for (version, group) in targets {
                let all = group.map { records[moves[$0].index] } + (standing[version].map { [$0] } ?? [])
                guard let other = all.first(where: { !isSame($0, all[0]) }) else { continue }
                // None of them has more right to the place than the others.
                for move in group {
                    let own = records[moves[move].index]
                    found[move] = standing[version] ?? (isSame(own, other) ? all[0] : other)
                }
            }
            if found.isEmpty {
                finish(records, moves, targets, standing, collisions)
                return
            }
            collisions.merge(found) { first, _ in first }
        }
    }

    private mutating func finish(
        _ records: [Record], _ moves: [(index: Int, version: Version)], _ targets: [Version: [Int]],
        _ standing: [Version: Record], _ collisions: [Int: Record]
    ) {
        var kept: Set<Int> = []
        // In order, so that the journal is the same each time.
        for (move, (_, version)) in moves.enumerated() where targets[version]?.first == move {
            guard let group = targets[version] else { continue }
            let taken = standing[version]
            // One that says how it was made is worth more than one that does not.
            let computed = group.first { records[moves[$0].index].lineage != nil }
            if let taken, taken.lineage != nil || computed == nil { continue }
            let chosen = computed ?? group[0]
            if taken == nil { kept.insert(chosen) }
            var record = records[moves[chosen].index]
            record.version = version
            put.append(record)
        }
        let targeted = Set(put.map(\.version))
        for (move, (index, _)) in moves.enumerated() {
            if let other = collisions[move] {
                outcomes.append(.collides(with: other))
                continue
            }
            outcomes.append(kept.contains(move) ? .moved : .joined)
            if !targeted.contains(records[index].version) { vacated.append(records[index].version) }
        }
    }
}

extension Record {
    /// Whether the two are one result, as far as whoever loads or uses it can tell.
    func isSameResult(as other: Record) -> Bool {
        content == other.content && format == other.format && schema == other.schema
            && migratedFrom == other.migratedFrom && standsFor == other.standsFor
    }
}
