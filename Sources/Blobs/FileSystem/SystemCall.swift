internal import Glibc

/// The system calls Stemma makes on files, by the words an error message uses for them.
enum SystemCall: String {
    case open, create, read, write, synchronize, truncate, rename, link, unlink, mkdir, rmdir, stat, list
    case close, lock, resolve

    /// Whether the call changes the disk, and so takes part in fault injection.
    var writes: Bool {
        switch self {
        case .create, .write, .synchronize, .truncate, .rename, .link, .unlink, .mkdir, .rmdir: true
        case .open, .read, .stat, .list, .close, .lock, .resolve: false
        }
    }
}

extension FileSystem {
    /// Runs a system call that says -1 for failure, and again when a signal interrupted it.
    @inline(__always)
    @discardableResult
    static func perform<Status: SignedInteger>(
        _ call: SystemCall, _ path: String, _ body: () -> Status
    ) throws -> Status {
        if call.writes, let fault = faults.fault(on: path) {
            switch fault {
            case .error(let number): throw StemmaError.system(call.rawValue, path, number)
            case .crash: throw StemmaError.system(call.rawValue, path, EIO)
            case .shortWrite: break
            }
        }
        while true {
            let status = body()
            if status >= 0 { return status }
            let number = errno
            if number != EINTR { throw StemmaError.system(call.rawValue, path, number) }
        }
    }

    /// Runs a system call that takes a path, which must not have a NUL in it.
    @inline(__always)
    @discardableResult
    static func perform<Status: SignedInteger>(
        _ call: SystemCall, at path: String, _ body: (UnsafePointer<CChar>) -> Status
    ) throws -> Status {
        try path.withCString { pointer in
            // The kernel would stop at a NUL and work on another file than the one that was named.
            guard strlen(pointer) == path.utf8.count else { throw StemmaError.unusablePath(path) }
            return try perform(call, path) { body(pointer) }
        }
    }
}
