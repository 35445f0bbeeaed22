import StemmaBlobs
import StemmaRecords

/// Explains one difference: asks why each record differs, follows the answers upstream, and counts.
struct Explainer {
    /// Data that changed in more records of a variable than this are one cause, not one for each address: nobody reads
    /// a thousand causes, and what depends on all of them would have to name them all.
    static let manyAddresses = 100
    /// How many questions are answered at a time, in the order of packs.
    private static let batch = 16_384

    private let store: Store
    var table = CauseTable()
    var graph = CauseGraph()
    /// Causes for data, migrations and records of one side by address.
    var places = ChangedPlaces()
    /// Asked for data that calls were handed in another form, while their records are as they were.
    var reading: ChangedReading?
    private var links: [Link] = []

    /// Why one record differs.
    private struct Link {
        let record: Record
        /// Causes that the two lines tell.
        var own: [CauseID] = []
        /// What tells the rest.
        var edge: CauseGraph.Edge?
        /// Why there is no cause, should there be none.
        var reason: Explanation.Reason?
    }

    init(_ store: Store) { self.store = store }

    mutating func explain(
        _ difference: Difference, from before: any ReadView, to after: any ReadView
    ) throws -> Explanation {
        let partners = try Self.partners(of: difference, before, after)
        reading = ChangedReading(before, after)
        if difference.isWhole || difference.isEmpty {
            places = ChangedPlaces(difference, partners, &table)
        } else {
            // What is new or was migrated upstream need not match the filter.
            let whole = try store.difference(from: before, to: after)
            places = ChangedPlaces(whole, try Self.partners(of: whole, before, after), &table)
        }
        for (change, partner) in zip(difference.changes, partners) {
            switch (change, partner) {
            case (.changed(let old, let new), _): links.append(link(old, new))
            case (.added(let record), let other?): links.append(link(other, record))
            case (.removed(let record), let other?): links.append(link(record, other, of: record))
            case (.added(let record), nil): links.append(link(alone: record, .after))
            case (.removed(let record), nil): links.append(link(alone: record, .before))
            }
        }
        try answerQuestions()
        return count(without: try stepsOfBoth(before, after))
    }

    /// For each change of one side the record to compare it with; `nil` where there is none, and for other changes.
    private static func partners(
        of difference: Difference, _ before: any ReadView, _ after: any ReadView
    ) throws -> [Record?] {
        var partners: [Record?] = Array(repeating: nil, count: difference.changes.count)
        for (status, view) in [(Difference.Change.Status.added, before), (.removed, after)] {
            let indices = difference.changes.indices.filter { difference.changes[$0].status == status }
            var rest = indices[...]
            while let first = rest.first {
                // Changes are sorted by variable.
                let name = difference.changes[first].record.variable
                let own = rest.prefix { difference.changes[$0].record.variable == name }
                let nearest = try Counterparts(in: view).nearest(
                    to: own.map { difference.changes[$0].record })
                for (index, partner) in zip(own, nearest) { partners[index] = partner }
                rest = rest.dropFirst(own.count)
            }
        }
        return partners
    }

    // MARK: Records

    /// - Parameter record: the one that is explained, when it is not the later one.
    private mutating func link(_ before: Record, _ after: Record, of record: Record? = nil) -> Link {
        var link = Link(record: record ?? after)
        if after.isInAnotherForm(than: before) {
            link.own.append(table.schema(from: before, to: after))
        }
        let isOtherContent = before.content != after.content || before.format != after.format
        switch (before.lineage, after.lineage) {
        case (let old?, let new?) where old != new:
            link.edge = CauseGraph.Edge(node: graph.node(.pair(old, new)))
        case (let old?, nil):
            link.edge = CauseGraph.Edge(
                node: graph.node(.edit(old, .before)), otherwise: table.data(from: before, to: after, places))
        case (nil, let new?):
            link.edge = CauseGraph.Edge(
                node: graph.node(.edit(new, .after)), otherwise: table.data(from: before, to: after, places))
        case (nil, nil) where isOtherContent && link.own.isEmpty:
            link.own.append(table.data(from: before, to: after, places))
        case (_?, _?) where isOtherContent && link.own.isEmpty:
            link.reason = .sameLineage
        default:
            if before.version != after.version, !isOtherContent {
                link.own.append(table.version(of: after.variable, from: before.version, to: after.version))
            }
            link.reason = .sameResult
        }
        return link
    }

    private mutating func link(alone record: Record, _ side: CauseGraph.Side) -> Link {
        var link = Link(record: record)
        if let lineage = record.lineage {
            link.edge = CauseGraph.Edge(node: graph.node(.alone(lineage, side)))
        } else {
            link.own.append(table.data(of: record.variable, on: side))
        }
        return link
    }

    // MARK: Lineage

    private mutating func answerQuestions() throws {
        while graph.answered < graph.questions.count {
            // Others get their turn between batches; along a chain a batch has many rounds of one question each.
            try store.read { catalog in
                var left = Self.batch
                while left > 0, graph.answered < graph.questions.count {
                    let questions = Array(graph.questions[graph.answered...].prefix(left))
                    left -= questions.count
                    var records = LineageBatch()
                    try store.readCalls(Self.digests(of: questions), in: catalog) { records.take($0, $1) }
                    for question in questions { graph.append(answer(question, records)) }
                }
            }
        }
    }

    private static func digests(of questions: [CauseGraph.Question]) -> Set<Digest> {
        var digests = Set<Digest>(minimumCapacity: 2 * questions.count)
        for question in questions {
            switch question {
            case .pair(let old, let new): digests.formUnion([old, new])
            case .edit(let digest, _), .alone(let digest, _), .unsaved(let digest, _): digests.insert(digest)
            }
        }
        return digests
    }

    // MARK: Counts

    /// What a record differs by, itself and through what it was made from; why not, where that is nothing.
    private mutating func causes(
        of link: Link
    ) -> (direct: [CauseID], downstream: [CauseID], reason: Explanation.Reason?) {
        guard let edge = link.edge else { return (link.own, [], link.reason) }
        let result = graph.result(of: edge.node) { [table] in table.isDataOfOneSide($0) }
        let direct = link.own + result.own.filter { !link.own.contains($0) }
        let downstream = graph.members(of: result.upstream).filter { !direct.contains($0) }
        if direct.isEmpty, downstream.isEmpty, let otherwise = edge.otherwise {
            return ([otherwise], [], nil)
        }
        return (direct, downstream, result.reason)
    }

    /// The steps that look new or gone, and are not: the other view has results of them in the same variable, and
    /// nobody has computed these there.
    private mutating func stepsOfBoth(_ before: any ReadView, _ after: any ReadView) throws -> Set<CauseID> {
        var variables: [CauseID: String?] = [:]
        for link in links {
            let causes = causes(of: link)
            for id in causes.direct where table.isStep(id) { variables[id] = .some(link.record.variable) }
            // A filter can have left out the record that the step itself made.
            for id in causes.downstream where table.isStep(id) && variables[id] == nil {
                variables[id] = .some(nil)
            }
        }
        var found: Set<CauseID> = []
        for kind in [Cause.Kind.newStep, .removedStep] {
            let steps = variables.filter { table[$0.key].kind == kind }
            for (variable, steps) in Dictionary(grouping: steps, by: \.value) {
                let names = Set(steps.compactMap { table[$0.key].function })
                let known = try store.functions(
                    among: names, thatMade: variable, in: kind == .newStep ? before : after)
                found.formUnion(
                    steps.map(\.key).filter { id in table[id].function.map(known.contains) ?? false })
            }
        }
        return found
    }

    private mutating func count(without steps: Set<CauseID>) -> Explanation {
        var unexplained: [Explanation.Reason: (count: Int, example: Record)] = [:]
        for link in links {
            let all = causes(of: link)
            let direct = all.direct.filter { !steps.contains($0) }
            let downstream = all.downstream.filter { !steps.contains($0) }
            if direct.isEmpty, downstream.isEmpty {
                let isOfBoth = !all.direct.isEmpty || !all.downstream.isEmpty
                let reason = isOfBoth ? .oneSide : all.reason ?? .sameCall
                unexplained[reason, default: (0, link.record)].count += 1
            } else {
                table.count(link.record, direct: direct, downstream: downstream)
            }
        }
        var explanation = Explanation()
        explanation.causes = table.causes()
        explanation.unexplained = Explanation.Reason.allCases.compactMap { reason in
            unexplained[reason].map {
                Explanation.Unexplained(reason: reason, count: $0.count, example: $0.example.address)
            }
        }
        return explanation
    }
}
