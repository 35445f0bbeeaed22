import StemmaRecords

/// What a difference says of the places that inputs come from.
struct ChangedPlaces {
    /// Where records of one side have no counterpart, at no version: an input may have had another one before a backfill.
    private var alone: [CauseGraph.Side: Set<Place>] = [:]
    /// The migrations that records went through.
    private var schemas: [Address: CauseID] = [:]
    /// Where there are other data than before, in whichever form they are read.
    private var others: Set<Address> = []
    /// Variables of which data changed in many records.
    private var crowded: Set<String> = []

    private struct Place: Hashable {
        let variable: String
        let keys: Keys
    }

    init() {}

    /// - Parameter partners: for each change, the record that it is compared with.
    init(_ difference: Difference, _ partners: [Record?], _ table: inout CauseTable) {
        var counts: [String: Int] = [:]
        for (change, partner) in zip(difference.changes, partners) {
            switch change {
            case .changed(let old, let new):
                if new.isInAnotherForm(than: old) {
                    schemas[new.address] = table.schema(from: old, to: new)
                } else if old.lineage == nil, new.lineage == nil, old.content != new.content {
                    others.insert(new.address)
                }
                if old.lineage == nil || new.lineage == nil { counts[new.variable, default: 0] += 1 }
            case .added(let record), .removed(let record):
                if partner == nil {
                    alone[change.status == .added ? .after : .before, default: []].insert(
                        Place(variable: record.variable, keys: record.keys))
                } else if record.lineage == nil || partner?.lineage == nil {
                    counts[record.variable, default: 0] += 1
                }
            }
        }
        crowded = Set(counts.filter { $0.value > Explainer.manyAddresses }.keys)
    }

    func isAlone(_ address: Address, on side: CauseGraph.Side) -> Bool {
        alone[side]?.contains(Place(variable: address.variable, keys: address.keys)) ?? false
    }

    func schema(at address: Address?) -> CauseID? {
        // Most differences have none.
        schemas.isEmpty ? nil : address.flatMap { schemas[$0] }
    }

    /// Whether there are other data than before, and not the same ones in another form.
    func hasOtherData(at address: Address?) -> Bool {
        others.isEmpty ? false : address.map(others.contains) ?? false
    }

    /// Whether all changed data of the variable are one cause.
    func isCrowded(_ variable: String) -> Bool { crowded.contains(variable) }
}

extension Record {
    /// Whether another schema version is among what makes it differ from the record before.
    ///
    /// Data that was saved anew is of the new version too, and has other reasons: only what has come through a migration,
    /// or back, is the same data.
    func isInAnotherForm(than old: Record) -> Bool {
        guard schema != old.schema || migratedFrom != old.migratedFrom else { return false }
        guard lineage == nil, old.lineage == nil, content != old.content else { return true }
        let isUp = migratedFrom.count > old.migratedFrom.count
        return schema != old.schema && migratedFrom.count != old.migratedFrom.count
            && (isUp
                ? migratedFrom.starts(with: old.migratedFrom) : old.migratedFrom.starts(with: migratedFrom))
    }
}
