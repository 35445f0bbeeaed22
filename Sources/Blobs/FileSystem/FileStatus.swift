internal import Glibc

/// What kind of thing stands at a path.
package enum FileKind: Sendable {
    case regular, directory, symlink, other
}

/// What the file system says about a file without reading it; equal when nothing has touched the file.
package struct FileStatus: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
    package let size: Int64
    /// When the content last changed, in nanoseconds since 1970.
    package let modified: Int64
    /// When content, owner, name or permissions last changed, in nanoseconds since 1970.
    package let changed: Int64
    package let kind: FileKind
    /// The lower twelve bits of the mode.
    package let permissions: UInt32
    package let owner: UInt32
    package let group: UInt32

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
        permissions = UInt32(status.st_mode) & 0o7777
        owner = status.st_uid
        group = status.st_gid
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symlink
            default: .other
            }
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        // Wrapping: a file system may hold any garbage as a time, and a time is only compared.
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

/// One name in a directory.
package struct DirectoryEntry: Hashable, Sendable {
    /// The name; bytes that are not UTF-8 are replaced, so such a file is listed but cannot be opened.
    package let name: String
    package let kind: FileKind
}
