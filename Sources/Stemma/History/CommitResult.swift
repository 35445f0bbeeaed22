/// A commit that Stemma made.
public struct CommitResult: Hashable, Sendable {
    /// The full id.
    public let id: String
    /// The branch that it is on; `nil` on a detached HEAD.
    public let branch: String?
    /// How many records it added.
    public let added: Int
    /// How many records it changed.
    public let changed: Int
    /// How many records it removed.
    public let removed: Int
    /// How many files of the store were written or removed.
    public let files: Int
    /// Whether git's index was brought up to date; if not, because something held it, `git status` shows the store's
    /// files as changed until the next `stemma commit` or `git reset`.
    public let isIndexCurrent: Bool
}
