import StemmaBlobs

// What git could still bring back, or is in the middle of, in any work tree of the repository. Read from git's
// own files and not through libgit2, which sees those of one work tree only.

extension Repository {
    /// All ids in all reflogs, of all work trees, of both ends of each move; the stash is one of them.
    ///
    /// Objects that they name may be gone, when git has pruned what it held to be unreachable. Throws where a
    /// reflog cannot be read, so that nothing is removed for want of it.
    package func reflogs() throws -> Set<ObjectID> {
        var ids: Set<ObjectID> = []
        for directory in try allGitDirectories() { try collect(below: "\(directory)/logs", into: &ids) }
        return ids
    }

    /// The ids of what git is in the middle of, or keeps for an undo, in any work tree of the repository.
    ///
    /// HEAD, MERGE_HEAD, ORIG_HEAD, FETCH_HEAD, AUTO_MERGE and all their like; what a rebase or a sequence
    /// of picks is about; references that only one work tree sees, such as a bisection's. Most are
    /// commits, some trees. Objects that they name may be gone. Throws where a file of these cannot be read.
    package func specialHeads() throws -> Set<ObjectID> {
        var ids: Set<ObjectID> = []
        for directory in try allGitDirectories() {
            for name in try directoryNames(directory) where isPseudoReference(name) {
                if let bytes = try readGitFile("\(directory)/\(name)") { collectIDs(in: bytes, into: &ids) }
            }
            for state in [
                "rebase-merge", "rebase-apply", "sequencer", "refs/bisect", "refs/worktree", "refs/rewritten",
            ] {
                try collect(below: "\(directory)/\(state)", into: &ids)
            }
        }
        return ids
    }

    /// The main work tree's `.git` and those that linked work trees keep below it.
    private func allGitDirectories() throws -> [String] {
        let linked = "\(commonDirectory)/worktrees"
        return try [commonDirectory] + directoryNames(linked).map { "\(linked)/\($0)" }
    }

    private func collect(below path: String, into ids: inout Set<ObjectID>) throws {
        for name in try directoryNames(path) {
            let entry = "\(path)/\(name)"
            if isDirectory(entry) {
                try collect(below: entry, into: &ids)
            } else if let bytes = try readGitFile(entry) {
                collectIDs(in: bytes, into: &ids)
            }
        }
    }
}

/// Names such as `MERGE_HEAD` and `AUTO_MERGE`; messages and descriptions stand in files of such names too, and
/// an id in one of them does no harm.
private func isPseudoReference(_ name: String) -> Bool {
    !name.isEmpty
        && name.utf8.allSatisfy {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_")
        }
}
