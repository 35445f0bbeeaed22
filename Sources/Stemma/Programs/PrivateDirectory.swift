import Glibc
import StemmaBlobs

/// A directory for the files of one run, which goes away with it. It is locked as long as it is in use.
final class PrivateDirectory {
    let path: String
    private let lock: FileLock

    private static let prefix = "run-"
    private static let lockName = ".lock"

    /// Makes one with a new name below `parent`.
    init(in parent: String) throws {
        var attempts = 0
        while true {
            let path = try FileSystem.createTemporaryDirectory(
                in: parent, prefix: "\(Self.prefix)\(getpid())-")
            do {
                lock = try FileLock("\(path)/\(Self.lockName)", command: "run", waiting: 0)
                self.path = path
                return
            } catch let error as StemmaError
                where [.locked, .fileNotFound].contains(error.code) && attempts < Self.attempts
            {
                // Another run has taken it for a leftover, between its being made and locked, and removes it.
                attempts += 1
            }
        }
    }

    private static let attempts = 100

    deinit { Self.remove(path) }

    /// Makes a directory below it.
    func folder(_ name: String) throws -> String {
        try FileSystem.createDirectory("\(path)/\(name)")
        return "\(path)/\(name)"
    }

    /// Removes what processes that died have left in `parent`: the lock of a live one is held, whatever machine it runs
    /// on.
    static func removeLeftovers(in parent: String) {
        guard let entries = try? FileSystem.list(parent) else { return }
        for entry in entries where entry.name.hasPrefix(prefix) && entry.kind == .directory {
            let path = "\(parent)/\(entry.name)"
            // Without a lock it is being made.
            guard (try? FileSystem.status("\(path)/\(lockName)")) != nil,
                let lock = try? FileLock("\(path)/\(lockName)", command: "run", waiting: 0)
            else { continue }
            withExtendedLifetime(lock) { remove(path) }
        }
    }

    /// What cannot be removed is left to the next run.
    private static func remove(_ directory: String) {
        for entry in (try? FileSystem.list(directory)) ?? [] {
            let path = "\(directory)/\(entry.name)"
            if entry.kind == .directory { remove(path) } else { _ = try? FileSystem.remove(path) }
        }
        _ = try? FileSystem.removeEmptyDirectory(directory)
    }
}
