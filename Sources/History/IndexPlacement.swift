import CGit2
import Glibc
import StemmaBlobs

/// An index file of our own that is to take the place of git's.
///
/// git guards its index by creating `index.lock`, which stays behind when the process that made it is killed, and
/// stops every git command until somebody removes it. So the lock is respected but never taken. What
/// takes its place is an exchange of the two files in one step, which gives the index that was really replaced:
/// when that is not the one that was read, the exchange is undone and all done again. Of the two files
/// descriptors are kept open meanwhile, so that an inode number cannot be used anew and taken for the old file.
final class IndexPlacement {
    /// Git's index file.
    let path: String
    /// Our own, beside it.
    let ownPath: String
    private let lockPath: String
    private let seen: FileIdentity?

    /// Makes our own file with the content of git's.
    init(of path: String) throws {
        self.path = path
        ownPath = "\(path).stemma-\(getpid())-\(pthread_self())"
        lockPath = "\(path).lock"
        seen = try FileIdentity(path)
        try seen?.copy(to: ownPath)
    }

    deinit { unlink(ownPath) }

    /// Puts our file in place; false when git has written its own meanwhile and all is to be done again.
    func place() throws -> Bool {
        guard let own = try FileIdentity(ownPath) else {
            throw StemmaError.gitSystemCall("open", ownPath, errno: ENOENT)
        }
        guard let seen else {
            if rename(with: UInt32(STEMMA_RENAME_NOREPLACE)) { return true }
            if errno == EEXIST { return false }
            guard isUnsupported(errno) else {
                throw StemmaError.gitSystemCall("rename", ownPath, errno: errno)
            }
            guard link(ownPath, path) == 0 else {
                if errno == EEXIST { return false }
                throw StemmaError.gitSystemCall("link", path, errno: errno)
            }
            return true
        }
        guard !isLocked, seen.isAt(path) else { return false }
        try own.adoptPermissions(of: seen)
        if rename(with: UInt32(STEMMA_RENAME_EXCHANGE)) {
            if seen.isAt(ownPath) { return true }
            // Somebody was faster by microseconds: what they wrote goes back.
            guard rename(with: UInt32(STEMMA_RENAME_EXCHANGE)) else {
                throw StemmaError.gitSystemCall("rename", ownPath, errno: errno)
            }
            return false
        }
        guard isUnsupported(errno) else { throw StemmaError.gitSystemCall("rename", ownPath, errno: errno) }
        guard Glibc.rename(ownPath, path) == 0 else {
            throw StemmaError.gitSystemCall("rename", ownPath, errno: errno)
        }
        return true
    }

    /// Whether a git command is about to replace the index.
    var isLocked: Bool { access(lockPath, F_OK) == 0 }

    private func rename(with flags: UInt32) -> Bool {
        renameat2(AT_FDCWD, ownPath, AT_FDCWD, path, flags) == 0
    }

    private func isUnsupported(_ code: Int32) -> Bool {
        code == EINVAL || code == ENOSYS || code == EOPNOTSUPP
    }

    /// Removes what processes that were killed have left beside an index, once it is a minute old.
    static func sweep(beside path: String) throws {
        guard let slash = path.lastIndex(of: "/") else { return }
        let directory = path[..<slash]
        let prefix = path[path.index(after: slash)...] + ".stemma-"
        for name in try directoryNames(String(directory)) where name.hasPrefix(prefix) {
            var status = stat()
            let file = "\(directory)/\(name)"
            if lstat(file, &status) == 0, status.st_mtim.tv_sec < time(nil) - 60 { unlink(file) }
        }
    }
}

/// One file, held open so that its inode number stays its own.
final class FileIdentity {
    private let descriptor: Int32
    private let status: stat

    /// Nil when there is no such file.
    init?(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw StemmaError.gitSystemCall("open", path, errno: errno)
        }
        var status = stat()
        let result = fstat(descriptor, &status)
        self.status = status
        guard result == 0 else { throw StemmaError.gitSystemCall("stat", path, errno: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whether `path` is this very file, unchanged.
    func isAt(_ path: String) -> Bool {
        var now = stat()
        guard stat(path, &now) == 0 else { return false }
        return now.st_dev == status.st_dev && now.st_ino == status.st_ino && now.st_size == status.st_size
            && now.st_mtim.tv_sec == status.st_mtim.tv_sec && now.st_mtim.tv_nsec == status.st_mtim.tv_nsec
    }

    /// Writes the content to a new file.
    func copy(to path: String) throws {
        let target = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw StemmaError.gitSystemCall("create", path, errno: errno) }
        defer { close(target) }
        var rest = Int(status.st_size)
        while rest > 0 {
            let count = sendfile(target, descriptor, nil, rest)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw StemmaError.gitSystemCall("write", path, errno: count < 0 ? errno : EIO)
            }
            rest -= count
        }
    }

    /// Gives this file the permissions of another, which core.sharedRepository may have widened.
    func adoptPermissions(of other: FileIdentity) throws {
        let mode = other.status.st_mode & 0o777
        guard status.st_mode & 0o777 != mode else { return }
        guard fchmod(descriptor, mode) == 0 else {
            throw StemmaError.gitSystemCall("chmod", "index", errno: errno)
        }
    }

    /// Whether it is the same file as `other`, whatever its times.
    func isSameFile(as path: String) -> Bool {
        var now = stat()
        return stat(path, &now) == 0 && now.st_dev == status.st_dev && now.st_ino == status.st_ino
    }
}
