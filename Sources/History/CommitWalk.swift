import StemmaBlobs

/// Commits, the newest first, read as they are asked for: the order of `git log`.
package final class CommitWalk {
    private var graph: CommitGraph
    private var queue = CommitQueue()
    private var seen: Set<ObjectID> = []
    /// Commits that can be reached from one that is hidden.
    private var hidden: Set<ObjectID> = []
    /// What is left to give, the last first, once the walk had to be made ahead because commits are hidden.
    private var ahead: [ObjectID]?
    private let start: [ObjectID]
    private let hiding: [ObjectID]
    private var started = false

    init(_ repository: Repository, from start: [ObjectID], hiding: [ObjectID]) throws {
        graph = try CommitGraph(repository)
        self.start = start
        self.hiding = hiding
    }

    /// The next commit; nil at the end.
    ///
    /// Throws `objectMissing` or `corrupt` for a commit that cannot be read.
    package func next() throws -> ObjectID? {
        if !started {
            started = true
            for id in hiding where hidden.insert(id).inserted { try enter(id) }
            for id in start { try enter(id) }
            if !hiding.isEmpty { ahead = try limited().reversed() }
        }
        if ahead != nil { return ahead?.popLast() }
        guard let id = queue.pop() else { return nil }
        for parent in try graph.node(id).parents { try enter(parent) }
        return id
    }

    private func enter(_ id: ObjectID) throws {
        guard seen.insert(id).inserted else { return }
        queue.push(id, time: try graph.node(id).time)
        if !hidden.contains(id) { waiting.insert(id) }
    }

    /// Those in the queue that are not known to be hidden.
    private var waiting: Set<ObjectID> = []

    /// All that is not reached from the hidden commits, found as git's `limit_list` does.
    ///
    /// When only hidden commits wait, five more are looked at that might, by a clock that was wrong, still
    /// reach one that was already taken for visible.
    private func limited() throws -> [ObjectID] {
        var visible: [ObjectID] = []
        var oldest = Int64.max
        var slop = 5
        while let id = queue.pop() {
            waiting.remove(id)
            let parents = try graph.node(id).parents
            if hidden.contains(id) {
                hide(parents)
                for parent in parents { try enter(parent) }
                guard waiting.isEmpty else {
                    slop = 5
                    continue
                }
                if let newest = queue.newestTime, oldest <= newest {
                    slop = 5
                } else {
                    slop -= 1
                    if slop == 0 { break }
                }
            } else {
                for parent in parents { try enter(parent) }
                visible.append(id)
                oldest = try graph.node(id).time
            }
        }
        return visible.filter { !hidden.contains($0) }
    }

    /// Hides commits and all their ancestors that were read before; the others follow when they are.
    private func hide(_ commits: [ObjectID]) {
        var stack = commits
        while let id = stack.popLast() {
            guard hidden.insert(id).inserted else { continue }
            waiting.remove(id)
            if let node = graph.known(id) { stack.append(contentsOf: node.parents) }
        }
    }
}

extension Repository {
    /// The commits that can be reached from some and not from others, the newest first.
    ///
    /// Lazy, unless commits are hidden; parents that a shallow clone does not have are not there.
    package func walk(from start: [ObjectID], hiding: [ObjectID] = []) throws -> CommitWalk {
        try CommitWalk(self, from: start, hiding: hiding)
    }
}
