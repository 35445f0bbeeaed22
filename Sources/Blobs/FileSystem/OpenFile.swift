internal import Glibc

/// An open file, closed when the value goes away.
///
/// Not to be used by two threads at once.
package final class OpenFile {
    /// What the file is opened for.
    package enum Purpose: Sendable {
        /// Read what is there.
        case reading
        /// Read what is there, and fail on a symbolic link.
        case readingWithoutLinks
        /// Read and write a new file; fail when there is one.
        case creating
        /// Read and write; make the file when there is none.
        case updating
        /// Write at the end; make the file when there is none.
        case appending
    }

    package let path: String
    private(set) var descriptor: Int32

    /// Opens a file.
    ///
    /// - Parameter permissions: of a file that is made, before the process's umask.
    /// - Throws: `.fileNotFound`, `.permissionDenied`, `.diskFull` or `.system`.
    package init(_ path: String, for purpose: Purpose = .reading, permissions: UInt32 = 0o666) throws {
        self.path = path
        let flags: Int32 =
            switch purpose {
            case .reading: O_RDONLY
            case .readingWithoutLinks: O_RDONLY | O_NOFOLLOW
            case .creating: O_RDWR | O_CREAT | O_EXCL
            case .updating: O_RDWR | O_CREAT
            case .appending: O_WRONLY | O_CREAT | O_APPEND
            }
        let call: SystemCall = flags & O_CREAT == 0 ? .open : .create
        descriptor = try FileSystem.perform(call, at: path) {
            open($0, flags | O_CLOEXEC, mode_t(permissions))
        }
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// Closes the file, which some file systems use to say that an earlier write failed.
    package func close() throws {
        guard descriptor >= 0 else { return }
        let closing = descriptor
        descriptor = -1
        // Never again after EINTR: Linux has let go of the descriptor by then.
        if Glibc.close(closing) != 0, errno != EINTR {
            throw StemmaError.system(SystemCall.close.rawValue, path, errno)
        }
    }

    /// What the file system says about the open file.
    package func status() throws -> FileStatus {
        var status = stat()
        try FileSystem.perform(.stat, path) { fstat(descriptor, &status) }
        return FileStatus(status)
    }
}

// MARK: - Reading

extension OpenFile {
    /// Reads on from where the last read stopped.
    ///
    /// - Returns: the number of bytes read; 0 only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if buffer.isEmpty { return 0 }
        return try FileSystem.perform(.read, path) {
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        }
    }

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// - Throws: `.system` with errno 0 when the file ends before that.
    package func read(at offset: UInt64, filling buffer: UnsafeMutableRawBufferPointer) throws {
        var rest = buffer[...]
        var position = offset
        while !rest.isEmpty {
            let part = UnsafeMutableRawBufferPointer(rebasing: rest)
            let count = try FileSystem.perform(.read, path) {
                pread(descriptor, part.baseAddress, part.count, off_t(clamping: position))
            }
            if count == 0 { throw StemmaError.system(SystemCall.read.rawValue, path, 0) }
            position += UInt64(count)
            rest = rest.dropFirst(count)
        }
    }

    /// The `count` bytes from `offset` on; the caller has checked that the file has so many.
    package func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { storage, initialized in
            try read(at: offset, filling: UnsafeMutableRawBufferPointer(storage))
            initialized = count
        }
    }

    /// Goes to `offset`, from which the next `read(into:)` or `write` goes on.
    package func seek(to offset: UInt64) throws {
        try FileSystem.perform(.read, path) { lseek(descriptor, off_t(clamping: offset), SEEK_SET) }
    }
}

// MARK: - Writing

extension OpenFile {
    /// Writes all of `bytes`.
    ///
    /// - Throws: `.diskFull` or `.system`; part of the bytes may be in the file then.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            var part = UnsafeRawBufferPointer(rebasing: rest)
            let fault = FileSystem.faults.fault(on: path)
            switch fault {
            case .error(let number): throw StemmaError.system(SystemCall.write.rawValue, path, number)
            case .crash: throw StemmaError.system(SystemCall.write.rawValue, path, EIO)
            case .shortWrite: part = UnsafeRawBufferPointer(rebasing: part.prefix((part.count + 1) / 2))
            case nil: break
            }
            let count = Glibc.write(descriptor, part.baseAddress, part.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw StemmaError.system(SystemCall.write.rawValue, path, errno)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes all of `bytes`.
    package func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Waits until the content is on the device.
    package func synchronize() throws {
        try FileSystem.perform(.synchronize, path) { fsync(descriptor) }
    }

    /// Makes the file `size` bytes long.
    package func truncate(to size: UInt64) throws {
        try FileSystem.perform(.truncate, path) { ftruncate(descriptor, off_t(clamping: size)) }
    }
}

// MARK: - Locking

extension OpenFile {
    /// Takes the exclusive lock of the file, if nobody has it.
    ///
    /// - Returns: false when somebody has it.
    func tryLock() throws -> Bool {
        while true {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if errno == EWOULDBLOCK { return false }
            if errno != EINTR { throw StemmaError.system(SystemCall.lock.rawValue, path, errno) }
        }
    }
}
