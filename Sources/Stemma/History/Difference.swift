import StemmaBlobs
import StemmaHistory
import StemmaRecords

/// What differs between two views of a store, record by record.
public struct Difference: Sendable {
    /// One record that is not the same in both.
    public enum Change: Hashable, Sendable {
        /// Only the second view has the record.
        case added(Record)
        /// Only the first view has the record.
        case removed(Record)
        /// Both have it, and they differ; or it is one result whose version changed.
        case changed(before: Record, after: Record)

        /// What a change is called.
        public enum Status: String, Sendable {
            /// See the cases of `Change`.
            case added, removed, changed
        }

        /// What the change is called.
        public var status: Status {
            switch self {
            case .added: .added
            case .removed: .removed
            case .changed: .changed
            }
        }

        /// The record in the first view; `nil` when it was added.
        public var before: Record? {
            switch self {
            case .added: nil
            case .removed(let record), .changed(let record, _): record
            }
        }

        /// The record in the second view; `nil` when it was removed.
        public var after: Record? {
            switch self {
            case .removed: nil
            case .added(let record), .changed(_, let record): record
            }
        }

        /// The record as it is after the change, or as it was when it is gone.
        public var record: Record {
            switch self {
            case .added(let record), .removed(let record), .changed(_, let record): record
            }
        }

        /// The fields that differ, by name; empty unless `status` is `changed`.
        public var fields: [String] {
            guard case .changed(let before, let after) = self else { return [] }
            return before.fields(thatDifferFrom: after)
        }
    }

    /// Sorted by variable, keys and version.
    public internal(set) var changes: [Change] = []
    /// How many records are the same in both.
    public internal(set) var unchanged = 0

    public var added: Int { count(.added) }
    public var removed: Int { count(.removed) }
    public var changed: Int { count(.changed) }
    public var isEmpty: Bool { changes.isEmpty }

    private func count(_ status: Change.Status) -> Int {
        changes.reduce(0) { $0 + ($1.status == status ? 1 : 0) }
    }

    /// The variables that have changes, in order.
    public var variables: [String] {
        var names: [String] = []
        for change in changes where names.last != change.record.variable {
            names.append(change.record.variable)
        }
        return names
    }
}

extension Store {
    /// Compares two views. It costs what differs: pages that are the same are not read.
    ///
    /// A record that was removed and one that was added at the same keys, with equal lineage, output and content, are
    /// one record whose version changed. Views of other types than the library's are read record by record, and the
    /// records of one variable are held in memory then. Throws `.corrupt` and `.objectMissing` for pages that cannot be
    /// read; a line that is no record is passed over.
    public func difference(
        from before: any ReadView, to after: any ReadView, variable: String? = nil,
        matching filter: Filter = Filter()
    ) throws -> Difference {
        guard let before = before as? any PagedView, let after = after as? any PagedView else {
            return try difference(reading: before, after, variable: variable, filter)
        }
        return try difference(
            before, after, variable: variable, filter, pairVersions: true, countUnchanged: true)
    }

    /// Compares views of which nothing is known but their records.
    private func difference(
        reading before: any ReadView, _ after: any ReadView, variable: String?, _ filter: Filter
    ) throws -> Difference {
        var result = Difference()
        let (old, new) = (Set(try before.variables().map(\.name)), Set(try after.variables().map(\.name)))
        for name in old.union(new).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where variable == nil || variable == name {
            var comparison = VariableComparison(name: name, order: RecordOrder(settings.keys), filter: filter)
            if old.contains(name) { try before.forEachReadable(name, filter) { comparison.remove($0) } }
            var total = 0
            if new.contains(name) {
                try after.forEachReadable(name, filter) {
                    comparison.add($0)
                    total += 1
                }
            }
            let changes = comparison.changes(pairVersions: true)
            result.changes += changes
            result.unchanged += total - changes.reduce(0) { $0 + ($1.after == nil ? 0 : 1) }
        }
        return result
    }

    func difference(
        _ before: any PagedView, _ after: any PagedView, variable: String? = nil, _ filter: Filter = Filter(),
        pairVersions: Bool, countUnchanged: Bool
    ) throws -> Difference {
        // One transaction of the catalog for all of it.
        try read { _ in
            var result = Difference()
            var names = Set(try before.variableNames())
            names.formUnion(try after.variableNames())
            if let variable { names.formIntersection([variable]) }
            for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                var comparison = VariableComparison(
                    name: name, order: RecordOrder(settings.keys), filter: filter)
                let (old, new) = (try before.pageIDs(of: name), try after.pageIDs(of: name))
                try comparison.compare(old, before, new, after)
                let changes = comparison.changes(pairVersions: pairVersions)
                result.changes += changes
                if countUnchanged {
                    // Counted on the newer side, whose pages the work tree is likely to have.
                    let total = try filter.isEmpty ? count(new, after) : count(name, after, filter)
                    result.unchanged += total - changes.reduce(0) { $0 + ($1.after == nil ? 0 : 1) }
                }
            }
            return result
        }
    }

    private func count(_ pages: [String: ObjectID], _ view: any PagedView) throws -> Int {
        let known = try catalog.read { try $0.recordCounts() }
        var total = 0
        for (path, id) in pages {
            if let count = known[id.bytes] {
                total += count
            } else {
                total += try view.withPage(path, id) { bytes in
                    var lines = PageLines(bytes)
                    var count = 0
                    while lines.next() != nil { count += 1 }
                    return count
                }
            }
        }
        return total
    }

    private func count(_ variable: String, _ view: any PagedView, _ filter: Filter) throws -> Int {
        var total = 0
        guard try view.variableNames().contains(variable) else { return 0 }
        try view.forEachReadable(variable, filter) { _ in total += 1 }
        return total
    }
}

/// Gathers the lines of one variable that differ, and pairs them by record.
struct VariableComparison {
    let name: String
    let order: RecordOrder
    let filter: Filter
    private var removed: [Address: Record] = [:]
    private var added: [Address: Record] = [:]

    init(name: String, order: RecordOrder, filter: Filter) {
        self.name = name
        self.order = order
        self.filter = filter
    }

    mutating func compare(
        _ old: [String: ObjectID], _ before: any PagedView, _ new: [String: ObjectID], _ after: any PagedView
    ) throws {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        for (path, id) in new where old[path] != id {
            if let other = old[path] {
                try before.withPage(path, other) { left in
                    try after.withPage(path, id) { right in try take(left, right) }
                }
            } else {
                try after.withPage(path, id) { try take(nothing, $0) }
            }
        }
        for (path, id) in old where new[path] == nil {
            try before.withPage(path, id) { try take($0, nothing) }
        }
    }

    /// Takes in a record of the first view.
    mutating func remove(_ record: Record) {
        removed[Address(variable: name, keys: record.keys, version: record.version)] = record
    }

    /// Takes in a record of the second view.
    mutating func add(_ record: Record) {
        added[Address(variable: name, keys: record.keys, version: record.version)] = record
    }

    private mutating func take(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) throws {
        let lines = LineDifference(from: left, to: right)
        for range in lines.removed { Self.take(left[range], name, filter, into: &removed) }
        for range in lines.added { Self.take(right[range], name, filter, into: &added) }
    }

    private static func take(
        _ line: Slice<UnsafeRawBufferPointer>, _ name: String, _ filter: Filter,
        into records: inout [Address: Record]
    ) {
        // A line that is no record is reported by whoever reads the variable; it cannot be compared.
        guard let record = try? Record(line: UnsafeRawBufferPointer(rebasing: line), variable: name),
            filter.matches(record)
        else { return }
        records[Address(variable: name, keys: record.keys, version: record.version)] = record
    }

    /// What is left when records that only moved from page to page are taken out.
    func changes(pairVersions: Bool) -> [Difference.Change] {
        var changes: [Difference.Change] = []
        var (gone, new): ([Record], [Record]) = ([], [])
        for (address, before) in removed {
            guard let after = added[address] else {
                gone.append(before)
                continue
            }
            if before != after {
                changes.append(.changed(before: before, after: after))
            }
        }
        for (address, after) in added where removed[address] == nil { new.append(after) }
        if pairVersions { pair(&gone, &new, into: &changes) }
        changes += gone.map { .removed($0) }
        changes += new.map { .added($0) }
        return changes.map { (order.key(of: $0.record), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
            .map(\.1)
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
        var waiting: [SameResult: [Record]] = [:]
        for record in new.sorted(by: order.areInOrder) {
            waiting[SameResult(record), default: []].append(record)
        }
        var left: [Record] = []
        for before in gone.sorted(by: order.areInOrder) {
            if let after = waiting[SameResult(before)]?.first {
                waiting[SameResult(before)]?.removeFirst()
                changes.append(.changed(before: before, after: after))
            } else {
                left.append(before)
            }
        }
        gone = left
        new = waiting.values.flatMap { $0 }
    }
}

extension Record {
    /// The names of the members in which two records of one address differ, in order.
    fileprivate func fields(thatDifferFrom other: Record) -> [String] {
        var fields: [String] = []
        if content != other.content { fields.append("content") }
        if format != other.format { fields.append("format") }
        if lineage != other.lineage { fields.append("lineage") }
        if migratedFrom != other.migratedFrom { fields.append("migratedFrom") }
        if output != other.output { fields.append("output") }
        if schema != other.schema { fields.append("schema") }
        if size != other.size { fields.append("size") }
        if standsFor != other.standsFor { fields.append("standsFor") }
        if value != other.value { fields.append("value") }
        if version != other.version { fields.append("version") }
        return fields
    }
}
