import CGit2
import StemmaBlobs

/// A consistent look at git's settings: the repository's, the user's and the machine's.
struct Configuration {
    private let handle: Owned<OpaquePointer>

    /// Those of a repository, `config.worktree` included, which libgit2 1.5 does not read of itself.
    static func of(_ repository: OpaquePointer) throws -> Configuration {
        let live = try Owned<OpaquePointer>.make("read git's configuration", free: git_config_free) {
            git_repository_config(&$0, repository)
        }
        let own = try Configuration(snapshotOf: live.pointer)
        guard try own.bool("extensions.worktreeConfig") == true,
            let directory = git_repository_path(repository)
        else { return own }
        // Added to libgit2's own instance, whose lookups then see it; a second time it is there already.
        let status = git_config_add_file_ondisk(
            live.pointer, String(cString: directory) + "config.worktree", GIT_CONFIG_LEVEL_APP, repository, 0)
        if status != GIT_EEXISTS.rawValue, status != GIT_ENOTFOUND.rawValue {
            try check(status, "read config.worktree")
        }
        return try Configuration(snapshotOf: live.pointer)
    }

    /// Those of the user and the machine, where there is no repository.
    static func ofUser() throws -> Configuration {
        let live = try Owned<OpaquePointer>.make("read git's configuration", free: git_config_free) {
            git_config_open_default(&$0)
        }
        return try Configuration(snapshotOf: live.pointer)
    }

    private init(snapshotOf live: OpaquePointer) throws {
        handle = try .make("read git's configuration", free: git_config_free) {
            git_config_snapshot(&$0, live)
        }
    }

    /// The value of a setting; nil when it is not set.
    func string(_ name: String) throws -> String? {
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        guard
            try checkFound(
                git_config_get_string_buf(&buffer, handle.pointer, name), "read the setting \(name)")
        else { return nil }
        return buffer.ptr.map { String(cString: $0) }
    }

    /// The value of a setting that is true or false in any of git's spellings; nil when it is not set.
    func bool(_ name: String) throws -> Bool? {
        var value: Int32 = 0
        let status = git_config_get_bool(&value, handle.pointer, name)
        if status == GIT_ERROR.rawValue {
            let reason = git_error_last()?.pointee.message.map { String(cString: $0) } ?? "not true or false"
            throw StemmaError.invalidConfiguration(name, reason)
        }
        return try checkFound(status, "read the setting \(name)") ? value != 0 : nil
    }
}

extension Repository {
    /// The value of a setting in git's configuration; nil when it is not set.
    package func configuration(string name: String) throws -> String? {
        try Configuration.of(pointer).string(name)
    }

    /// The value of a setting that is true or false in any of git's spellings; nil when it is not set.
    ///
    /// Throws `invalidConfiguration` when it is neither.
    package func configuration(bool name: String) throws -> Bool? {
        try Configuration.of(pointer).bool(name)
    }
}
