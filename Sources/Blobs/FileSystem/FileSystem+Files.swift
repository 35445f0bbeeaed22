internal import Glibc
internal import Synchronization

// MARK: - Whole files

extension FileSystem {
    /// The content of a file.
    ///
    /// - Throws: `.tooLarge` as soon as there are more than `limit` bytes, whatever the file's status says.
    package static func readAll(_ path: String, limit: Int, followLinks: Bool = true) throws -> [UInt8] {
        let file = try OpenFile(path, for: followLinks ? .reading : .readingWithoutLinks)
        let status = try file.status()
        if status.kind == .regular, status.size > limit {
            throw StemmaError.tooLarge(path, limit: limit, found: UInt64(clamping: status.size))
        }
        // One byte more than expected, so that the usual file takes one read and one that says "end".
        let first = status.kind == .regular ? Int(clamping: status.size) + 1 : 65_536
        var content: [UInt8] = []
        var chunk = first
        while true {
            let part = try [UInt8](unsafeUninitializedCapacity: chunk) { storage, initialized in
                initialized = try file.read(into: UnsafeMutableRawBufferPointer(storage))
            }
            if part.isEmpty { return content }
            if content.isEmpty { content = part } else { content += part }
            if content.count > limit {
                throw StemmaError.tooLarge(path, limit: limit, found: UInt64(content.count))
            }
            chunk = max(65_536, min(content.count, 16 << 20))
        }
    }

    /// Replaces the content of a file in one step: readers see the old content or the new one.
    ///
    /// - Parameter synchronize: whether content and name are on the device when this returns.
    /// - Throws: `.diskFull`, `.permissionDenied` or `.system`; the old content stands then.
    package static func writeAtomically(
        _ path: String, _ bytes: UnsafeRawBufferPointer, synchronize: Bool, permissions: UInt32 = 0o666
    ) throws {
        let directory = parent(of: path)
        let file = try createTemporary(in: directory, permissions: permissions)
        do {
            try file.write(bytes)
            if synchronize { try file.synchronize() }
            try file.close()
            try rename(file.path, to: path)
        } catch {
            // The first error is the one to tell; a temporary file that stays is cleaned up later.
            _ = try? remove(file.path)
            throw error
        }
        if synchronize { try synchronizeDirectory(directory) }
    }

    /// Replaces the content of a file in one step: readers see the old content or the new one.
    package static func writeAtomically(
        _ path: String, _ bytes: [UInt8], synchronize: Bool, permissions: UInt32 = 0o666
    ) throws {
        try bytes.withUnsafeBytes {
            try writeAtomically(path, $0, synchronize: synchronize, permissions: permissions)
        }
    }
}

// MARK: - Temporary files

extension FileSystem {
    /// What the names of temporary files start with.
    package static let temporaryPrefix = ".tmp-"

    private static let temporaryCount = Atomic<Int>(0)

    /// The digest and the size of a file, in constant memory. Throws `.fileNotFound`.
    package static func digest(of path: String) throws -> (digest: Digest, size: Int) {
        let file = try OpenFile(path)
        let context = DigestContext()
        var size = 0
        try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
            while true {
                let count = try file.read(into: buffer)
                if count == 0 { return }
                context.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                size += count
            }
        }
        return (context.finish(), size)
    }

    /// Makes a directory with a new name that starts with `prefix`; makes its parent when it is not there.
    package static func createTemporaryDirectory(in directory: String, prefix: String) throws -> String {
        while true {
            let path = "\(directory)/\(prefix)\(temporaryCount.add(1, ordering: .relaxed).newValue)"
            // One that is there was left by a process that died and had our number.
            if try createDirectory(path, permissions: 0o700) { return path }
        }
    }

    /// Makes a file with a new name that starts with `.tmp-`; makes the directory when it is not there.
    package static func createTemporary(
        in directory: String, permissions: UInt32 = 0o666, prefix: String = temporaryPrefix
    ) throws -> OpenFile {
        while true {
            let number = temporaryCount.add(1, ordering: .relaxed).newValue
            let path = "\(directory)/\(prefix)\(getpid())-\(number)"
            do {
                return try OpenFile(path, for: .creating, permissions: permissions)
            } catch let error as StemmaError where error.isSystem(EEXIST) {
                // Left by a process that died and had our number, or alive on another machine.
                continue
            } catch let error as StemmaError where error.code == .fileNotFound {
                try createDirectory(directory)
            }
        }
    }

    /// Removes temporary files that nothing has written to for `age` seconds.
    ///
    /// - Returns: how many were removed; 0 when there is no such directory.
    @discardableResult
    package static func removeTemporaries(in directory: String, olderThan age: Double) throws -> Int {
        guard try status(directory, followLinks: true)?.kind == .directory else { return 0 }
        let limit = moment(secondsAgo: age)
        var removed = 0
        for entry in try list(directory) where entry.name.hasPrefix(temporaryPrefix) && entry.kind == .regular
        {
            let path = "\(directory)/\(entry.name)"
            guard let status = try status(path), status.modified <= limit else { continue }
            if try remove(path) { removed += 1 }
        }
        return removed
    }

    /// Waits; signals may end it early.
    package static func sleep(seconds: Double) {
        let nanoseconds = Int(max(seconds, 0) * 1e9)
        var time = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
        nanosleep(&time, nil)
    }

    /// The time as file systems use it, in nanoseconds since 1970.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The moment that lies this many seconds back, in nanoseconds since 1970; the beginning of time when they are too
    /// many to count, or no number.
    package static func moment(secondsAgo seconds: Double) -> Int64 {
        let now = now()
        let nanoseconds = max(seconds, 0) * 1e9
        return nanoseconds < Double(now) ? now - Int64(nanoseconds) : .min
    }

    /// Puts a finished temporary file in its place, also on another device.
    ///
    /// - Parameter synchronize: whether the name is on the device when this returns; the content is the
    ///   caller's to synchronize.
    package static func move(_ path: String, to other: String, synchronize: Bool) throws {
        let directory = parent(of: other)
        do {
            try rename(path, to: other)
        } catch let error as StemmaError where error.code == .fileNotFound {
            let made = try createDirectory(directory)
            try rename(path, to: other)
            if made, synchronize { try synchronizeDirectory(parent(of: directory)) }
        } catch let error as StemmaError where error.isSystem(EXDEV) {
            // `large/` may be a link to another disk.
            try copy(path, to: other, synchronize: synchronize)
            try remove(path)
        }
        if synchronize { try synchronizeDirectory(directory) }
    }

    private static func copy(_ path: String, to other: String, synchronize: Bool) throws {
        let source = try OpenFile(path)
        let target = try createTemporary(in: parent(of: other))
        do {
            try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { buffer in
                while true {
                    let count = try source.read(into: buffer)
                    if count == 0 { return }
                    try target.write(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
                }
            }
            if synchronize { try target.synchronize() }
            try target.close()
            try rename(target.path, to: other)
        } catch {
            _ = try? remove(target.path)
            throw error
        }
    }
}
