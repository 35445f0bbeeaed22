internal import Glibc

extension StemmaError.Code {
    /// The store, or a file of it, is locked by another process for longer than the caller waits.
    public static let locked = Self("locked")
    /// Content is larger than the limit that was set for it.
    public static let tooLarge = Self("too-large")
    /// A source of bytes did not have the number of bytes that it was said to have.
    public static let sizeChanged = Self("size-changed")
}

// MARK: - System calls

extension StemmaError {
    /// The error for a system call that failed: what was attempted, on which path, and why.
    package static func system(_ call: String, _ path: String, _ number: Int32) -> StemmaError {
        let fields = ["path": path, "errno": String(number), "call": call]
        let reason = number == 0 ? "unexpected end of file" : String(cString: strerror(number)).lowercased()
        let message = "cannot \(call) \(path): \(reason)"
        switch number {
        case ENOENT:
            return StemmaError(.fileNotFound, message, fields: fields)
        case EACCES, EPERM:
            return StemmaError(
                .permissionDenied, message, hint: "check the owner and the permissions of the path",
                fields: fields)
        case EROFS:
            return StemmaError(
                .permissionDenied, message, hint: "the file system is mounted read-only", fields: fields)
        case ENOSPC, EDQUOT:
            return StemmaError(
                .diskFull, message, hint: "make space on the device, then try again",
                fields: fields)
        case EMFILE, ENFILE:
            return StemmaError(
                .system, message, hint: "raise the limit of open files: ulimit -n", fields: fields)
        case ELOOP:
            return StemmaError(
                .system, message, hint: "a symbolic link is not followed here", fields: fields)
        default:
            return StemmaError(.system, message, fields: fields)
        }
    }

    /// Whether a system call failed with this errno.
    package func isSystem(_ number: Int32) -> Bool { fields["errno"] == String(number) }

    /// The error for a path that no system call can take, because it has a NUL in it.
    package static func unusablePath(_ path: String) -> StemmaError {
        let shown = path.split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "\\0")
        return StemmaError(
            .system, "the path \(shown) has a NUL character in it", fields: ["path": shown])
    }

    /// The error for a file that is larger than what its reader takes into memory.
    package static func tooLarge(_ path: String, limit: Int, found: UInt64) -> StemmaError {
        StemmaError(
            .tooLarge, "\(path) is too large: at least \(found) bytes, the limit is \(limit)",
            fields: ["path": path, "limit": String(limit), "found": String(found)])
    }

    /// The error for a lock that somebody else holds for longer than the caller is ready to wait.
    package static func locked(_ path: String, holder: String, waited: Double) -> StemmaError {
        let who = holder.isEmpty ? "another process" : "process \(holder)"
        let tenths = (waited * 10).rounded() / 10
        return StemmaError(
            .locked, "\(path) is locked by \(who); waited \(tenths) seconds",
            hint: "wait for it to end, or wait longer with `StoreOptions.wait`",
            fields: ["path": path, "holder": holder, "waited": String(tenths)])
    }
}

// MARK: - Damage

extension StemmaError {
    /// The error for stored bytes that are not what they should be; `path` names them for the reader.
    package static func corrupt(
        _ path: String, _ what: String, expected: String? = nil, found: String? = nil
    ) -> StemmaError {
        var fields = ["path": path]
        var message = "\(path) is damaged: \(what)"
        if let expected {
            fields["expected"] = expected
            message += ", expected \(expected)"
        }
        if let found {
            fields["found"] = found
            message += ", found \(found)"
        }
        return StemmaError(
            .corrupt, message, hint: "`Store.check(deep: true)` names every record that damage hits",
            fields: fields)
    }

    /// The error for bytes that do not have the digest by which they are stored.
    package static func wrongDigest(_ path: String, expected: Digest, found: Digest) -> StemmaError {
        corrupt(path, "its content has another digest", expected: expected.hex, found: found.hex)
    }

    /// The error for a digest that a file was said to hold, and does not.
    package static func objectMissing(_ digest: Digest, in path: String) -> StemmaError {
        StemmaError(
            .objectMissing, "object \(digest) is not in \(path)",
            fields: ["digest": digest.hex, "path": path])
    }
}

// MARK: - Writing

extension StemmaError {
    /// The error for a blob that is too large to share a pack with others.
    package static func tooLargeForPack(_ digest: Digest, size: Int) -> StemmaError {
        StemmaError(
            .tooLarge,
            "blob \(digest) of \(size) bytes is too large for a pack: the limit is \(PackFormat.largestBlob)",
            fields: ["digest": digest.hex, "size": String(size), "limit": String(PackFormat.largestBlob)])
    }

    /// The error for a source that gave more or fewer bytes than it was said to have.
    package static func sizeChanged(_ path: String, expected: UInt64, found: UInt64) -> StemmaError {
        StemmaError(
            .sizeChanged, "\(path) changed while it was read: expected \(expected) bytes, found \(found)",
            hint: "save it again when nothing writes to it",
            fields: ["path": path, "expected": String(expected), "found": String(found)])
    }

    /// The error for the compression library refusing to work, which only lack of memory makes it do.
    package static func compression(_ what: String, _ reason: String) -> StemmaError {
        StemmaError(.system, "cannot \(what): \(reason)", fields: ["call": what])
    }
}
