import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// What a look for everything that was made from a record came to.
public struct DownstreamCounts: Hashable, Sendable {
    /// How many records were made from it.
    public internal(set) var records = 0
    /// How many records may have been: a part of their lineage is missing or damaged.
    public internal(set) var unknown = 0
}

extension Store {
    /// Hands over every record of a view that was made from a record, directly or through any number of steps, until
    /// `body` returns false.
    ///
    /// Made from it is what has its payload at its address, or its call, as an input. What was made from another
    /// payload that stood at the same address before is not. Every record of the view is looked at, and every lineage
    /// record that they name is read, once; the memory needed is a digest and a number for each of these. No payload
    /// is read. When all of a variable is read, a line that is no record is an error, as in `forEachRecord`.
    ///
    /// - Parameter body: takes a record and the number of steps on the shortest way to it, from 1.
    @discardableResult
    public func downstream(
        of record: Record, in view: any ReadView, _ body: (Record, Int) throws -> Bool
    ) throws -> DownstreamCounts {
        var reach = try reach(from: record, in: view)
        return try downstream(in: view, &reach, body)
    }

    /// All that was made from a record, and only that, as a graph whose first nodes are the records of the view.
    ///
    /// - Parameter depth: only records that are at most this many steps away.
    public func downstreamGraph(
        of record: Record, in view: any ReadView, depth: Int? = nil
    ) throws -> LineageGraph {
        var starts: [LineageStart] = []
        var reach = try reach(from: record, in: view)
        _ = try downstream(in: view, &reach) { found, steps in
            if steps <= depth ?? .max { starts.append(LineageStart(found)) }
            return true
        }
        if starts.isEmpty { starts = [LineageStart(record)] }
        let reached = reach
        return try withLineage { try LineageGraph(above: starts, source: $0) { reached.leads(to: $0) } }
    }

    /// Knows what stands beside the record: a backfill can have given it its version since it was used.
    private func reach(from record: Record, in view: any ReadView) throws -> LineageReach {
        let raised = view.handedContents(of: record) ?? []
        do {
            return LineageReach(
                from: record, among: try view.variants(of: record.variable, keys: record.keys),
                raised: raised)
        } catch let error as StemmaError
            where [.unknownVariable, .unknownKey, .keyTypeMismatch, .duplicateRecord].contains(error.code)
        {
            return LineageReach(from: record, raised: raised)
        }
    }

    private func downstream(
        in view: any ReadView, _ reach: inout LineageReach, _ body: (Record, Int) throws -> Bool
    ) throws -> DownstreamCounts {
        var counts = DownstreamCounts()
        var goesOn = true
        for variable in try view.variableNames where goesOn {
            try view.forEachPart(of: variable) { part in
                let records = part.filter { $0.lineage != nil }
                let distances = try withLineage { source in
                    try records.map { record in
                        try record.lineage.map { try reach.distance(of: $0, source: source) } ?? .none
                    }
                }
                for (record, distance) in zip(records, distances) where goesOn {
                    switch distance {
                    case .none: continue
                    case .unknown: counts.unknown += 1
                    case .steps(let steps):
                        counts.records += 1
                        goesOn = try body(record, steps)
                    }
                }
                return goesOn
            }
        }
        return counts
    }
}
