import StemmaHistory

extension Store {
    /// The short names of branches, tags and branches of remotes, sorted: what somebody may call a commit.
    public func revisionNames() throws -> [String] {
        let names = try state.withLock { try repository.references().map(\.name) }
        let folders = ["refs/heads/", "refs/tags/", "refs/remotes/"]
        return Set(
            names.compactMap { name in
                folders.first { name.hasPrefix($0) }.map { String(name.dropFirst($0.utf8.count)) }
            }
        ).sorted()
    }
}
