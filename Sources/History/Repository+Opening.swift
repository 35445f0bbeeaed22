import CGit2
import Glibc
import StemmaBlobs

extension Repository {
    /// The repository whose work tree holds `path`, found upward from there; nil when there is none.
    ///
    /// Follows the `.git` files of linked work trees and submodules. `path` itself need not exist yet. Throws
    /// `repositoryOwner`, `bareRepository` or `unsupportedRepository` for a repository that cannot be used.
    package static func find(from path: String) throws -> Repository? {
        try GitLibrary.start()
        let start = resolvingExistingPart(of: path, existingOnly: true)
        var pointer: OpaquePointer?
        var status = git_repository_open_ext(&pointer, start, 0, nil)
        // Where no safe.directory is set at all, libgit2 1.5 reports that the setting is not found, which must not be
        // taken for there being no repository.
        func isUntrusted() -> Bool {
            status == GIT_EOWNER.rawValue
                || status == GIT_ENOTFOUND.rawValue
                    && git_error_last()?.pointee.klass == Int32(bitPattern: GIT_ERROR_CONFIG.rawValue)
        }
        if isUntrusted(), try Configuration.ofUser().string("safe.directory") == "*" {
            // git trusts every repository then; libgit2 1.5 does not know the asterisk.
            stemma_git_set_owner_validation(0)
            defer { stemma_git_set_owner_validation(1) }
            status = git_repository_open_ext(&pointer, start, 0, nil)
        }
        if isUntrusted() { throw StemmaError.repositoryOwner(discover(from: start)) }
        if status == GIT_ERROR.rawValue, let last = git_error_last()?.pointee,
            last.klass == Int32(bitPattern: GIT_ERROR_REPOSITORY.rawValue), let text = last.message
        {
            // An unknown extension or version; read at once, the next call would overwrite it.
            let reason = String(cString: text)
            throw StemmaError.unsupportedRepository(discover(from: start), reason)
        }
        guard try checkFound(status, "open the repository", subject: .path(start)) else { return nil }
        return try adopt(pointer)
    }

    /// Makes a repository at `path`, with the first branch that git's configuration says, or else `main`.
    ///
    /// Makes the directory, and those above it, where they are missing. Throws `repositoryExists`.
    package static func create(at path: String) throws -> Repository {
        try GitLibrary.start()
        var options = git_repository_init_options()
        try check(
            git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)),
            "make a repository")
        options.flags =
            GIT_REPOSITORY_INIT_MKDIR.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
            | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
        let branch = try Configuration.ofUser().string("init.defaultBranch") ?? "main"
        var pointer: OpaquePointer?
        let status = branch.withCString { name in
            options.initial_head = name
            return git_repository_init_ext(&pointer, path, &options)
        }
        if status == GIT_EEXISTS.rawValue { throw StemmaError.repositoryExists(path) }
        try check(status, "make a repository in '\(path)'", subject: .path(path))
        return try adopt(pointer)
    }

    private static func adopt(_ pointer: OpaquePointer?) throws -> Repository {
        let handle = try Owned<OpaquePointer>.make("open the repository", free: git_repository_free) {
            $0 = pointer
            return 0
        }
        try refuseUnsupported(handle.pointer)
        return try Repository(handle)
    }

    /// Judges the extensions that libgit2 was told to let through, before it reads anything by them.
    private static func refuseUnsupported(_ repository: OpaquePointer) throws {
        let configuration = try Configuration.of(repository)
        let path = git_repository_path(repository).map { withoutTrailingSlash(String(cString: $0)) } ?? ""
        for (name, supported) in [("extensions.objectFormat", "sha1"), ("extensions.refStorage", "files")] {
            if let value = try configuration.string(name), value.lowercased() != supported {
                throw StemmaError.unsupportedRepository(path, extension: name, value: value)
            }
        }
    }

    /// The directory that `git config safe.directory` has to name: the top of the work tree, if it can be told.
    private static func discover(from start: String) -> String {
        var directory = start
        while true {
            if access(directory == "/" ? "/.git" : "\(directory)/.git", F_OK) == 0 { return directory }
            guard directory != "/", let slash = directory.lastIndex(of: "/") else { return start }
            directory = slash == directory.startIndex ? "/" : String(directory[..<slash])
        }
    }
}
