import StemmaBlobs

/// What has to be compared to explain a difference: pairs of lineage records, and what each leads to upstream.
///
/// A pair is compared once, however many records and inputs lead to it. Digests make the graph acyclic: a lineage record
/// cannot name one that names it.
struct CauseGraph {
    /// Which of the two views something is of.
    enum Side: UInt8 { case before, after }

    /// What is to be found out.
    enum Question: Hashable {
        /// How something that was computed both times differs.
        case pair(Digest, Digest)
        /// Whether what was computed on one side only is an edit of data by hand.
        case edit(Digest, Side)
        /// Why a record is on one side only: what it was made from, or the step itself.
        case alone(Digest, Side)
        /// Whether what was never saved was made from data that are on one side only. Of its own step nothing is known:
        /// the other side may have taken it too.
        case unsaved(Digest, Side)
    }

    /// A way upstream.
    struct Edge {
        var node: Int
        /// The cause when nothing is found there.
        var otherwise: CauseID?
    }

    /// The answer.
    struct Node {
        /// Causes in the calls themselves.
        var own: [CauseID] = []
        /// Causes in the inputs that need no more questions.
        var inherited: [CauseID] = []
        var edges: [Edge] = []
        /// The step that is new or gone, unless data are that it was made from.
        var step: CauseID?
        /// Why there is no cause, should there be none.
        var reason: Explanation.Reason?
    }

    /// What a node and all upstream of it come to.
    struct Result {
        var own: [CauseID] = []
        var upstream = CauseSets.empty
        var all = CauseSets.empty
        var reason: Explanation.Reason?
    }

    private(set) var questions: [Question] = []
    private var known: [Question: Int] = [:]
    private var nodes: [Node] = []
    private var sets = CauseSets()
    private var results: [Result?] = []

    /// The node of a question, which waits for its answer when it is new.
    mutating func node(_ question: Question) -> Int {
        if let node = known[question] { return node }
        known[question] = questions.count
        questions.append(question)
        return questions.count - 1
    }

    /// Answers the questions one after another.
    mutating func append(_ node: Node) { nodes.append(node) }

    var answered: Int { nodes.count }

    func members(of set: CauseSets.ID) -> [CauseID] { sets[set] }

    /// What a node comes to, when all questions are answered.
    ///
    /// - Parameter isData: whether a cause is data that only one side has.
    mutating func result(of start: Int, isData: (CauseID) -> Bool) -> Result {
        if results.isEmpty {
            results = Array(repeating: nil, count: nodes.count)
            known = [:]
        }
        if let result = results[start] { return result }
        // Chains are as long as the study's history: no recursion.
        var path = [(node: start, next: 0)]
        while let last = path.last {
            let edges = nodes[last.node].edges
            if last.next < edges.count {
                path[path.count - 1].next += 1
                let node = edges[last.next].node
                if results[node] == nil { path.append((node, 0)) }
            } else {
                results[last.node] = combine(nodes[last.node], isData)
                path.removeLast()
            }
        }
        return results[start] ?? Result()
    }

    private mutating func combine(_ node: Node, _ isData: (CauseID) -> Bool) -> Result {
        var result = Result(reason: node.reason)
        for cause in node.own where !result.own.contains(cause) { result.own.append(cause) }
        var inherited = node.inherited
        var others: [CauseSets.ID] = []
        for edge in node.edges {
            guard let upstream = results[edge.node] else { continue }
            if upstream.all != CauseSets.empty {
                others.append(upstream.all)
            } else if let otherwise = edge.otherwise {
                inherited.append(otherwise)
            } else {
                result.reason = result.reason ?? upstream.reason
            }
        }
        result.upstream = sets.union(inherited, others)
        if let step = node.step, !sets[result.upstream].contains(where: isData) { result.own.append(step) }
        result.all = sets.union(result.own, [result.upstream])
        return result
    }
}
