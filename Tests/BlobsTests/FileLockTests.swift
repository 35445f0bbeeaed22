import Foundation
import StemmaBlobs
import TestSupport
import Testing

@Suite struct FileLockTests {
    let directory: TemporaryDirectory
    var path: String { directory.file("lock") }

    init() throws { directory = try TemporaryDirectory() }

    @Test("a lock that is held names its holder, and is free after it")
    func contention() throws {
        var lock: FileLock? = try FileLock(path, command: "stemma\ncommit", waiting: 0)
        do {
            _ = try FileLock(path, command: "other", waiting: 0.05)
            Issue.record("the lock was taken twice")
        } catch let error as StemmaError {
            #expect(error.code == .locked)
            #expect(error.message.contains("process \(getpid()) (stemma commit)"), "\(error.message)")
        }
        #expect(try FileSystem.status(path)?.permissions == 0o600)
        withExtendedLifetime(lock) {}
        lock = nil
        _ = try FileLock(path, command: "other", waiting: 0)
    }

    @Test("who waits gets the lock when its holder lets go")
    func waiting() async throws {
        let path = path
        let holder = try Process.holdingLock(path, seconds: 0.3)
        let start = Date()
        _ = try FileLock(path, command: "second", waiting: 10)
        #expect(Date().timeIntervalSince(start) < 9)
        holder.waitUntilExit()
    }

    @Test("a lock is free when its holder was killed")
    func takeover() throws {
        let holder = try Process.holdingLock(path, seconds: 60)
        #expect(code { _ = try FileLock(path, command: "me", waiting: 0) } == .locked)
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        _ = try FileLock(path, command: "me", waiting: 5)
    }

    @Test("a lock file that was removed and made again is not mistaken for the old one")
    func replaced() throws {
        let first = try FileLock(path, command: "first", waiting: 0)
        try FileSystem.remove(path)
        let second = try FileLock(path, command: "second", waiting: 0)
        #expect(code { _ = try FileLock(path, command: "third", waiting: 0) } == .locked)
        withExtendedLifetime((first, second)) {}
    }
}

extension Process {
    /// Another process that holds the lock of a file; returns when it does.
    fileprivate static func holdingLock(_ path: String, seconds: Double) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // `exec`, so that the process we know is the one that holds the descriptor.
        process.arguments = [
            "bash", "-c", "exec 9>>\"$0\"; flock 9 && echo held && exec sleep \(seconds)", path,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        _ = try pipe.fileHandleForReading.read(upToCount: 5)
        return process
    }
}
