import StemmaBlobs
import StemmaLineage
import StemmaRecords

extension CauseTable {
    /// Records were migrated.
    mutating func schema(from before: Record, to after: Record) -> CauseID {
        schema(of: after.variable, from: before.schema, to: after.schema)
    }

    /// The same, by the versions; none for that of records that say none.
    mutating func schema(of variable: String, from before: String?, to after: String?) -> CauseID {
        id(
            Cause.Identity(
                kind: .schema, name: variable, from: before.map { .schema($0) },
                to: after.map { .schema($0) }))
    }

    /// Entries of versions changed.
    mutating func version(of variable: String, from before: Version, to after: Version) -> CauseID {
        // Only what differs, so that one backfill of records of many versions is one cause.
        let old = NamedValues(
            before.entries.filter { after[$0.name] != $0.value }.map { ($0.name, $0.value) })
        let new = NamedValues(
            after.entries.filter { before[$0.name] != $0.value }.map { ($0.name, $0.value) })
        return id(Cause.Identity(kind: .version, name: variable, from: .entries(old), to: .entries(new)))
    }

    /// Data at an address changed.
    mutating func data(from before: Record, to after: Record, _ places: ChangedPlaces) -> CauseID {
        data(at: after.address, from: Self.shown(before), to: Self.shown(after), places)
    }

    /// Data at an address changed.
    mutating func data(
        at address: Address, from before: Cause.Value, to after: Cause.Value, _ places: ChangedPlaces
    ) -> CauseID {
        let isCrowded = places.isCrowded(address.variable)
        return id(
            Cause.Identity(
                kind: .data, name: address.variable, status: .changed, source: isCrowded ? nil : address),
            from: isCrowded ? nil : before, to: isCrowded ? nil : after)
    }

    /// Data of a variable are on one side only.
    mutating func data(of variable: String, on side: CauseGraph.Side) -> CauseID {
        id(Cause.Identity(kind: .data, name: variable, status: side == .after ? .added : .removed))
    }

    /// Whether it is data that only one side has.
    func isDataOfOneSide(_ id: CauseID) -> Bool { self[id].kind == .data && self[id].status != .changed }

    /// Whether it is a step that only one side has.
    func isStep(_ id: CauseID) -> Bool { self[id].kind == .newStep || self[id].kind == .removedStep }

    /// A step that only one side has.
    mutating func step(_ function: LineageRecord.Function, on side: CauseGraph.Side) -> CauseID {
        id(Cause.Identity(kind: side == .after ? .newStep : .removedStep, function: function.name))
    }

    /// Somebody edited results by hand.
    mutating func edit(from before: String?, to after: String?) -> CauseID {
        id(Cause.Identity(kind: .edit, from: before.map { .reason($0) }, to: after.map { .reason($0) }))
    }

    /// What differs in a call itself.
    mutating func own(_ own: LineageComparison.Own, of function: String?) -> CauseID {
        switch own {
        case .function(let from, let to):
            // Functions of two names are shown by name; otherwise what the function records say replaces identities.
            let isNamed = from.name != to.name
            return id(
                Cause.Identity(
                    kind: .function, function: to.name,
                    from: isNamed ? .name(from.name) : .identity(from.identity),
                    to: isNamed ? .name(to.name) : .identity(to.identity)))
        case .constant(let name, let from, let to):
            return id(
                Cause.Identity(
                    kind: .constant, function: function, name: name, from: from.map(Cause.Value.init),
                    to: to.map(Cause.Value.init)))
        case .input(let name, let from, let to):
            let pair = Cause.Value.pair(from, to)
            return id(
                Cause.Identity(kind: .input, function: function, name: name, from: pair.from, to: pair.to))
        case .keys(let from, let to):
            return id(
                Cause.Identity(
                    kind: .input, function: function, name: "keys", from: from.map { .keys($0) },
                    to: to.map { .keys($0) }))
        case .edit(let from, let to): return edit(from: from, to: to)
        }
    }

    /// The value where it stands in the record, otherwise the digest.
    private static func shown(_ record: Record) -> Cause.Value {
        record.value.map { .value($0) } ?? .payload(record.content)
    }
}
