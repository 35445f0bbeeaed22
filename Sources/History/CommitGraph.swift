import CGit2
import Glibc
import StemmaBlobs

/// What walking the history needs of a commit.
struct CommitNode {
    let parents: [ObjectID]
    /// When it was committed, in seconds since 1970.
    let time: Int64
}

extension Repository {
    /// Commits whose parents this clone does not have. libgit2 1.5 knows nothing of shallow clones, which is
    /// why history is walked here and not by it.
    func shallowCommits() throws -> Set<ObjectID> {
        var found: Set<ObjectID> = []
        if let bytes = try readGitFile("\(commonDirectory)/shallow") { collectIDs(in: bytes, into: &found) }
        return found
    }
}

/// Commits and their parents, each read once.
struct CommitGraph {
    private let objects: ObjectDatabase
    private let shallow: Set<ObjectID>
    private var nodes: [ObjectID: CommitNode] = [:]

    init(_ repository: Repository) throws {
        objects = repository.objects
        shallow = try repository.shallowCommits()
    }

    /// Reads a commit, unless it was read before; throws `objectMissing` or `corrupt`.
    mutating func node(_ id: ObjectID) throws -> CommitNode {
        if let node = nodes[id] { return node }
        let parsed = try objects.withObject(id, .commit) { CommitNode(parsing: $0) }
        guard var node = parsed else {
            throw StemmaError.gitObjectCorrupt(.object(id), "read a commit", "its header cannot be parsed")
        }
        if shallow.contains(id) { node = CommitNode(parents: [], time: node.time) }
        nodes[id] = node
        return node
    }

    /// The node of a commit that was read before.
    func known(_ id: ObjectID) -> CommitNode? { nodes[id] }
}

extension CommitNode {
    /// Nil when the header is not that of a commit.
    init?(parsing bytes: UnsafeRawBufferPointer) {
        var parents: [ObjectID] = []
        var rest = bytes[...]
        func line() -> Slice<UnsafeRawBufferPointer>? {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return rest[..<end]
        }
        guard let tree = line(), tree.starts(with: "tree ".utf8) else { return nil }
        while let header = line(), !header.isEmpty {
            if header.starts(with: "parent ".utf8) {
                let hex = UnsafeRawBufferPointer(rebasing: header.dropFirst(7))
                guard let parent = ObjectID(hexBytes: hex) else { return nil }
                parents.append(parent)
            } else if header.starts(with: "committer ".utf8) {
                // "committer NAME <EMAIL> SECONDS ZONE"; a name may hold nearly anything, so from the end.
                let words = header.split(separator: UInt8(ascii: " "))
                guard words.count >= 3 else { return nil }
                let seconds = String(decoding: words[words.count - 2], as: UTF8.self)
                self.init(parents: parents, time: Int64(seconds) ?? 0)
                return
            }
        }
        return nil
    }
}

/// Commits in the order of their dates, the newest first; those of one date in the order of their coming.
struct CommitQueue {
    private var heap: [(id: ObjectID, time: Int64, arrival: Int)] = []
    private var arrivals = 0

    var isEmpty: Bool { heap.isEmpty }
    /// The date of the commit that `pop` would give.
    var newestTime: Int64? { heap.first?.time }

    mutating func push(_ id: ObjectID, time: Int64) {
        arrivals += 1
        heap.append((id, time, arrivals))
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> ObjectID? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first.id }
        heap[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, best) {
                best = child
            }
            guard best != parent else { return first.id }
            heap.swapAt(parent, best)
            parent = best
        }
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        heap[a].time != heap[b].time ? heap[a].time > heap[b].time : heap[a].arrival < heap[b].arrival
    }
}
