import StemmaBlobs
import StemmaLineage
import StemmaRecords

extension CauseTable {
    /// Records were migrated.
    mutating func schema(from before: Record, to after: Record) -> CauseID {
        id(
            Cause.Identity(
                kind: .schema, name: after.variable, from: before.schema.map { .string($0) },
                to: after.schema.map { .string($0) }))
    }

    /// Entries of versions changed.
    mutating func version(of variable: String, from before: Version, to after: Version) -> CauseID {
        // Only what differs, so that one backfill of records of many versions is one cause.
        let old = NamedValues(
            before.entries.filter { after[$0.name] != $0.value }.map { ($0.name, $0.value) })
        let new = NamedValues(
            after.entries.filter { before[$0.name] != $0.value }.map { ($0.name, $0.value) })
        return id(Cause.Identity(kind: .version, name: variable, from: old.json, to: new.json))
    }

    /// Data at an address changed.
    mutating func data(from before: Record, to after: Record, _ places: ChangedPlaces) -> CauseID {
        data(at: Address(after), from: Self.shown(before), to: Self.shown(after), places)
    }

    /// Data at an address changed.
    mutating func data(
        at address: Address, from before: JSONValue, to after: JSONValue, _ places: ChangedPlaces
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
        id(Cause.Identity(kind: .edit, from: before.map { .string($0) }, to: after.map { .string($0) }))
    }

    /// What differs in a call itself.
    mutating func own(_ own: LineageComparison.Own, of function: String?) -> CauseID {
        switch own {
        case .function(let from, let to):
            // Functions of two names are shown by name; otherwise what the function records say replaces identities.
            let names = from.name == to.name ? (from.identity.hex, to.identity.hex) : (from.name, to.name)
            return id(
                Cause.Identity(
                    kind: .function, function: to.name, from: .string(names.0), to: .string(names.1)))
        case .constant(let name, let from, let to):
            return id(Cause.Identity(kind: .constant, function: function, name: name, from: from, to: to))
        case .input(let name, let from, let to):
            return id(Cause.Identity(kind: .input, function: function, name: name, from: from, to: to))
        case .keys(let from, let to):
            return id(Cause.Identity(kind: .input, function: function, name: "keys", from: from, to: to))
        case .edit(let from, let to): return edit(from: from, to: to)
        }
    }

    /// The value where it stands in the record, otherwise the digest.
    private static func shown(_ record: Record) -> JSONValue {
        record.value ?? .string(record.content.hex)
    }
}
