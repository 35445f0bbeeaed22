import CGit2
import Glibc
import StemmaBlobs

/// A git repository and the work tree that it was opened from.
///
/// Owns libgit2's handle, and is used by one thread at a time.
package final class Repository {
    /// The top of the work tree: absolute, symbolic links resolved, no slash at its end.
    package let workTree: String
    /// Where HEAD and the index of this work tree are; in a linked work tree not `commonDirectory`.
    package let gitDirectory: String
    /// Where objects and branches are, for all work trees of the repository.
    package let commonDirectory: String

    private let handle: Owned<OpaquePointer>
    let objects: ObjectDatabase

    var pointer: OpaquePointer { handle.pointer }

    init(_ handle: Owned<OpaquePointer>) throws {
        guard let gitDirectory = git_repository_path(handle.pointer).map({ String(cString: $0) }),
            let commonDirectory = git_repository_commondir(handle.pointer).map({ String(cString: $0) })
        else { throw StemmaError.git("open the repository", "it has no directory", status: 0, class: 0) }
        self.handle = handle
        self.gitDirectory = withoutTrailingSlash(gitDirectory)
        self.commonDirectory = withoutTrailingSlash(commonDirectory)
        guard git_repository_is_bare(handle.pointer) == 0, let top = git_repository_workdir(handle.pointer)
        else {
            throw StemmaError.bareRepository(self.gitDirectory)
        }
        let workTree = withoutTrailingSlash(String(cString: top))
        self.workTree = realPath(workTree) ?? workTree
        objects = try ObjectDatabase(of: handle.pointer, objects: "\(self.commonDirectory)/objects")
    }

    /// The path below the top of the work tree, "" for the top itself; nil when `path` lies outside of it.
    ///
    /// `path` is absolute; what of it exists may go through symbolic links, the rest need not exist.
    package func relativePath(of path: String) -> String? {
        let real = resolvingExistingPart(of: path)
        if real == workTree { return "" }
        let prefix = workTree == "/" ? "/" : workTree + "/"
        guard real.utf8.starts(with: prefix.utf8) else { return nil }
        return String(Substring(real.utf8.dropFirst(prefix.utf8.count)))
    }

    /// What an interrupted git command has left to be finished.
    package enum State: String, Sendable {
        case none, merge, revert, cherryPick, bisect, rebase, applyMailbox
    }

    /// What git is in the middle of, in this work tree.
    package var state: State {
        switch git_repository_state_t(UInt32(max(0, git_repository_state(pointer)))) {
        case GIT_REPOSITORY_STATE_MERGE: .merge
        case GIT_REPOSITORY_STATE_REVERT, GIT_REPOSITORY_STATE_REVERT_SEQUENCE: .revert
        case GIT_REPOSITORY_STATE_CHERRYPICK, GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE: .cherryPick
        case GIT_REPOSITORY_STATE_BISECT: .bisect
        case GIT_REPOSITORY_STATE_REBASE, GIT_REPOSITORY_STATE_REBASE_INTERACTIVE,
            GIT_REPOSITORY_STATE_REBASE_MERGE:
            .rebase
        case GIT_REPOSITORY_STATE_APPLY_MAILBOX, GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE: .applyMailbox
        default: .none
        }
    }

    /// Forgets the merge, revert or cherry-pick that the last commit has concluded.
    ///
    /// Removes `MERGE_HEAD`, `MERGE_MSG` and their like.
    package func clearState() throws {
        try check(git_repository_state_cleanup(pointer), "conclude the merge")
    }
}
