import StemmaBlobs
import StemmaRecords

/// A look at the work tree: which files are not what the catalog knows, by what `stat` says.
///
/// It reads no file. Directories are listed each time, because a directory's own times say nothing of a file that
/// was written in place.
struct WorkTreeScan {
    /// A page's file that is there.
    struct Seen {
        let path: String
        let stamp: FileStamp
        /// Another page of its folder covers some of the same hashes, as after a merge by another program.
        let isOverlapped: Bool
    }

    struct SeenVariable {
        let name: String
        /// `nil` when there are pages but no `variable.json`.
        let stamp: FileStamp?
    }

    private(set) var changedPages: [Seen] = []
    private(set) var removedPages: [PageRow] = []
    private(set) var changedVariables: [SeenVariable] = []
    private(set) var removedVariables: [String] = []
    private(set) var packsAdded: [Digest] = []
    private(set) var packsRemoved: [Digest] = []

    var isClean: Bool {
        changedPages.isEmpty && removedPages.isEmpty && changedVariables.isEmpty && removedVariables.isEmpty
            && packsAdded.isEmpty && packsRemoved.isEmpty
    }

    init(_ view: CatalogView, paths: StorePaths) throws {
        let looked = FileSystem.now()
        try scanVariables(view, paths, looked)
        try scanPages(view, paths, looked)
        try scanPacks(view, paths)
    }

    private mutating func scanVariables(_ view: CatalogView, _ paths: StorePaths, _ looked: Int64) throws {
        var known: [String: FileStamp] = [:]
        try view.connection.each(
            "SELECT name, device, inode, size, modified, changed, looked FROM variables", []
        ) { row in
            known[row.text(0)] = FileStamp(row, from: 1)
            return true
        }
        var names = Set(try Self.folders(in: paths.variables))
        names.formUnion(try Self.folders(in: paths.records))
        for name in names.sorted() where Name.isValid(name) {
            let status = try FileSystem.status(paths.variable(name))
            let stamp = status?.kind == .regular ? status.map { FileStamp($0, looked: looked) } : nil
            let before = known.removeValue(forKey: name)
            if let before, let status, before.isCurrent(for: status) { continue }
            if let before, stamp == nil, before.size == FileStamp.unknown.size { continue }
            changedVariables.append(SeenVariable(name: name, stamp: stamp))
        }
        removedVariables = known.keys.sorted()
    }

    private mutating func scanPages(_ view: CatalogView, _ paths: StorePaths, _ looked: Int64) throws {
        var known: [String: PageRow] = [:]
        for page in try view.pages() { known[page.path] = page }
        for variable in try Self.folders(in: paths.records) where Name.isValid(variable) {
            try scanFolder(variable, depth: 0, paths, looked, &known)
        }
        removedPages = known.values.sorted { $0.id < $1.id }
    }

    /// Partitions are at most as deep as a store has keys, which nobody declares hundreds of.
    private static let maximumDepth = 64

    private mutating func scanFolder(
        _ folder: String, depth: Int, _ paths: StorePaths, _ looked: Int64, _ known: inout [String: PageRow]
    ) throws {
        guard depth <= Self.maximumDepth else { return }
        var prefixes: [(prefix: PagePrefix, name: String)] = []
        for entry in try Self.entries(in: paths.page(folder)) {
            switch entry.kind {
            case .directory:
                try scanFolder("\(folder)/\(entry.name)", depth: depth + 1, paths, looked, &known)
            case .regular:
                if let prefix = PagePrefix(fileName: entry.name) { prefixes.append((prefix, entry.name)) }
            // Links and devices are never followed: a store from a stranger stays inside itself.
            case .symlink, .other: continue
            }
        }
        // In this order an ancestor stands right before what it covers.
        prefixes.sort { $0.prefix < $1.prefix }
        var overlapped = Array(repeating: false, count: prefixes.count)
        var cover = 0
        for index in prefixes.indices.dropFirst() {
            if prefixes[cover].prefix.isAncestor(of: prefixes[index].prefix) {
                (overlapped[cover], overlapped[index]) = (true, true)
            } else {
                cover = index
            }
        }
        for (index, (_, name)) in prefixes.enumerated() {
            let path = "\(folder)/\(name)"
            guard let status = try FileSystem.status(paths.page(path)), status.kind == .regular else {
                continue
            }
            let before = known.removeValue(forKey: path)
            if let before, before.isOverlapped == overlapped[index], before.stamp.isCurrent(for: status) {
                continue
            }
            changedPages.append(
                Seen(path: path, stamp: FileStamp(status, looked: looked), isOverlapped: overlapped[index]))
        }
    }

    private mutating func scanPacks(_ view: CatalogView, _ paths: StorePaths) throws {
        var known = Set(
            try view.connection.all("SELECT name FROM packs WHERE blob IS NULL") {
                Digest(bytes: $0.bytes(0))
            }
            .compactMap { $0 })
        for entry in try Self.entries(in: paths.packs)
        where entry.kind == .regular && entry.name.hasSuffix(".zst") {
            guard let name = Digest(hex: entry.name.dropLast(4)) else { continue }
            if known.remove(name) == nil { packsAdded.append(name) }
        }
        packsRemoved = known.sorted()
    }

    private static func folders(in directory: String) throws -> [String] {
        try entries(in: directory).filter { $0.kind == .directory }.map(\.name)
    }

    private static func entries(in directory: String) throws -> [DirectoryEntry] {
        do {
            return try FileSystem.list(directory)
        } catch let error as StemmaError where error.code == .fileNotFound {
            return []
        }
    }
}
