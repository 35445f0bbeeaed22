internal import Glibc

/// The exclusive lock of a file, held as long as the value lives and let go when the process dies.
///
/// The file stays when the lock is let go: removing it would let two processes lock two files of one name.
package final class FileLock {
    private let file: OpenFile

    /// Takes the lock, waiting for it at most `limit` seconds, and writes who holds it into the file.
    ///
    /// - Parameters:
    ///   - command: what others are told that this process does.
    ///   - limit: seconds; 0 tries once.
    ///   - isHurried: asked while it waits; when it says so, the time is over.
    /// - Throws: `.locked` with the holder's process number and command, `.permissionDenied` or `.system`.
    package init(_ path: String, command: String, waiting limit: Double, isHurried: () -> Bool = { false })
        throws
    {
        let start = Self.seconds()
        var pause = 0.001
        while true {
            let file = try OpenFile(path, for: .updating, permissions: 0o600)
            // A lock on a file that was removed meanwhile keeps nobody out.
            if try file.tryLock(), try file.status().inode == FileSystem.status(path)?.inode {
                try Self.sign(file, command)
                self.file = file
                return
            }
            let waited = Self.seconds() - start
            if waited >= limit || isHurried() {
                throw StemmaError.locked(path, holder: Self.holder(of: path), waited: waited)
            }
            FileSystem.sleep(seconds: min(pause * Double.random(in: 0.5...1), limit - waited))
            pause = min(pause * 2, 0.05)
        }
    }

    deinit {
        // The name goes before the lock does, so that nobody is told of a holder that is gone.
        _ = try? file.truncate(to: 0)
    }

    private static func sign(_ file: OpenFile, _ command: String) throws {
        let line = command.split(whereSeparator: \.isNewline).joined(separator: " ")
        try file.truncate(to: 0)
        try file.write(Array("\(getpid()) \(line)\n".utf8))
    }

    /// `123 (stemma commit)`, or nothing when the holder has not written it yet.
    private static func holder(of path: String) -> String {
        guard let content = try? FileSystem.readAll(path, limit: 65_536) else { return "" }
        let line = String(decoding: content, as: UTF8.self).prefix { !$0.isNewline }
        guard let space = line.firstIndex(of: " ") else { return String(line) }
        return "\(line[..<space]) (\(line[line.index(after: space)...]))"
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
