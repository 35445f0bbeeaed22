import StemmaRecords

/// Takes the records back that a commit changed, and keeps what came after.
///
/// A record has two units: its version, and its payload with all that goes with it. Each is taken back where nobody has
/// changed it since. JSON payloads that both have changed are merged by member where the lineage is the same.
struct RecordRevert {
    let transaction: Transaction
    private let side: RevertSide?
    /// The store as the commit left it.
    private let committed: CommittedResults
    /// The versions that variables are at after the revert, where they were at newer ones.
    private let lowered: [String: LoweredVariable]
    private(set) var conflicts: [RevertConflicts.Conflict] = []
    /// Where records of lowered variables were put that are as they should be, or were taken away: nothing there is taken down.
    private(set) var settled: Set<Address> = []
    /// Records that come to stand elsewhere.
    private var moves: [(change: Difference.Change, current: Record, to: Record)] = []

    init(
        _ transaction: Transaction, side: RevertSide?, committed: CommittedResults,
        lowered: [String: LoweredVariable]
    ) {
        self.transaction = transaction
        self.side = side
        self.committed = committed
        self.lowered = lowered
    }

    /// Undoes one change. Records that come to stand elsewhere do so at the end; see `finish`.
    mutating func undo(_ change: Difference.Change) throws {
        switch change {
        case .added(let after): try undoAddition(change, after)
        case .removed(let before): try undoRemoval(change, before)
        case .changed(let before, let after): try undoChange(change, before, after)
        }
    }

    private mutating func undoAddition(_ change: Difference.Change, _ after: Record) throws {
        guard let current = try transaction.record(at: after.address) else {
            // It is the same result where it only has another version now.
            guard after.lineage != nil, let moved = try moved(after), takesBack(change, moved) else { return }
            return try remove(moved.address)
        }
        guard current == after || takesBack(change, current) else { return }
        try remove(current.address)
    }

    private mutating func undoRemoval(_ change: Difference.Change, _ before: Record) throws {
        let current = try transaction.record(at: before.address)
        guard current != before else { return }
        guard current == nil || takesBack(change, current) else { return }
        try put(before)
    }

    private mutating func undoChange(_ change: Difference.Change, _ before: Record, _ after: Record) throws {
        if before.keys != after.keys { return try undoMove(change, before, after) }
        // Most are as the commit left them.
        if before.address == after.address, try transaction.stands(after) { return try put(before) }
        guard let current = try transaction.record(at: after.address) ?? moved(after) else {
            if try transaction.record(at: before.address) == before { return }
            guard takesBack(change, nil) else { return }
            return try put(before)
        }
        if current == after { return try replace(change, current, with: before) }
        var result = current
        if current.version != before.version, after.version != before.version {
            guard current.version == after.version else {
                if takesBack(change, current) { try replace(change, current, with: before) }
                return
            }
            result.version = before.version
        }
        if current.hasSamePayload(as: after) {
            result.takePayload(of: before)
        } else if !after.hasSamePayload(as: before), !current.hasSamePayload(as: before) {
            // What was saved anew under the newer version is taken down from it, as all that is of it.
            if lowered[current.variable]?.isNewer(current) == true {
                if side == .theirs || result.version != current.version, takesBack(change, current) {
                    try replace(change, current, with: before)
                }
                return
            }
            if try hasNone(of: before, after, current) {
                return try replace(change, current, with: result)
            }
            guard let merged = try merge(before, after, current) else {
                if takesBack(change, current) { try replace(change, current, with: before) }
                return
            }
            result.takePayload(of: merged)
        }
        try replace(change, current, with: result)
    }

    /// The record at the same keys that is the same result under another version, as after a backfill.
    private func moved(_ record: Record) throws -> Record? {
        let same = try (transaction.variants(of: record.variable, at: record.keys) ?? []).filter {
            try $0.lineage == record.lineage && $0.output == record.output
                && $0.content == record.content && $0.version != record.version
                && committed.hasCome($0)
        }
        return same.count == 1 ? same[0] : nil
    }

    private mutating func replace(
        _ change: Difference.Change, _ current: Record, with record: Record
    ) throws {
        guard record.address != current.address else { return try put(record) }
        moves.append((change, current, record))
    }

    mutating func put(_ record: Record) throws {
        try transaction.put(record)
        settle(record.address)
    }

    mutating func remove(_ address: Address) throws {
        try transaction.remove(address)
        settle(address)
    }

    private mutating func settle(_ address: Address) {
        if lowered[address.variable] != nil { settled.insert(address) }
    }

    /// Moves the records that come to stand elsewhere. A place that was taken meanwhile is a conflict.
    mutating func finish() throws {
        let places = Dictionary(grouping: moves.indices) {
            Address(variable: moves[$0].current.variable, keys: moves[$0].current.keys)
        }
        // In the order of the changes, so that conflicts and journal are the same each time.
        for (_, group) in places.sorted(by: { $0.value[0] < $1.value[0] }) { try move(group) }
    }

    /// Moves records at the same keys, which can be in each other's way. With `.ours` those stay that have no place.
    private mutating func move(_ group: [Int]) throws {
        let (variable, keys) = (moves[group[0]].current.variable, moves[group[0]].current.keys)
        var records = try transaction.variants(of: variable, at: keys) ?? []
        var moving: [(index: Int, version: Version)] = []
        for move in group {
            let (_, current, to) = moves[move]
            guard let index = records.firstIndex(where: { $0.version == current.version }) else { continue }
            records[index] = to
            records[index].version = current.version
            moving.append((index, to.version))
        }
        let outcomes = AddressMoves(records, moving) { $0.hasSamePayload(as: $1) }.outcomes
        var going: [Record] = []
        for (move, outcome) in zip(group, outcomes) {
            let (change, current, to) = moves[move]
            if case .collides(let other) = outcome, !takesBack(change, other) { continue }
            try remove(current.address)
            going.append(to)
        }
        for record in going { try put(record) }
    }

    /// Whether a record that changed again is taken back all the same; a conflict where that is not said.
    mutating func takesBack(_ change: Difference.Change, _ current: Record?) -> Bool {
        switch side {
        case .theirs: return true
        case .ours: return false
        case nil:
            conflicts.append(
                RevertConflicts.Conflict(
                    address: change.record.address, before: change.before, reverted: change.after,
                    current: current))
            return false
        }
    }
}
