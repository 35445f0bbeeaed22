import Glibc
import StemmaBlobs

/// A directory for the files of one run, which goes away with it.
final class PrivateDirectory {
    let path: String

    private static let prefix = "run-"
    /// A directory that nothing has changed for this long, and whose process is gone, was left by a crash.
    private static let age = 3600.0

    /// Makes one with a new name below `parent`.
    init(in parent: String) throws {
        path = try FileSystem.createTemporaryDirectory(in: parent, prefix: "\(Self.prefix)\(getpid())-")
    }

    deinit { Self.remove(path) }

    /// Makes a directory below it.
    func folder(_ name: String) throws -> String {
        try FileSystem.createDirectory("\(path)/\(name)")
        return "\(path)/\(name)"
    }

    /// Removes what processes that died have left in `parent`.
    static func removeLeftovers(in parent: String) {
        guard let entries = try? FileSystem.list(parent) else { return }
        let limit = FileSystem.moment(secondsAgo: age)
        for entry in entries where entry.name.hasPrefix(prefix) && entry.kind == .directory {
            let number = entry.name.dropFirst(prefix.count).prefix { $0 != "-" }
            guard let id = pid_t(number), kill(id, 0) != 0, errno == ESRCH,
                let status = try? FileSystem.status("\(parent)/\(entry.name)"), status.modified < limit
            else { continue }
            remove("\(parent)/\(entry.name)")
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
