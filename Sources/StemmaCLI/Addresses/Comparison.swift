import Stemma

/// Two states of a store that are compared.
struct Comparison: Equatable {
    /// One of the two.
    enum Side: Equatable {
        case workTree
        case head
        case revision(String)
        /// The commit that two revisions have in common.
        case mergeBase(String, String)

        /// As a page calls it.
        var name: String {
            switch self {
            case .workTree: "the work tree"
            case .head: "HEAD"
            case .revision(let revision): revision
            case .mergeBase(let a, let b): "where \(a) and \(b) parted"
            }
        }
    }

    var before: Side
    var after: Side

    /// What is meant when nothing is said: what has not been committed.
    static let uncommitted = Comparison(before: .head, after: .workTree)

    init(before: Side, after: Side) {
        self.before = before
        self.after = after
    }

    /// From `A..B`, `A...B` or `A`. An empty A is HEAD, an empty B the work tree.
    init(_ word: String) {
        let (separator, isFromMergeBase) = word.contains("...") ? ("...", true) : ("..", false)
        guard let dots = word.firstRange(of: separator) else {
            self.init(before: .revision(word), after: .workTree)
            return
        }
        let a = String(word[..<dots.lowerBound])
        let b = String(word[dots.upperBound...])
        let before: Side =
            isFromMergeBase
            ? .mergeBase(a.isEmpty ? "HEAD" : a, b.isEmpty ? "HEAD" : b) : a.isEmpty ? .head : .revision(a)
        self.init(before: before, after: b.isEmpty ? .workTree : .revision(b))
    }

    func views(of store: Store) throws -> (before: any ReadView, after: any ReadView) {
        (try Self.view(before, of: store), try Self.view(after, of: store))
    }

    private static func view(_ side: Side, of store: Store) throws -> any ReadView {
        switch side {
        case .workTree: store.workTree
        case .head: try store.head()
        case .revision(let revision): try store.snapshot(revision)
        case .mergeBase(let a, let b): try store.mergeBase(a, b)
        }
    }
}
