import StemmaBlobs
import StemmaRecords

extension Store {
    /// States version entries of records by hand, as one commit.
    ///
    /// Nothing else of the records changes: lineage names results by digest, so that calls are answered as before, and
    /// nothing that was made from these records becomes stale. A record that comes to stand where another one of the
    /// same payload does becomes one with it; where the other one has another payload, it fails. If any record fails,
    /// nothing is changed, unless the options say that it is to be passed over; the report tells.
    ///
    /// - Parameters:
    ///   - variable: whose records.
    ///   - filter: only records that have these values.
    ///   - entries: the entries that they are to have, in place of others of the same names.
    ///   - removed: the names of entries that they are to have no longer.
    ///   - isSelected: only records of which this is true.
    /// Throws `.uncommittedChanges` and whatever else would refuse the commit before anything is changed;
    /// `.keyInVersion` and `.invalidName` for names, `.unknownVariable`.
    public func backfill(
        _ variable: String, matching filter: Filter = Filter(), setting entries: Version,
        removing removed: [String] = [], options: BackfillOptions = BackfillOptions(),
        where isSelected: @escaping (Record) -> Bool = { _ in true }
    ) throws -> BackfillReport {
        try settings.keys.check(version: entries)
        try settings.keys.check(version: Version(removed.map { ($0, .null) }))
        if let name = removed.first(where: { entries[$0] != nil }) { throw StemmaError.setAndRemoved(name) }
        guard !entries.isEmpty || !removed.isEmpty else { throw StemmaError.nothingToBackfill() }
        let changes =
            (entries.isEmpty ? [] : [settings.keys.words([:], entries).joined(separator: " ")])
            + (removed.isEmpty ? [] : ["without \(removed.sorted().joined(separator: ", "))"])
        return try backfill(
            variable, filter, isSelected, VersionByHand(set: entries, unset: removed), options,
            "Backfill \(variable): \(changes.joined(separator: ", "))")
    }

    /// Infers version entries that records lack from their lineage, as one commit.
    ///
    /// The whole lineage of each record is searched upward for the calls that the rules mean, the nearest first. A record
    /// that has all entries already, or no lineage, is left as it is. Apart from that, as `backfill(_:setting:)`.
    ///
    /// Throws what that does, and `.invalidRules` where there are none.
    public func backfill(
        _ variable: String, matching filter: Filter = Filter(), inferring rules: BackfillRules,
        options: BackfillOptions = BackfillOptions(),
        where isSelected: @escaping (Record) -> Bool = { _ in true }
    ) throws -> BackfillReport {
        guard !rules.entries.isEmpty else { throw StemmaError.invalidRules("there are none") }
        if let entry = rules.entries.first(where: { $0.value.isEmpty }) {
            throw StemmaError.invalidRules("there are none", entry.key)
        }
        try settings.keys.check(version: rules.names)
        return try backfill(
            variable, filter, isSelected, InferredVersion(rules, self), options,
            "Backfill \(variable): \(rules.names.names.joined(separator: ", ")) from lineage")
    }

    private func backfill(
        _ variable: String, _ filter: Filter, _ isSelected: @escaping (Record) -> Bool,
        _ source: any VersionSource, _ options: BackfillOptions, _ standardMessage: String
    ) throws -> BackfillReport {
        let fresh = BackfillPass(self, variable, filter, isSelected, source, options)
        if options.isDryRun {
            var pass = fresh
            _ = try read { _ in }
            try pass.run(nil)
            return pass.report
        }
        let message = options.message ?? standardMessage
        return try exclusively {
            try checkOneCommit("backfill", message: message)
            var report = try transactBackfill(fresh)
            guard report.isApplied, report.updated > 0 else { return report }
            report.commit = try commitOrTakeBack(message, operation: .backfill)
            return report
        }
    }

    private func transactBackfill(_ fresh: BackfillPass) throws -> BackfillReport {
        var pass = fresh
        var mayBeInHistory = true
        while true {
            do {
                try transact { transaction in
                    try pass.run(transaction)
                    if pass.lacksLineage, mayBeInHistory { throw Undone.searchFirst }
                    // Whatever was changed until then is undone.
                    if pass.report.updated == 0 || !pass.isComplete { throw Undone.nothingToDo }
                    pass.options.progress?(
                        RecordProgress(phase: .committing, done: 0, total: pass.report.updated))
                }
            } catch Undone.searchFirst {
                // Nothing is looked for inside of a transaction.
                mayBeInHistory = false
                _ = try state.withLock { try searchHistory() }
                pass = fresh
                continue
            } catch Undone.nothingToDo {}
            var report = pass.report
            report.isApplied = pass.isComplete
            return report
        }
    }

    private enum Undone: Error {
        case nothingToDo, searchFirst
    }
}

extension BackfillRules {
    /// The entries that are inferred, as names of a version.
    public var names: Version { Version(entries.keys.map { ($0, .null) }) }
}

extension StemmaError.Code {
    /// It cannot be told what a backfill is to change.
    public static let invalidBackfill = Self("invalid-backfill")
}

extension StemmaError {
    static func setAndRemoved(_ name: String) -> StemmaError {
        StemmaError(
            .invalidBackfill, "the version entry '\(name)' is to be set and to be removed",
            hint: "say one of the two", fields: ["name": name])
    }

    static func nothingToBackfill() -> StemmaError {
        StemmaError(
            .invalidBackfill, "it is not said which version entries to set or to remove",
            hint: "name at least one")
    }
}
