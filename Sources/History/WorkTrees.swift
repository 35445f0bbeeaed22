import StemmaBlobs

/// One of the work trees of a repository.
package struct WorkTree: Hashable, Sendable {
    /// Its top; what is not mounted now may not be there.
    package let path: String
    /// Where its HEAD and its index are.
    package let gitDirectory: String
}

extension Repository {
    /// All work trees of the repository: the main one, if it has one, then those that are linked to it.
    package func workTrees() throws -> [WorkTree] {
        var found: [WorkTree] = []
        if gitDirectory == commonDirectory {
            found.append(WorkTree(path: workTree, gitDirectory: gitDirectory))
        } else if let path = try mainWorkTree() {
            found.append(WorkTree(path: path, gitDirectory: commonDirectory))
        }
        let linked = "\(commonDirectory)/worktrees"
        for name in try directoryNames(linked) {
            let directory = "\(linked)/\(name)"
            guard let bytes = try readGitFile("\(directory)/gitdir") else { continue }
            // The path of the `.git` file; a relative one counts from here (worktree.useRelativePaths).
            let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            let file = line.hasPrefix("/") ? line : "\(directory)/\(line)"
            guard let slash = file.lastIndex(of: "/"), slash > file.startIndex else { continue }
            let path = String(file[..<slash])
            found.append(WorkTree(path: realPath(path) ?? path, gitDirectory: directory))
        }
        return found
    }

    /// The main work tree, seen from a linked one; nil for a bare repository with linked work trees.
    private func mainWorkTree() throws -> String? {
        if try configuration(bool: "core.bare") == true { return nil }
        if let path = try configuration(string: "core.worktree") {
            let full = path.hasPrefix("/") ? path : "\(commonDirectory)/\(path)"
            return realPath(full) ?? full
        }
        return commonDirectory.hasSuffix("/.git") ? String(commonDirectory.dropLast("/.git".count)) : nil
    }
}
