import Glibc
import StemmaBlobs

extension StemmaError.Code {
    /// libgit2 refused for a reason that has no code of its own; `fields` has `operation`, `status`, `class`.
    package static let git = Self("git")
    /// The repository belongs to another user and is not marked as safe.
    package static let repositoryOwner = Self("repository-owner")
    /// The repository has no work tree.
    package static let bareRepository = Self("bare-repository")
    /// The repository is of a kind that this program cannot work with (SHA-256, reftable, ...).
    package static let unsupportedRepository = Self("unsupported-repository")
    /// There is a repository already where one was to be made.
    package static let repositoryExists = Self("repository-exists")
    /// A reference, or another file of the repository, is locked by another process.
    package static let repositoryLocked = Self("repository-locked")
    /// A name resolves to no commit.
    package static let unknownRevision = Self("unknown-revision")
    /// An abbreviated id fits more than one object.
    package static let ambiguousRevision = Self("ambiguous-revision")
    /// No name and mail address for commits are configured.
    package static let noIdentity = Self("no-identity")
    /// Commits are to be signed, which is left to git itself.
    package static let signingUnsupported = Self("signing-unsupported")
    /// The branch is not where it was when the commit was prepared.
    package static let branchMoved = Self("branch-moved")
    /// The message of a commit is empty.
    package static let emptyMessage = Self("empty-message")
    /// A path cannot stand in a git tree.
    package static let invalidTreePath = Self("invalid-tree-path")
    /// One path is to be a file and a directory at once.
    package static let pathConflict = Self("path-conflict")
    /// Another process holds the index for longer than was to be waited.
    package static let indexLocked = Self("index-locked")
    /// The index is of a kind (split, sparse) that would lose something by being rewritten.
    package static let unsupportedIndex = Self("unsupported-index")
    /// A blob is larger than its reader allows.
    package static let blobTooLarge = Self("blob-too-large")
    /// A file was written to while it was read.
    package static let fileChanged = Self("file-changed")
    /// A setting in git's configuration is not of the type that it should be.
    package static let invalidConfiguration = Self("invalid-configuration")
}

// MARK: - The repository

extension StemmaError {
    package static func repositoryOwner(_ path: String) -> StemmaError {
        StemmaError(
            .repositoryOwner, "the git repository '\(path)' belongs to another user",
            hint: "if you trust it: git config --global --add safe.directory \(path)", fields: ["path": path])
    }

    package static func bareRepository(_ path: String) -> StemmaError {
        StemmaError(
            .bareRepository, "the git repository '\(path)' is bare: it has no work tree to keep a store in",
            hint: "make a work tree of it: git clone \(path), or git worktree add", fields: ["path": path])
    }

    package static func unsupportedRepository(_ path: String, extension name: String, value: String)
        -> StemmaError
    {
        let remedy =
            switch name {
            case "extensions.objectFormat": "make the repository with git init --object-format=sha1"
            case "extensions.refStorage": "git refs migrate --ref-format=files"
            default: "a newer release may support it"
            }
        return StemmaError(
            .unsupportedRepository,
            "the git repository '\(path)' has \(name) = \(value), which is not supported",
            hint: remedy, fields: ["path": path, "extension": name, "value": value])
    }

    package static func unsupportedRepository(_ path: String, _ reason: String) -> StemmaError {
        StemmaError(
            .unsupportedRepository, "the git repository '\(path)' is not supported: \(reason)",
            hint:
                "git config --get-regexp '^extensions' and core.repositoryFormatVersion say what it asks for",
            fields: ["path": path, "reason": reason])
    }

    package static func repositoryExists(_ path: String) -> StemmaError {
        StemmaError(
            .repositoryExists, "there is a git repository at '\(path)' already", fields: ["path": path])
    }

    package static func repositoryLocked(_ operation: String, _ reason: String) -> StemmaError {
        StemmaError(
            .repositoryLocked, "cannot \(operation): another git process holds a lock: \(reason)",
            hint: "wait until it is done; if none is running, remove the .lock file",
            fields: ["operation": operation])
    }

    package static func git(_ operation: String, _ reason: String, status: Int32, class: Int32) -> StemmaError
    {
        StemmaError(
            .git, "git: cannot \(operation): \(reason)",
            fields: ["operation": operation, "status": "\(status)", "class": "\(`class`)"])
    }

    package static func gitFileSystem(_ code: Code, _ operation: String, _ reason: String) -> StemmaError {
        StemmaError(code, "git: cannot \(operation): \(reason)", fields: ["operation": operation])
    }

    package static func gitSystemCall(_ call: String, _ path: String, errno code: Int32) -> StemmaError {
        let kind: Code =
            switch code {
            case ENOSPC, EDQUOT: .diskFull
            case EACCES, EPERM, EROFS: .permissionDenied
            case ENOENT: .fileNotFound
            default: .system
            }
        return StemmaError(
            kind, "cannot \(call) '\(path)': \(String(cString: strerror(code)))",
            fields: ["path": path, "call": call, "errno": "\(code)"])
    }

    package static func invalidConfiguration(_ name: String, _ reason: String) -> StemmaError {
        StemmaError(
            .invalidConfiguration, "the git setting \(name) cannot be read: \(reason)",
            hint: "git config --show-origin --get-all \(name)", fields: ["name": name])
    }
}

// MARK: - Objects

extension StemmaError {
    package static func gitObjectMissing(_ id: ObjectID, _ operation: String) -> StemmaError {
        StemmaError(
            .objectMissing, "cannot \(operation): git object \(id) is not in this repository",
            hint: "in a shallow or partial clone: git fetch --unshallow, or git fetch --refetch",
            fields: ["object": id.hex, "operation": operation])
    }

    static func gitObjectCorrupt(_ subject: ErrorSubject?, _ operation: String, _ reason: String)
        -> StemmaError
    {
        var fields = ["operation": operation, "reason": reason]
        var name = "a git object"
        if case .object(let id) = subject {
            fields["object"] = id.hex
            name = "git object \(id)"
        }
        return StemmaError(
            .corrupt, "cannot \(operation): \(name) is damaged: \(reason)",
            hint: "git fsck names all that is damaged; a clone or the remote may hold it whole",
            fields: fields)
    }

    package static func fileChanged(_ path: String) -> StemmaError {
        StemmaError(
            .fileChanged, "'\(path)' was changed while it was read", hint: "run it again",
            fields: ["path": path])
    }

    package static func blobTooLarge(_ id: ObjectID, size: Int, limit: Int) -> StemmaError {
        StemmaError(
            .blobTooLarge, "git blob \(id) has \(size) bytes, more than the \(limit) allowed here",
            fields: ["object": id.hex, "size": "\(size)", "limit": "\(limit)"])
    }

    package static func invalidTreePath(_ path: String) -> StemmaError {
        StemmaError(
            .invalidTreePath, "'\(path)' cannot be the path of a file in git", fields: ["path": path])
    }

    package static func pathConflict(_ path: String) -> StemmaError {
        StemmaError(
            .pathConflict, "'\(path)' is to be a file and a directory at once", fields: ["path": path])
    }
}

// MARK: - Revisions and commits

extension StemmaError {
    package static func unknownRevision(_ name: String, nearest: [String]) -> StemmaError {
        let quoted = nearest.map { "'\($0)'" }.joined(separator: ", ")
        return StemmaError(
            .unknownRevision, "unknown revision '\(name)'",
            hint: nearest.isEmpty
                ? "git branch --all and git tag list what there is" : "did you mean \(quoted)?",
            fields: ["revision": name])
    }

    package static func reflogDate(_ name: String) -> StemmaError {
        StemmaError(
            .unknownRevision, "revision '\(name)' asks the reflog of HEAD for a date, which is not supported",
            hint: "give the id that git rev-parse '\(name)' prints", fields: ["revision": name])
    }

    package static func notACommit(_ name: String) -> StemmaError {
        StemmaError(
            .unknownRevision, "revision '\(name)' is not a commit", hint: "git log lists the commits",
            fields: ["revision": name])
    }

    package static func ambiguousRevision(_ name: String) -> StemmaError {
        StemmaError(
            .ambiguousRevision, "revision '\(name)' fits more than one object",
            hint: "give more digits of it",
            fields: ["revision": name])
    }

    package static func noIdentity(_ missing: String) -> StemmaError {
        StemmaError(
            .noIdentity, "git does not know who you are: \(missing) is not set",
            hint: "git config --global user.name 'Your Name'; git config --global user.email you@example.org",
            fields: ["setting": missing])
    }

    package static func signingUnsupported() -> StemmaError {
        StemmaError(
            .signingUnsupported, "commit.gpgSign is set, and signed commits are left to git itself",
            hint:
                "stage the store and sign by hand: git add -A && git commit -S; or git config commit.gpgSign false",
            fields: ["setting": "commit.gpgSign"])
    }

    package static func branchMoved(_ name: String, expected: String, found: String) -> StemmaError {
        StemmaError(
            .branchMoved,
            "\(name) has moved since the commit was prepared: expected \(expected), found \(found)",
            hint: "nothing was committed; run it again",
            fields: ["branch": name, "expected": expected, "found": found])
    }

    package static func emptyMessage() -> StemmaError {
        StemmaError(.emptyMessage, "the message of the commit is empty", hint: "say what changed")
    }
}

// MARK: - The index

extension StemmaError {
    package static func indexLocked(_ path: String, seconds: Double) -> StemmaError {
        StemmaError(
            .indexLocked, "another git process holds '\(path)' for longer than \(seconds) seconds",
            hint: "wait until it is done; if no git is running, remove that file", fields: ["path": path])
    }

    package static func gitIndexCorrupt(_ path: String, _ reason: String) -> StemmaError {
        StemmaError(
            .corrupt, "the git index '\(path)' is damaged: \(reason)",
            hint: "remove that file and run git reset: that keeps all files, and forgets what was staged",
            fields: ["path": path, "reason": reason])
    }

    package static func unsupportedIndex(_ path: String, kind: String, remedy: String) -> StemmaError {
        StemmaError(
            .unsupportedIndex, "the git index '\(path)' is \(kind), which is not supported", hint: remedy,
            fields: ["path": path, "kind": kind])
    }
}
