import Glibc
import Stemma
import StemmaBlobs

/// A file that a user names to be written: it appears as a whole, or not at all.
///
/// A device or a pipe is written to as it is.
final class OutputFile {
    private let path: String
    private let temporary: OpenFile?
    private let device: DescriptorWriter?
    private let descriptor: Int32
    private var isFinished = false

    /// Throws when the directory is not there or cannot be written, and for a directory.
    init(_ path: String) throws {
        if let status = try FileSystem.status(path, followLinks: true), status.kind != .regular {
            guard status.kind != .directory else { throw FileError.system("write", path, errno: EISDIR) }
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError.system("write", path, errno: errno) }
            device = DescriptorWriter(descriptor, name: path)
            temporary = nil
            self.path = path
            return
        }
        // The file that a link names is replaced, not the link.
        let exists = try FileSystem.status(path, followLinks: true) != nil
        self.path = exists ? try FileSystem.realPath(path) : path
        let directory = FileSystem.parent(of: self.path)
        guard try FileSystem.status(directory, followLinks: true) != nil else {
            throw FileError.system("write", path, errno: ENOENT)
        }
        temporary = try FileSystem.createTemporary(in: directory)
        device = nil
        descriptor = -1
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if let temporary, !isFinished { _ = try? FileSystem.remove(temporary.path) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try temporary?.write(bytes)
        try device?.write(bytes)
    }

    /// Puts the file in place.
    func finish() throws {
        try device?.flush()
        if let temporary {
            try temporary.close()
            try FileSystem.rename(temporary.path, to: path)
        }
        isFinished = true
    }
}
