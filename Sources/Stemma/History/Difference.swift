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

    /// A variable that has another name in the second view.
    public struct Renaming: Hashable, Sendable {
        /// The name in the first view.
        public let from: String
        /// The name in the second view.
        public let to: String
        /// How many records the second view has of it.
        public let records: Int
    }

    /// The variables that were renamed. Their records are compared as those of one variable.
    public internal(set) var renamed: [Renaming] = []
    /// Sorted by variable, keys and version.
    public internal(set) var changes: [Change] = []
    /// How many records are the same in both.
    public internal(set) var unchanged = 0
    /// Lines that differ and are no records: what they say is not among the changes.
    public internal(set) var problems: [StemmaError] = []
    /// Schemas, migrations and settings of variables that differ, by their paths. That a variable is new or gone, its
    /// records say.
    public internal(set) var files: [FileDifference] = []
    /// Whether all records were compared, and not only those of a variable or filter.
    var isWhole = true

    /// How many records were added.
    public var added: Int { count(.added) }
    /// How many records were removed.
    public var removed: Int { count(.removed) }
    /// How many records were changed.
    public var changed: Int { count(.changed) }
    /// Whether no record differs, and no variable has another name.
    public var isEmpty: Bool { changes.isEmpty && renamed.isEmpty }

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
    /// read; a line that is no record is among the `problems`.
    public func difference(
        from before: any ReadView, to after: any ReadView, variable: String? = nil,
        matching filter: Filter = Filter()
    ) throws -> Difference {
        var result: Difference
        if let before = before as? any PagedView, let after = after as? any PagedView {
            result = try difference(
                before, after, variable: variable, filter, pairVersions: true, countUnchanged: true)
            result.files = try FileDifference.all(from: before, to: after, variable: variable)
                .filter(\.isTold)
        } else {
            result = try difference(reading: before, after, variable: variable, filter)
        }
        result.isWhole = variable == nil && filter.isEmpty
        return result
    }

    /// Compares views of which nothing is known but their records.
    private func difference(
        reading before: any ReadView, _ after: any ReadView, variable: String?, _ filter: Filter
    ) throws -> Difference {
        var result = Difference()
        let (old, new) = (Set(try before.variables().map(\.name)), Set(try after.variables().map(\.name)))
        for name in old.union(new).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where variable == nil || variable == name {
            var comparison = VariableComparison(
                ComparedVariable(before: name, after: name), order: RecordOrder(settings.keys),
                filter: filter,
                pairsVersions: true)
            if old.contains(name) { try before.forEachReadable(name, filter) { comparison.remove($0) } }
            var total = 0
            if new.contains(name) {
                try after.forEachReadable(name, filter) {
                    comparison.add($0)
                    total += 1
                }
            }
            for (view, names) in [(before, old), (after, new)] where names.contains(name) {
                result.problems += try view.problems(of: name)
            }
            let changes = comparison.changes()
            result.changes += changes
            result.unchanged += total - changes.reduce(0) { $0 + ($1.after == nil ? 0 : 1) }
        }
        return result
    }

    func difference(
        _ before: any PagedView, _ after: any PagedView, variable: String? = nil, _ filter: Filter = Filter(),
        pairVersions: Bool, follow: Bool? = nil, countUnchanged: Bool
    ) throws -> Difference {
        // One transaction of the catalog for all of it.
        try read { _ in
            var result = Difference()
            for compared in try comparedVariables(before, after, follow: follow ?? pairVersions)
            where compared.matches(variable) {
                var comparison = VariableComparison(
                    compared, order: RecordOrder(settings.keys), filter: filter,
                    pairsVersions: pairVersions)
                let new = try compared.newPages(in: after)
                try comparison.compare(compared.oldPages(in: before), before, new, after)
                let changes = comparison.changes()
                result.changes += changes
                result.problems += comparison.problems
                for (view, name) in [(before, compared.before), (after, compared.after)] {
                    guard let view = view as? WorkTreeView, let name else { continue }
                    result.problems += try view.problems(of: name)
                }
                if countUnchanged {
                    // Counted on the newer side, whose pages the work tree is likely to have.
                    let total = try filter.isEmpty ? count(new, after) : count(compared.name, after, filter)
                    if let (from, to) = compared.renaming {
                        result.renamed.append(Difference.Renaming(from: from, to: to, records: total))
                    }
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
        if variable != other.variable { fields.append("variable") }
        if version != other.version { fields.append("version") }
        return fields
    }
}
