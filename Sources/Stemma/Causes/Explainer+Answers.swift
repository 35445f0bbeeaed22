import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// Lineage records that were read together, or why they could not be.
struct LineageBatch {
    private var records: [Digest: LineageRecord] = [:]
    private var failures: [Digest: Explanation.Reason] = [:]

    mutating func take(_ digest: Digest, _ record: Swift.Result<LineageRecord, StemmaError>) {
        switch record {
        case .success(let record): records[digest] = record
        // A blob that is no lineage record is as good as a damaged one.
        case .failure(let error):
            failures[digest] = error.code == .objectMissing ? .missingLineage : .damagedLineage
        }
    }

    subscript(digest: Digest) -> LineageRecord? { records[digest] }

    func reason(_ digests: Digest...) -> Explanation.Reason? {
        digests.lazy.compactMap { failures[$0] }.first
    }
}

extension Explainer {
    mutating func answer(_ question: CauseGraph.Question, _ records: LineageBatch) -> CauseGraph.Node {
        switch question {
        case .pair(let old, let new):
            guard let before = records[old], let after = records[new] else {
                return CauseGraph.Node(reason: records.reason(old, new))
            }
            var node = compare(before, after)
            // What was edited may have been in another state as well.
            if let edited = after.edited, before.edited == nil, edited != old {
                node.edges.append(CauseGraph.Edge(node: graph.node(.pair(old, edited))))
            } else if let edited = before.edited, after.edited == nil, edited != new {
                node.edges.append(CauseGraph.Edge(node: graph.node(.pair(edited, new))))
            }
            return node
        case .edit(let digest, let side):
            guard case .edit(let reason)? = records[digest]?.origin else { return CauseGraph.Node() }
            return CauseGraph.Node(own: [table.edit(reason, on: side)])
        case .alone(let digest, let side), .unsaved(let digest, let side):
            guard let record = records[digest] else {
                return CauseGraph.Node(reason: records.reason(digest))
            }
            var node = look(at: record, on: side)
            if case .unsaved = question { node.step = nil }
            return node
        }
    }

    private mutating func compare(_ before: LineageRecord, _ after: LineageRecord) -> CauseGraph.Node {
        let comparison = LineageComparison(from: before, to: after)
        let function = (after.function ?? before.function)?.name
        var node = CauseGraph.Node(own: comparison.own.map { table.own($0, of: function) })
        for input in comparison.upstream { follow(input.before, input.after, function, &node) }
        if node.own.isEmpty, node.inherited.isEmpty, node.edges.isEmpty {
            node.reason = node.reason ?? .sameCall
        }
        return node
    }

    /// Follows an input that is in another state than before.
    private mutating func follow(
        _ before: LineageRecord.Input, _ after: LineageRecord.Input, _ function: String?,
        _ node: inout CauseGraph.Node
    ) {
        if before.content == after.content, before.lineage == after.lineage {
            if let variable = after.variable {
                node.inherited.append(
                    table.version(of: variable, from: before.version ?? [:], to: after.version ?? [:]))
            }
            return
        }
        let migration = before.content == after.content ? nil : migration(before, after)
        if let migration { node.inherited.append(migration) }
        switch (before.lineage, after.lineage) {
        case (let old?, let new?) where old != new:
            node.edges.append(CauseGraph.Edge(node: graph.node(.pair(old, new))))
        case (let old?, nil):
            node.edges.append(
                CauseGraph.Edge(
                    node: graph.node(.edit(old, .before)), otherwise: data(before, after, function)))
        case (nil, let new?):
            node.edges.append(
                CauseGraph.Edge(
                    node: graph.node(.edit(new, .after)), otherwise: data(before, after, function)))
        case (nil, nil):
            if migration == nil { node.inherited.append(data(before, after, function)) }
        default:
            if migration == nil { node.reason = .sameLineage }
        }
    }

    /// The migration that gave an input another form; also one that is only made when it is read.
    private mutating func migration(
        _ before: LineageRecord.Input, _ after: LineageRecord.Input
    ) -> CauseID? {
        if let known = places.schema(at: after.address) { return known }
        guard before.lineage == after.lineage, let variable = after.variable,
            !places.hasOtherData(at: after.address), let versions = reading?.versions(of: after)
        else { return nil }
        return table.schema(of: variable, from: versions.from?.description, to: versions.to?.description)
    }

    /// The data that an input is, changed.
    private mutating func data(
        _ before: LineageRecord.Input, _ after: LineageRecord.Input, _ function: String?
    ) -> CauseID {
        let (old, new) = (Cause.Value.payload(before.content), Cause.Value.payload(after.content))
        return after.address.map { table.data(at: $0, from: old, to: new, places) }
            ?? table.own(.input(after.name, from: .input(before), to: .input(after)), of: function)
    }

    /// Why something is on one side only: what it was made from may be, too.
    private mutating func look(at record: LineageRecord, on side: CauseGraph.Side) -> CauseGraph.Node {
        guard let function = record.function else {
            guard case .edit(let reason) = record.origin else { return CauseGraph.Node() }
            return CauseGraph.Node(own: [table.edit(reason, on: side)])
        }
        var node = CauseGraph.Node(step: table.step(function, on: side))
        for input in record.inputs {
            if let address = input.address, !places.isAlone(address, on: side) { continue }
            if let lineage = input.lineage {
                let isSaved = input.variable != nil
                node.edges.append(
                    CauseGraph.Edge(
                        node: graph.node(isSaved ? .alone(lineage, side) : .unsaved(lineage, side))))
            } else if let variable = input.variable {
                node.inherited.append(table.data(of: variable, on: side))
            }
        }
        return node
    }
}

extension CauseTable {
    fileprivate mutating func edit(_ reason: String, on side: CauseGraph.Side) -> CauseID {
        side == .after ? edit(from: nil, to: reason) : edit(from: reason, to: nil)
    }
}

extension LineageRecord {
    /// Of an edit by hand: the lineage of what was edited, when that was computed.
    fileprivate var edited: Digest? {
        if case .edit = origin { inputs.first?.lineage } else { nil }
    }
}
