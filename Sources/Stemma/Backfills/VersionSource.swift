import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// What version a record is to have.
enum VersionDecision {
    case version(Version)
    case skip(BackfillSkip)
    case failure(BackfillFailure)
}

/// Where the versions of a backfill come from.
protocol VersionSource {
    /// What versions these records are to have, in their order. Call with `state` held.
    mutating func decide(_ records: [Record], in view: CatalogView) throws -> [VersionDecision]
}

/// Entries that somebody states.
struct VersionByHand: VersionSource {
    let set: Version
    let unset: [String]

    func decide(_ records: [Record], in view: CatalogView) -> [VersionDecision] {
        records.map { record in
            var version = record.version.merging(set)
            for name in unset { version[name] = nil }
            return version == record.version ? .skip(.upToDate) : .version(version)
        }
    }
}

/// Entries that stand in lineage.
struct InferredVersion: VersionSource {
    private struct Entry {
        let name: String
        let rules: [(rule: BackfillRule, query: Int)]
    }

    private let store: Store
    private let entries: [Entry]
    private let several: SeveralValues
    private let overwrites: Bool
    private var search: ArgumentSearch

    init(_ rules: BackfillRules, _ store: Store) throws {
        // Rules may have been written before a function got the name that it has now.
        let names = try store.state.withLock { try store.currentNames() }
        self.store = store
        (several, overwrites) = (rules.several, rules.overwrites)
        var queries: [ArgumentQuery] = []
        entries = rules.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            name, rules in
            Entry(
                name: name,
                rules: rules.map { rule in
                    queries.append(rule.query(names))
                    return (rule, queries.count - 1)
                })
        }
        search = ArgumentSearch(queries)
    }

    mutating func decide(_ records: [Record], in view: CatalogView) throws -> [VersionDecision] {
        search.beginBatch()
        let nodes: [Int?] = records.map { record in
            guard !wanted(for: record).isEmpty, let lineage = record.lineage else { return nil }
            return search.node(lineage)
        }
        while case let unread = search.takeUnread(), !unread.isEmpty {
            try store.readCalls(Set(unread), in: view) { digest, record in
                search.add(digest, try? record.get())
            }
        }
        return zip(records, nodes).map { record, node in
            guard let node else {
                return .skip(wanted(for: record).isEmpty ? .upToDate : .noLineage)
            }
            // Before `self` is used for anything else, which would make a copy of all that is known.
            let result = search.result(of: node)
            return decide(record, result)
        }
    }

    private func wanted(for record: Record) -> [Entry] {
        overwrites ? entries : entries.filter { record.version[$0.name] == nil }
    }

    private func decide(_ record: Record, _ result: ArgumentSearch.Result) -> VersionDecision {
        var version = record.version
        for entry in wanted(for: record) {
            switch value(of: entry, result) {
            case .success(let value): version[entry.name] = value
            case .failure(let failure): return .failure(failure.reason)
            }
        }
        return version == record.version ? .skip(.upToDate) : .version(version)
    }

    private struct Failure: Error { let reason: BackfillFailure }

    private func value(of entry: Entry, _ result: ArgumentSearch.Result) -> Result<Scalar, Failure> {
        var absent: BackfillFailure?
        for (rule, query) in entry.rules {
            let found = result.arguments(of: query)
            let isNearest = (rule.several ?? several) == .nearest
            guard let first = found.first, first.argument != .absent else {
                // What cannot be read may be what the rule means.
                if let unreadable = result.unreadable {
                    return .failure(Failure(reason: .unreadableLineage(entry: entry.name, unreadable.digest)))
                }
                if let first = found.first, absent == nil {
                    absent = .noParameter(
                        entry: entry.name, parameter: rule.extract, BackfillFailure.Found(first))
                }
                continue
            }
            let counting = isNearest ? found.filter { $0.steps == first.steps } : found
            if counting.count > 1 {
                return .failure(
                    Failure(
                        reason: .severalValues(
                            entry: entry.name, counting.map { BackfillFailure.Found($0) })))
            }
            // The call that cannot be read would be one step behind the way to it.
            if let unreadable = result.unreadable, !isNearest || unreadable.steps < first.steps {
                return .failure(Failure(reason: .unreadableLineage(entry: entry.name, unreadable.digest)))
            }
            let place = BackfillFailure.Found(first)
            switch first.argument {
            case .scalar(let value): return .success(value)
            case .noScalar:
                return .failure(
                    Failure(reason: .noScalar(entry: entry.name, parameter: rule.extract, place)))
            case .input, .absent:
                return .failure(
                    Failure(reason: .input(entry: entry.name, parameter: rule.extract, place)))
            }
        }
        return .failure(Failure(reason: absent ?? .notFound(entry: entry.name)))
    }
}

extension BackfillFailure.Found {
    fileprivate init(_ found: FoundArgument) {
        (function, steps) = (found.function, found.steps)
        if case .scalar(let value) = found.argument { self.value = value } else { value = nil }
    }
}
