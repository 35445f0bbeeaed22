import CGit2
import StemmaBlobs
import Synchronization

/// libgit2 itself: started once for the process, and set up as Stemma needs it.
package enum GitLibrary {
    /// Extensions of the repository format that may be present. libgit2 itself refuses all others.
    ///
    /// `objectformat`, `refstorage` and their like are let through here to be judged by value when the
    /// repository is opened, which gives an error that says what they are.
    private static let knownExtensions = [
        "worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees", "objectformat",
        "refstorage",
    ]

    /// Held while libgit2 is told to flush what it writes.
    static let flushing = Mutex(())

    private static let started: Int32 = {
        let status = git_libgit2_init()
        guard status > 0 else { return status }
        // git does not verify the SHA-1 of what it reads either; every payload has a SHA-256 of its own.
        stemma_git_set_strict_hash_verification(0)
        var names: [UnsafePointer<CChar>?] = []
        var copies: [[CChar]] = knownExtensions.map { Array($0.utf8CString) }
        // libgit2 copies the strings, so they need to live only for the call.
        func pass(from position: Int) -> Int32 {
            guard position < copies.count else { return stemma_git_set_extensions(&names, names.count) }
            return copies[position].withUnsafeBufferPointer {
                names.append($0.baseAddress)
                return pass(from: position + 1)
            }
        }
        let extended = pass(from: 0)
        return extended < 0 ? extended : status
    }()

    /// Starts libgit2 when that has not been done.
    static func start() throws {
        try check(started, "start libgit2")
    }

    /// Where the files that concern more than one repository are looked for.
    package enum ConfigurationLevel: Sendable {
        /// The machine's: `/etc/gitconfig`.
        case system
        /// The user's: `~/.gitconfig`.
        case global
        /// The user's other one: `$XDG_CONFIG_HOME/git/config`.
        case xdg

        fileprivate var level: git_config_level_t {
            switch self {
            case .system: GIT_CONFIG_LEVEL_SYSTEM
            case .global: GIT_CONFIG_LEVEL_GLOBAL
            case .xdg: GIT_CONFIG_LEVEL_XDG
            }
        }
    }

    /// Sets the directory in which the configuration file of a level is looked for, for the whole process.
    ///
    /// Concerns repositories opened afterwards. An empty path: there is none.
    package static func setConfigurationSearchPath(_ path: String, for level: ConfigurationLevel) throws {
        try start()
        try check(
            stemma_git_set_search_path(Int32(level.level.rawValue), path),
            "set the configuration search path")
    }
}
