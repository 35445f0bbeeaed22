import StemmaBlobs
import StemmaHistory
import StemmaRecords

/// Gathers the lines of one variable that differ, and pairs them by record.
struct VariableComparison {
    let variable: ComparedVariable
    let order: RecordOrder
    let filter: Filter
    /// Whether a record that only has another version now is one that changed.
    let pairsVersions: Bool
    /// Changed records that stand on the same page in both views, as most do.
    private var changed: [Difference.Change] = []
    private var removed: [Address: Record] = [:]
    private var added: [Address: Record] = [:]
    /// Lines that differ and are no records.
    private(set) var problems: [StemmaError] = []
    /// Pages that are compared next.
    private var waiting: [PagePair] = []
    /// So many pages are compared together, on all processors; few, since they are held in memory.
    private static let handful = 8

    init(_ variable: ComparedVariable, order: RecordOrder, filter: Filter, pairsVersions: Bool) {
        self.variable = variable
        self.order = order
        self.filter = filter
        self.pairsVersions = pairsVersions
    }

    /// - Parameters:
    ///   - old: the pages of the first view, by the paths that they have in the second.
    ///   - new: the pages of the second view.
    mutating func compare(
        _ old: [String: ObjectID], _ before: any PagedView, _ new: [String: ObjectID], _ after: any PagedView
    ) throws {
        var both: [(path: String, old: ObjectID, new: ObjectID)] = []
        for (path, id) in new where old[path] != id {
            if let other = old[path] {
                both.append((path, other, id))
            } else {
                try take(path, [], after.page(path, id))
            }
        }
        let ahead = try before.prefetch(both.map { (variable.path(before: $0.path), $0.old) })
        defer { ahead?.cancel() }
        for (path, old, new) in both {
            let left = try ahead?.next() ?? before.page(variable.path(before: path), old)
            try take(path, left, after.page(path, new))
        }
        for (path, id) in old where new[path] == nil {
            try take(path, before.page(variable.path(before: path), id), [])
        }
        takeWaiting()
    }

    private mutating func take(_ path: String, _ left: [UInt8], _ right: [UInt8]) throws {
        waiting.append(PagePair(variable: variable, filter: filter, path: path, left: left, right: right))
        if waiting.count == Self.handful { takeWaiting() }
    }

    private mutating func takeWaiting() {
        for lines in waiting.concurrentMap({ $0.changedLines() }) {
            problems += lines.problems
            pair(lines.removed, lines.added)
        }
        waiting = []
    }

    /// Takes in the records of one page. Both lists are in the same order, so that those of one address are met together,
    /// and no table of addresses is needed for them.
    private mutating func pair(_ gone: [Record], _ new: [Record]) {
        var (first, second) = (0, 0)
        while first < gone.count, second < new.count {
            let (before, after) = (gone[first], new[second])
            if before.isAtSamePlace(as: after) {
                // One of two lines of the same record, as an edit can leave them, is not taken for the only one.
                let isOnly =
                    !(first + 1 < gone.count && gone[first + 1].isAtSamePlace(as: before))
                    && !(second + 1 < new.count && new[second + 1].isAtSamePlace(as: after))
                if isOnly {
                    if !before.isSame(as: after) { changed.append(.changed(before: before, after: after)) }
                } else {
                    remove(before)
                    add(after)
                }
                first += 1
                second += 1
            } else if pairsVersions, before.keys == after.keys, gone.isAlone(first), new.isAlone(second),
                SameResult(before) == SameResult(after)
            {
                // The variants of an address stand together: there is nothing else that either could belong to.
                changed.append(.changed(before: before, after: after))
                first += 1
                second += 1
            } else if order.areInOrder(before, after) {
                remove(before)
                first += 1
            } else {
                add(after)
                second += 1
            }
        }
        for record in gone[first...] { remove(record) }
        for record in new[second...] { add(record) }
    }

    /// Takes in a record of the first view.
    mutating func remove(_ record: Record) {
        var address = record.address
        address.variable = variable.name
        removed[address] = record
    }

    /// Takes in a record of the second view.
    mutating func add(_ record: Record) { added[record.address] = record }

    /// What is left when records that only moved from page to page are taken out.
    func changes() -> [Difference.Change] {
        var changes = changed
        var (gone, new): ([Record], [Record]) = ([], [])
        for (address, before) in removed {
            guard let after = added[address] else {
                gone.append(before)
                continue
            }
            if !before.isSame(as: after) {
                changes.append(.changed(before: before, after: after))
            }
        }
        for (address, after) in added where removed[address] == nil { new.append(after) }
        if pairsVersions { pair(&gone, &new, into: &changes) }
        changes += gone.map { .removed($0) }
        changes += new.map { .added($0) }
        // The places are sorted, and not the changes: of a hundred thousand, each copy takes tens of megabytes.
        let keys = changes.map { order.key(of: $0.record) }
        return keys.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }.map { changes[$0] }
    }

    private struct SameResult: Hashable {
        let keys: Keys
        let lineage: Digest?
        let output: Int?
        let content: Digest

        init(_ record: Record) {
            (keys, lineage, output, content) = (record.keys, record.lineage, record.output, record.content)
        }
    }

    private func pair(_ gone: inout [Record], _ new: inout [Record], into changes: inout [Difference.Change])
    {
        guard !gone.isEmpty, !new.isEmpty else { return }
        var waiting = Dictionary(grouping: new, by: SameResult.init)
        new = []
        var left: [Record] = []
        for (result, group) in Dictionary(grouping: gone, by: SameResult.init) {
            guard var candidates = waiting.removeValue(forKey: result) else {
                left += group
                continue
            }
            // Mostly one of each; otherwise those belong together whose versions have most in common.
            if group.count > 1 || candidates.count > 1 { candidates.sort(by: order.areInOrder) }
            for before in group.count > 1 ? group.sorted(by: order.areInOrder) : group {
                guard let best = before.nearest(among: candidates) else {
                    left.append(before)
                    continue
                }
                changes.append(.changed(before: before, after: candidates.remove(at: best)))
            }
            new += candidates
        }
        gone = left
        new += waiting.values.flatMap(\.self)
    }
}

extension Record {
    /// Whether keys and version are the same.
    fileprivate func isAtSamePlace(as other: Record) -> Bool {
        keys == other.keys && version == other.version
    }

    /// Whether the lines are the same, whatever the variable is called.
    fileprivate func isSame(as other: Record) -> Bool {
        var other = other
        other.variable = variable
        return self == other
    }
}

extension Record {
    /// The index of the one whose version has most entries in common with this one's; of several the first.
    fileprivate func nearest(among candidates: [Record]) -> Int? {
        guard candidates.count > 1 else { return candidates.indices.first }
        var best: (index: Int, score: Int)?
        for (index, candidate) in candidates.enumerated() {
            let score = version.entries.count { candidate.version[$0.name] == $0.value }
            if best.map({ $0.score < score }) ?? true { best = (index, score) }
        }
        return best?.index
    }
}

extension [Record] {
    /// Whether a record is the only one at its keys, in a list where those of the same keys are neighbours.
    fileprivate func isAlone(_ index: Int) -> Bool {
        (index == 0 || self[index - 1].keys != self[index].keys)
            && (index + 1 == count || self[index + 1].keys != self[index].keys)
    }
}

extension PagedView {
    fileprivate func page(_ path: String, _ id: ObjectID) throws -> [UInt8] {
        try withPage(path, id) { Array($0) }
    }
}

extension StemmaError {
    static func unreadableLine(_ path: String) -> StemmaError {
        StemmaError(
            .invalidPage, "\(StorePaths.recordsFolder)/\(path) differs in a line that is no record",
            hint: "`Store.status` names the line", fields: ["path": "\(StorePaths.recordsFolder)/\(path)"])
    }
}
