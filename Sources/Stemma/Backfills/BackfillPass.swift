import StemmaBlobs
import StemmaRecords

/// One walk over the records of a variable that gives them their new versions, part by part.
struct BackfillPass {
    /// As many records are looked at together: their lineage is read in the order of packs.
    private static let batch = 16_384

    let store: Store
    let variable: String
    let filter: Filter
    let isSelected: (Record) -> Bool
    let options: BackfillOptions
    private(set) var report = BackfillReport()
    private var source: any VersionSource
    private var done = 0
    /// Whether lineage was missing that other commits may have.
    private(set) var lacksLineage = false

    /// Whether no record failed, or failing ones are passed over.
    var isComplete: Bool { report.failed == 0 || options.skipsFailed }

    init(
        _ store: Store, _ variable: String, _ filter: Filter, _ isSelected: @escaping (Record) -> Bool,
        _ source: any VersionSource, _ options: BackfillOptions
    ) {
        (self.store, self.variable, self.filter) = (store, variable, filter)
        (self.isSelected, self.source, self.options) = (isSelected, source, options)
    }

    /// Looks at all records, and changes them in a transaction, where there is one.
    ///
    /// All records at the same keys stand in one part, and only they can get in each other's way. The parts are read as
    /// they were before the transaction.
    mutating func run(_ transaction: Transaction?) throws {
        let view = store.workTree
        let total = try total(in: view)
        options.progress?(RecordProgress(phase: .records, done: 0, total: total))
        var waiting: [Record] = []
        for chunk in try view.chunks(of: variable, matching: filter) {
            waiting += try view.records(in: chunk)
            guard waiting.count >= Self.batch else { continue }
            try take(waiting, transaction)
            waiting.removeAll(keepingCapacity: true)
            options.progress?(RecordProgress(phase: .records, done: done, total: total))
        }
        try take(waiting, transaction)
        if let problem = try view.problems(of: variable).first { throw problem }
    }

    private func total(in view: WorkTreeView) throws -> Int {
        try store.readAsKnown { catalog in
            try catalog.variable(variable).map { try catalog.counts(of: $0).records } ?? 0
        }
    }

    private mutating func take(_ records: [Record], _ transaction: Transaction?) throws {
        done += records.count
        let selected = records.indices.filter { filter.matches(records[$0]) && isSelected(records[$0]) }
        let moves = try decide(selected.map { records[$0] })
        // Other records matter only at the keys of those that move.
        guard moves.contains(where: { $0 != nil }) else { return }
        var targets: [Int: Version] = [:]
        for (index, version) in zip(selected, moves) { targets[index] = version }
        for group in Self.groups(records) {
            let moving = group.enumerated().compactMap { place, index in
                targets[index].map { (index: place, version: $0) }
            }
            if !moving.isEmpty { try move(group.map { records[$0] }, moving, transaction) }
        }
    }

    /// What versions records are to have; none for those that stay as they are, which are reported.
    private mutating func decide(_ records: [Record]) throws -> [Version?] {
        let decisions = try store.readAsKnown { try source.decide(records, in: $0) }
        return zip(records, decisions).map { record, decision in
            switch decision {
            case .skip(let reason): report.skip(record, reason)
            case .failure(let failure):
                if case .unreadableLineage = failure { lacksLineage = true }
                report.fail(record, failure)
            case .version(let version): return version
            }
            return nil
        }
    }

    /// The indices of the records at the same keys, in the order of the first of each.
    private static func groups(_ records: [Record]) -> [[Int]] {
        var groups: [[Int]] = []
        var known: [Keys: Int] = [:]
        for index in records.indices {
            // Mostly neighbours; in a part that is not sorted as a whole they may be apart.
            if let last = groups.last, records[last[0]].keys == records[index].keys {
                groups[groups.count - 1].append(index)
            } else if let group = known[records[index].keys] {
                groups[group].append(index)
            } else {
                known[records[index].keys] = groups.count
                groups.append([index])
            }
        }
        return groups
    }

    private mutating func move(
        _ records: [Record], _ moves: [(index: Int, version: Version)], _ transaction: Transaction?
    ) throws {
        let result = AddressMoves(records, moves)
        for (move, outcome) in zip(moves, result.outcomes) {
            let record = records[move.index]
            switch outcome {
            case .moved: report.updated += 1
            case .joined:
                report.updated += 1
                report.joined += 1
            case .collides(let other):
                report.fail(record, .collision(with: other.address))
                continue
            }
            if options.isDryRun { try options.onUpdate?(record, move.version) }
        }
        // Once one has failed nothing is going to be changed.
        guard let transaction, isComplete else { return }
        for record in result.put { try transaction.put(record) }
        guard let keys = records.first?.keys else { return }
        for version in result.vacated {
            try transaction.remove(Address(variable: variable, keys: keys, version: version))
        }
    }
}
