import StemmaBlobs
import StemmaHistory
import StemmaRecords

/// What differs between two views of a store, record by record.
public struct Difference: Sendable {
    /// One record that is not the same in both.
    public struct Change: Hashable, Sendable {
        public enum Status: String, Sendable {
            case added, removed, changed
        }

        public let status: Status
        public let before: Record?
        public let after: Record?
        /// The fields that differ, by name; empty unless `status` is `changed`.
        public let fields: [String]

        /// The record as it is after the change, or as it was when it is gone.
        public var record: Record { after ?? before ?? Self.none }

        private static let none = Record(
            variable: "", keys: [:], content: Digest.of([UInt8]()), format: .bytes, size: 0)
    }

    /// Sorted by variable, keys and version.
    public internal(set) var changes: [Change] = []
    /// How many records are the same in both.
    public internal(set) var unchanged = 0
    /// Lines that differ and are no records: what they say is not among the changes.
    public internal(set) var problems: [StemmaError] = []

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
    /// one record whose version changed.
    public func difference(
        from before: any ReadView, to after: any ReadView, variable: String? = nil,
        matching filter: Filter = Filter()
    ) throws -> Difference {
        guard let before = before as? any PagedView, let after = after as? any PagedView else {
            return Difference()
        }
        return try difference(
            before, after, variable: variable, filter, pairVersions: true, countUnchanged: true)
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
                result.problems += comparison.problems
                for case let view as WorkTreeView in [before, after]
                where try view.variableNames().contains(name) {
                    result.problems += try view.problems(of: name)
                }
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
        for chunk in try view.chunks(of: variable, matching: filter) {
            total += try view.records(in: chunk).filter(filter.matches).count
        }
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
    private(set) var problems: [StemmaError] = []

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
                    try after.withPage(path, id) { right in try take(path, left, right) }
                }
            } else {
                try after.withPage(path, id) { try take(path, nothing, $0) }
            }
        }
        for (path, id) in old where new[path] == nil {
            try before.withPage(path, id) { try take(path, $0, nothing) }
        }
    }

    private mutating func take(
        _ path: String, _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
    ) throws {
        let lines = LineDifference(from: left, to: right)
        for range in lines.removed {
            if let record = record(left[range], path) { removed[Self.address(of: record)] = record }
        }
        for range in lines.added {
            if let record = record(right[range], path) { added[Self.address(of: record)] = record }
        }
    }

    private static func address(of record: Record) -> Address {
        Address(variable: record.variable, keys: record.keys, version: record.version)
    }

    /// The record of a line, if it matches; a line that is no record is noted.
    private mutating func record(_ line: Slice<UnsafeRawBufferPointer>, _ path: String) -> Record? {
        do {
            let record = try Record(line: UnsafeRawBufferPointer(rebasing: line), variable: name)
            return filter.matches(record) ? record : nil
        } catch {
            problems.append(.unreadableLine(path))
            return nil
        }
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
                changes.append(
                    Difference.Change(
                        status: .changed, before: before, after: after, fields: Self.fields(before, after)))
            }
        }
        for (address, after) in added where removed[address] == nil { new.append(after) }
        if pairVersions { pair(&gone, &new, into: &changes) }
        changes += gone.map { Difference.Change(status: .removed, before: $0, after: nil, fields: []) }
        changes += new.map { Difference.Change(status: .added, before: nil, after: $0, fields: []) }
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
                changes.append(
                    Difference.Change(
                        status: .changed, before: before, after: after, fields: Self.fields(before, after)))
            } else {
                left.append(before)
            }
        }
        gone = left
        new = waiting.values.flatMap { $0 }
    }

    private static func fields(_ a: Record, _ b: Record) -> [String] {
        var fields: [String] = []
        if a.content != b.content { fields.append("content") }
        if a.format != b.format { fields.append("format") }
        if a.lineage != b.lineage { fields.append("lineage") }
        if a.migratedFrom != b.migratedFrom { fields.append("migratedFrom") }
        if a.output != b.output { fields.append("output") }
        if a.schema != b.schema { fields.append("schema") }
        if a.size != b.size { fields.append("size") }
        if a.standsFor != b.standsFor { fields.append("standsFor") }
        if a.value != b.value { fields.append("value") }
        if a.version != b.version { fields.append("version") }
        return fields
    }
}

extension StemmaError {
    static func unreadableLine(_ path: String) -> StemmaError {
        StemmaError(
            .invalidPage, "\(StorePaths.recordsFolder)/\(path) differs in a line that is no record",
            hint: "stemma status names the line", fields: ["path": "\(StorePaths.recordsFolder)/\(path)"])
    }
}
