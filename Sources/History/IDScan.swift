import Glibc
import StemmaBlobs

/// The bytes of a file of git's own; nil when it is not there, or is no plain file.
///
/// Throws where it is there and cannot be read: what is removed may depend on what stands in it.
func readGitFile(_ path: String) throws -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw StemmaError.gitSystemCall("open", path, errno: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw StemmaError.gitSystemCall("stat", path, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
        let count = bytes.withUnsafeMutableBytes {
            read(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled)
        }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw StemmaError.gitSystemCall("read", path, errno: errno) }
        guard count > 0 else { break }
        filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
}

/// Adds all ids that stand in a text as words of 40 hexadecimal digits, but the one that is all zeros.
func collectIDs(in bytes: [UInt8], into ids: inout Set<ObjectID>) {
    bytes.withUnsafeBytes { bytes in
        var start = 0
        for position in 0...bytes.count {
            if position < bytes.count, hexDigit(bytes[position]) != nil { continue }
            if position - start == 2 * ObjectID.byteCount,
                let id = ObjectID(hexBytes: UnsafeRawBufferPointer(rebasing: bytes[start..<position])),
                id != .zero
            {
                ids.insert(id)
            }
            start = position + 1
        }
    }
}

/// The names in a directory, sorted; none when there is no such directory.
///
/// Throws where it is there and cannot be read.
func directoryNames(_ path: String) throws -> [String] {
    guard let directory = opendir(path) else {
        if errno == ENOENT || errno == ENOTDIR { return [] }
        throw StemmaError.gitSystemCall("list", path, errno: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Whether `path` is a directory, and no link to one.
func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
