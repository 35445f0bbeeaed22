import StemmaRecords

/// A cause by its place in a `CauseTable`: many records share few causes.
typealias CauseID = Int32

/// The causes that were met, each once, with what they explain.
struct CauseTable {
    private var ids: [Cause.Identity: CauseID] = [:]
    private var entries: [Entry] = []

    private struct Entry {
        let identity: Cause.Identity
        let from: Cause.Value?
        let to: Cause.Value?
        var direct = 0
        var downstream = 0
        var example: Record?
    }

    subscript(id: CauseID) -> Cause.Identity { entries[Int(id)].identity }

    /// - Parameters:
    ///   - from: what to show where it is not part of what makes the cause; that of the first time counts.
    mutating func id(
        _ identity: Cause.Identity, from: Cause.Value? = nil, to: Cause.Value? = nil
    ) -> CauseID {
        if let known = ids[identity] { return known }
        let id = CauseID(entries.count)
        ids[identity] = id
        entries.append(Entry(identity: identity, from: identity.from ?? from, to: identity.to ?? to))
        return id
    }

    /// Counts a changed record.
    mutating func count(_ record: Record, direct: [CauseID], downstream: [CauseID]) {
        for id in direct {
            if entries[Int(id)].direct == 0 { entries[Int(id)].example = record }
            entries[Int(id)].direct += 1
        }
        for id in downstream {
            if entries[Int(id)].example == nil { entries[Int(id)].example = record }
            entries[Int(id)].downstream += 1
        }
    }

    /// The causes of what was counted: the one that explains most first, of those that explain as much the one that
    /// does so itself, then as they were met.
    func causes() -> [Cause] {
        let counted = entries.enumerated().filter { $0.element.example != nil }.sorted { a, b in
            let (x, y) = (a.element, b.element)
            return (x.direct + x.downstream, x.direct, b.offset) > (
                y.direct + y.downstream, y.direct, a.offset
            )
        }
        return counted.compactMap { _, entry in
            entry.example.map { example in
                var cause = Cause(
                    entry.identity, from: entry.from, to: entry.to, example: example.address)
                (cause.direct, cause.downstream) = (entry.direct, entry.downstream)
                return cause
            }
        }
    }
}
