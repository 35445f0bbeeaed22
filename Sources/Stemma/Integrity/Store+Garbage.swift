import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaLineage
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
                    var marking = Marking(store: self, wanted: candidates.digests)
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
            candidates.packs.append(name)
            for entry in try objects.pack(name).entries { candidates.digests.insert(entry.digest) }
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

/// Finds which of some blobs are named by anything that could still be wanted.
private struct Marking {
    let store: Store
    let wanted: Set<Digest>
    private(set) var named: Set<Digest> = []
    private var followed: Set<Digest> = []
    private var pages: Set<ObjectID> = []
    private var trees: Set<ObjectID> = []

    init(store: Store, wanted: Set<Digest>) {
        self.store = store
        self.wanted = wanted
    }

    mutating func markEverything(_ view: CatalogView, _ progress: (Progress) -> Void) throws {
        for page in try view.pages() {
            // Not inside the statement that reads them: following lineage may look through history, and go on with a
            // newer state of the catalog.
            let bytes = try view.bytes(of: page)
            try bytes.withUnsafeBytes { try markLines($0, view) }
        }
        try markLocalFiles(view)
        try markWorkTrees(view)
        let repository = try store.repository
        var tips = Set(try repository.references().map(\.target))
        tips.formUnion(try repository.reflogs())
        tips.formUnion(try repository.specialHeads())
        if let head = try repository.head().commit { tips.insert(head) }
        // Names of objects that git has pruned stand in reflogs for a while.
        let walk = try repository.walk(from: tips.filter { (try? repository.commit($0)) != nil }.sorted())
        var commits = 0
        while let commit = try walk.next() {
            commits += 1
            progress(Progress(phase: "commits", done: commits, total: 0))
            let folder = try store.gitPath(StorePaths.recordsFolder)
            guard let tree = try repository.tree(of: commit, at: folder) else { continue }
            var new: [ObjectID] = []
            try repository.forEachPage(
                in: tree, at: StorePaths.recordsFolder, where: { trees.insert($0).inserted }
            ) { new.append($1.id) }
            for page in new { try markPage(page, view) }
        }
    }

    private mutating func markPage(_ id: ObjectID, _ view: CatalogView) throws {
        guard pages.insert(id).inserted else { return }
        let bytes = try store.repository.readBlob(id, limit: Page.maximumSize)
        try bytes.withUnsafeBytes { try markLines($0, view) }
    }

    /// The journal, and what recovery has set aside.
    private mutating func markLocalFiles(_ view: CatalogView) throws {
        var files = [store.paths.journal]
        if try FileSystem.status(store.paths.pending) != nil {
            files += try FileSystem.list(store.paths.pending).map { "\(store.paths.pending)/\($0.name)" }
        }
        for file in files where try FileSystem.status(file) != nil {
            let bytes = try FileSystem.readAll(file, limit: Page.maximumSize)
            try bytes.withUnsafeBytes { bytes in
                var lines = PageLines(bytes)
                while let range = lines.next() {
                    let line = try JSONParser.parse(UnsafeRawBufferPointer(rebasing: bytes[range]))
                    for name in ["before", "after"] {
                        if let record = line[name] {
                            try record.printed.withUnsafeBytes { try mark($0, view) }
                        }
                    }
                }
            }
        }
    }

    /// Every other work tree's pages as they are on disk, and every index at all stages.
    private mutating func markWorkTrees(_ view: CatalogView) throws {
        let repository = try store.repository
        for tree in try repository.workTrees() {
            let folder = try store.gitPath(StorePaths.recordsFolder)
            for entry in try repository.indexEntries(under: folder, gitDirectory: tree.gitDirectory)
            where PagePrefix(fileName: String(FileSystem.name(of: entry.path))) != nil {
                try markPage(entry.id, view)
            }
            if tree.path != repository.workTree { try markFolder("\(tree.path)/\(folder)", view, depth: 1) }
        }
    }

    private mutating func markFolder(_ folder: String, _ view: CatalogView, depth: Int) throws {
        guard depth <= StorePaths.maximumDepth, try FileSystem.status(folder)?.kind == .directory else {
            return
        }
        for entry in try FileSystem.list(folder) {
            let path = "\(folder)/\(entry.name)"
            if entry.kind == .directory {
                try markFolder(path, view, depth: depth + 1)
            } else if entry.kind == .regular, PagePrefix(fileName: entry.name) != nil {
                let bytes = try FileSystem.readAll(path, limit: Page.maximumSize, followLinks: false)
                try bytes.withUnsafeBytes { try markLines($0, view) }
            }
        }
    }

    private mutating func markLines(_ bytes: UnsafeRawBufferPointer, _ view: CatalogView) throws {
        var lines = PageLines(bytes)
        while let range = lines.next() { try mark(UnsafeRawBufferPointer(rebasing: bytes[range]), view) }
    }

    private mutating func mark(_ line: UnsafeRawBufferPointer, _ view: CatalogView) throws {
        // What cannot be read names nothing that could be loaded; but all that looks like a digest is kept.
        guard let object = try? JSONParser.parse(line), case .object = object else {
            return markAnyDigest(line)
        }
        var names = [object["content"]]
        if case .array(let earlier)? = object["standsFor"] { names += earlier }
        for case .string(let hex)? in names {
            if let digest = Digest(hex: hex), wanted.contains(digest) { named.insert(digest) }
        }
        if case .string(let hex)? = object["lineage"], let digest = Digest(hex: hex) {
            try follow(digest, view)
        }
    }

    private mutating func markAnyDigest(_ line: UnsafeRawBufferPointer) {
        for start in 0..<max(0, line.count - 63) {
            if let digest = Digest(hexBytes: UnsafeRawBufferPointer(rebasing: line[start..<start + 64])),
                wanted.contains(digest)
            {
                named.insert(digest)
            }
        }
    }

    private mutating func follow(_ start: Digest, _ view: CatalogView) throws {
        var waiting: [(digest: Digest, kind: BlobKind)] = [(start, .lineage)]
        while let (digest, kind) = waiting.popLast() {
            if wanted.contains(digest) { named.insert(digest) }
            guard kind == .lineage, !followed.contains(digest) else { continue }
            let references = try references(of: digest, view)
            followed.insert(digest)
            waiting += references
        }
    }

    private mutating func references(
        of lineage: Digest, _ view: CatalogView
    ) throws -> [(digest: Digest, kind: BlobKind)] {
        let bytes: [UInt8]
        do {
            bytes = try store.readMetadata(lineage, in: view)
        } catch let error as StemmaError where error.code == .objectMissing || error.code == .corrupt {
            // It leads nowhere, and is fsck's to report. After any other error it may name what would be removed.
            return []
        }
        do {
            return try LineageRecord(blob: bytes).references
        } catch is StemmaError {
            bytes.withUnsafeBytes { markAnyDigest($0) }
            return []
        }
    }
}
