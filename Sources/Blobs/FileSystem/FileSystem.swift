internal import CSystem
internal import Glibc

/// The one place that makes system calls on files.
///
/// Calls that a signal interrupts are made again, short writes are continued, and every failure becomes a
/// `StemmaError` that names the call, the path and the reason.
package enum FileSystem {
    /// Lets a test make chosen writing calls fail.
    package static let faults = FaultInjector()
}

// MARK: - Looking

extension FileSystem {
    /// What stands at `path`; nil when nothing does.
    ///
    /// - Throws: `.permissionDenied` or `.system` when the file system does not say.
    package static func status(_ path: String, followLinks: Bool = false) throws -> FileStatus? {
        var status = stat()
        let result = try path.withCString { pointer in
            guard strlen(pointer) == path.utf8.count else { throw StemmaError.unusablePath(path) }
            return fstatat(AT_FDCWD, pointer, &status, followLinks ? 0 : AT_SYMLINK_NOFOLLOW)
        }
        if result == 0 { return FileStatus(status) }
        let number = errno
        if number == ENOENT || number == ENOTDIR { return nil }
        throw StemmaError.system(SystemCall.stat.rawValue, path, number)
    }

    /// Whether this process may run the file at `path`.
    package static func isExecutable(_ path: String) -> Bool { path.withCString { access($0, X_OK) } == 0 }

    /// The names in a directory without `.` and `..`, ordered by their bytes.
    ///
    /// - Throws: `.fileNotFound` when there is no such directory.
    package static func list(_ directory: String) throws -> [DirectoryEntry] {
        let descriptor = try perform(.list, at: directory) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(descriptor) else {
            let number = errno
            close(descriptor)
            throw StemmaError.system(SystemCall.list.rawValue, directory, number)
        }
        defer { closedir(stream) }
        guard let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
        var entries: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            // Through the pointer: a copy of the struct would read past the end of a short entry.
            let name = String(
                cString: (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self))
            if name == "." || name == ".." { continue }
            let kind = try kind(of: Int(entry.pointee.d_type), named: name, in: directory)
            entries.append(DirectoryEntry(name: name, kind: kind))
        }
        if errno != 0 { throw StemmaError.system(SystemCall.list.rawValue, directory, errno) }
        // Swift orders strings by their unicode scalars when both are normalised; names are ordered by bytes.
        entries.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return entries
    }

    private static func kind(of type: Int, named name: String, in directory: String) throws -> FileKind {
        switch type {
        case Int(DT_REG): .regular
        case Int(DT_DIR): .directory
        case Int(DT_LNK): .symlink
        // Some file systems do not say the type in the listing.
        case Int(DT_UNKNOWN): try status("\(directory)/\(name)")?.kind ?? .other
        default: .other
        }
    }

    /// The absolute path without symbolic links, `.` and `..`.
    ///
    /// - Throws: `.fileNotFound` when there is nothing at `path`.
    package static func realPath(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else {
            throw StemmaError.system(SystemCall.resolve.rawValue, path, errno)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

// MARK: - Changing directories

extension FileSystem {
    /// Makes a directory; does nothing when it is there already.
    ///
    /// - Returns: whether a directory was made.
    @discardableResult
    package static func createDirectory(
        _ path: String, withParents: Bool = true, permissions: UInt32 = 0o777
    ) throws -> Bool {
        do {
            try perform(.mkdir, at: path) { mkdir($0, mode_t(permissions)) }
            return true
        } catch let error as StemmaError {
            if error.isSystem(EEXIST), try status(path, followLinks: true)?.kind == .directory {
                return false
            }
            guard withParents, error.code == .fileNotFound else { throw error }
            let parent = parent(of: path)
            if parent == path { throw error }
            try createDirectory(parent, withParents: true, permissions: permissions)
            return try createDirectory(path, withParents: false, permissions: permissions)
        }
    }

    /// Removes a file or a symbolic link.
    ///
    /// - Returns: false when there was none.
    @discardableResult
    package static func remove(_ path: String) throws -> Bool {
        do {
            try perform(.unlink, at: path) { unlink($0) }
            return true
        } catch let error as StemmaError where error.code == .fileNotFound {
            return false
        }
    }

    /// Removes a directory if it is empty.
    ///
    /// - Returns: false when it is not empty, or not there.
    @discardableResult
    package static func removeEmptyDirectory(_ path: String) throws -> Bool {
        do {
            try perform(.rmdir, at: path) { rmdir($0) }
            return true
        } catch let error as StemmaError {
            if [ENOTEMPTY, EEXIST, ENOENT].contains(where: error.isSystem) { return false }
            throw error
        }
    }

    /// Removes a directory if it is empty, and then those above it as far as these are empty. One that is gone counts as
    /// removed, so that it can be done again after a crash.
    ///
    /// - Parameter root: stays, whether or not it is empty.
    /// - Returns: the first one that was left.
    @discardableResult
    package static func removeEmptyDirectories(from path: String, below root: String) throws -> String {
        var directory = path
        while directory.hasPrefix(root + "/"),
            try removeEmptyDirectory(directory) || status(directory) == nil
        {
            directory = parent(of: directory)
        }
        return directory
    }

    /// Gives a file another name in the same file system, in place of what has that name.
    package static func rename(_ path: String, to other: String) throws {
        try perform(.rename, at: path) { from in
            other.withCString { Glibc.rename(from, $0) }
        }
    }

    /// Waits until the names in a directory are on the device.
    package static func synchronizeDirectory(_ path: String) throws {
        let descriptor = try perform(.open, at: path) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { close(descriptor) }
        try perform(.synchronize, path) { fsync(descriptor) }
    }

    /// The part of a path before its last `/`; `.` when there is none, `/` above the root.
    package static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }

    /// The part of a path after its last `/`.
    package static func name(of path: String) -> Substring {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path[...] }
        return path[path.utf8.index(after: slash)...]
    }
}

extension FileSystem {
    /// Flushes everything of the file system that `path` is on.
    package static func synchronizeFileSystem(of path: String) throws {
        let descriptor = try perform(.open, at: path) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { close(descriptor) }
        try perform(.synchronize, path) { syncfs(descriptor) }
    }
}
