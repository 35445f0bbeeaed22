import CGit2
import Glibc
import StemmaBlobs

extension Repository {
    /// Git's index of this work tree.
    private var indexPath: String { "\(gitDirectory)/index" }

    /// Throws `unsupportedIndex` when the index is of a kind that `updateIndex` must refuse.
    package func checkIndex() throws {
        _ = try Index(reading: indexPath, as: indexPath)
    }

    /// The files that git's index has below `prefix`, conflicts at all their stages, with paths below `prefix`.
    ///
    /// `gitDirectory` says whose index, where it is another work tree's.
    package func indexEntries(under prefix: String = "", gitDirectory: String? = nil) throws -> [StagedFile] {
        let path = gitDirectory.map { "\($0)/index" } ?? indexPath
        let index = try Index(reading: path, as: path)
        let start = prefix.isEmpty ? "" : prefix + "/"
        var found: [StagedFile] = []
        index.forEach(startingWith: start) { entry, path in
            guard let kind = EntryKind(mode: entry.mode) else { return }
            found.append(
                StagedFile(
                    path: String(cString: path + start.utf8.count), id: ObjectID(entry.id), kind: kind,
                    isIntentToAdd: entry.flags_extended & UInt16(GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue) != 0,
                    stage: Int(
                        (entry.flags & UInt16(GIT_INDEX_ENTRY_STAGEMASK))
                            >> UInt16(GIT_INDEX_ENTRY_STAGESHIFT))))
        }
        return found
    }

    /// Waits until no git command is about to replace the index. Throws `indexLocked` after `seconds`.
    package func waitForIndex(seconds: Double) throws {
        let lock = "\(indexPath).lock"
        try Patience(seconds: seconds, lock: lock).until { access(lock, F_OK) != 0 }
    }

    /// Brings entries of git's index up to date, and leaves all others as they are.
    ///
    /// Paths are below `prefix`. A conflict at a path that is set or removed is resolved by that. The new index
    /// is built beside the old one and takes its place in one step; `index.lock` is waited for, up to
    /// `seconds`, and never made, so that a kill leaves nothing that would stop git. Throws `indexLocked` and
    /// `unsupportedIndex` (split or sparse), with the index as it was.
    package func updateIndex(
        under prefix: String = "", set: [IndexEntry], remove: [String] = [], waiting seconds: Double = 10
    ) throws {
        guard !set.isEmpty || !remove.isEmpty else { return }
        try IndexPlacement.sweep(beside: indexPath)
        let wait = Patience(seconds: seconds, lock: "\(indexPath).lock")
        let start = prefix.isEmpty ? "" : prefix + "/"
        while true {
            let placement = try IndexPlacement(of: indexPath)
            try wait.until { !placement.isLocked }
            let index = try Index(reading: placement.ownPath, as: indexPath)
            for path in remove { try index.remove(start + path) }
            for entry in set { try index.set(entry, at: start + entry.path) }
            try index.write()
            let own = try FileIdentity(placement.ownPath)
            guard try placement.place() else {
                try wait.pause()
                continue
            }
            // A git command that took its lock in the last microseconds may have read the index before.
            guard placement.isLocked || own?.isSameFile(as: indexPath) == false else { return }
            try wait.until { !placement.isLocked }
            if own?.isSameFile(as: indexPath) == true { return }
        }
    }
}

/// Waiting for another process, within a limit.
private struct Patience {
    let seconds: Double
    let lock: String
    private let deadline: Double

    init(seconds: Double, lock: String) {
        self.seconds = seconds
        self.lock = lock
        deadline = Self.now() + seconds
    }

    func until(_ done: () -> Bool) throws {
        while !done() { try pause() }
    }

    func pause() throws {
        guard Self.now() < deadline else { throw StemmaError.indexLocked(lock, seconds: seconds) }
        usleep(5_000)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
