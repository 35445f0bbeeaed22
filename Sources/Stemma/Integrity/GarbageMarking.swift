import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaLineage
import StemmaRecords

/// Finds which of some blobs are named by anything that could still be wanted.
struct GarbageMarking {
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
