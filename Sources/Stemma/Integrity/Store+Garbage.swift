import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

/// What `Store.collectGarbage` removed, or would remove.
public struct GarbageReport: Sendable {
    /// Blobs that nothing names.
    public internal(set) var objects = 0
    /// Their bytes on disk, about.
    public internal(set) var bytes = 0
    /// Files of objects that are removed or rewritten.
    public internal(set) var files = 0
    /// Files that were left because they are younger than the grace period.
    public internal(set) var young = 0
    /// Packs that git does not track and whose table cannot be read: they were left, since nobody can tell what they hold.
    public internal(set) var unreadable = 0
    /// Temporary files that a process which died has left.
    public internal(set) var temporaries = 0
    /// Whether nothing was removed, and the report says what would be.
    public internal(set) var isDryRun = false
}

extension Store {
    /// What is younger than this is kept: another process may be about to name it. Two weeks, as git has it.
    public static let standardGrace: Double = 14 * 24 * 3600

    /// Removes objects that git does not track and that nothing names.
    ///
    /// What counts as naming: a page in any work tree of the repository, in any index at any stage, in any commit that
    /// a ref, a reflog, the stash or an unfinished merge leads to, directly or through lineage; the journal and
    /// `local/pending`. Nothing that git tracks at HEAD or in the index is touched.
    /// - Parameters:
    ///   - grace: seconds; files that were changed later than that ago are kept.
    public func collectGarbage(
        dryRun: Bool = false, grace: Double = standardGrace, progress: @escaping (Progress) -> Void = { _ in }
    ) throws -> GarbageReport {
        try exclusively {
            try state.withLock {
                answers.removeAll()
                var report = GarbageReport()
                report.isDryRun = dryRun
                let candidates = try candidates(grace: grace, &report)
                if !candidates.isEmpty {
                    var marking = GarbageMarking(store: self, wanted: candidates.digests)
                    try catalog.read { try marking.markEverything($0, progress) }
                    try sweep(candidates, named: marking.named, dryRun: dryRun, &report)
                }
                if !dryRun { report.temporaries = try objects.removeTemporaries(olderThan: 3600) }
                return report
            }
        }
    }

    private struct Candidates {
        /// Names and no readers, each of which would be an open file.
        var packs: [Digest] = []
        var files: [(digest: Digest, place: LooseObjects)] = []
        var digests: Set<Digest> = []
        var isEmpty: Bool { packs.isEmpty && files.isEmpty }
    }

    /// Object files that neither HEAD nor the index has, and that are old enough.
    private func candidates(grace: Double, _ report: inout GarbageReport) throws -> Candidates {
        var tracked = Set(try repository.indexEntries(under: gitPath(StorePaths.objectsFolder)).map(\.path))
        let tree = try repository.head().commit.flatMap {
            try repository.tree(of: $0, at: gitPath(StorePaths.objectsFolder))
        }
        if let tree {
            for change in try repository.treeDifference(nil, tree) { tracked.insert(change.path) }
        }
        let limit = FileSystem.moment(secondsAgo: grace)
        func isOld(_ path: String) throws -> Bool {
            guard let status = try FileSystem.status(path), status.modified <= limit else {
                report.young += 1
                return false
            }
            return true
        }
        var candidates = Candidates()
        for name in try objects.packNames() where !tracked.contains("packs/\(name).zst") {
            guard try isOld(objects.packPath(name)) else { continue }
            guard let pack = try readablePack(name) else {
                report.unreadable += 1
                continue
            }
            candidates.packs.append(name)
            for entry in try pack.entries { candidates.digests.insert(entry.digest) }
        }
        for place in [objects.loose, objects.large] {
            for digest in try place.all() {
                let path = place.path(of: digest)
                guard !tracked.contains("\(digest.hex.prefix(2))/\(digest).zst"), try isOld(path) else {
                    continue
                }
                candidates.files.append((digest, place))
                candidates.digests.insert(digest)
            }
        }
        return candidates
    }

    private func sweep(
        _ candidates: Candidates, named: Set<Digest>, dryRun: Bool, _ report: inout GarbageReport
    ) throws {
        for (digest, place) in candidates.files where !named.contains(digest) {
            report.objects += 1
            report.files += 1
            report.bytes += Int(try FileSystem.status(place.path(of: digest))?.size ?? 0)
            if !dryRun { try FileSystem.remove(place.path(of: digest)) }
        }
        for name in candidates.packs {
            let pack = try objects.pack(name)
            let dead = try pack.entries.filter { !named.contains($0.digest) }
            guard !dead.isEmpty else { continue }
            if !dryRun, try !replace(name, pack, without: Set(dead.map(\.digest))) { continue }
            report.objects += dead.count
            report.files += 1
            let total = try pack.entries.reduce(0) { $0 + Int($1.size) }
            let gone = dead.reduce(0) { $0 + Int($1.size) }
            report.bytes += total == 0 ? 0 : Int(Double(pack.fileSize) * Double(gone) / Double(total))
        }
    }

    /// Writes what is named into a new pack, then removes the old one; `false` when it stays, because some of that is
    /// damaged everywhere.
    private func replace(_ name: Digest, _ pack: PackReader, without dead: Set<Digest>) throws -> Bool {
        let update = try catalog.update(waiting: options.wait)
        defer { update.rollback() }
        if dead.count < pack.count {
            let writer = try objects.packWriter()
            for entry in try pack.entriesInFileOrder() where !dead.contains(entry.digest) {
                do {
                    try writer.add(entry.digest, intactBytes(of: entry, in: pack), kind: entry.kind)
                } catch let error as StemmaError where error.isDamageOrAbsence {
                    writer.abort()
                    return false
                }
            }
            for finished in try writer.finish(into: objects.packDirectory, synchronize: options.synchronize) {
                try update.addPack(objects.pack(finished), blob: nil)
            }
        }
        try update.removePack(name)
        try update.commit()
        try objects.removePack(name)
        return true
    }
}
