import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

/// How the files of the store in the work tree differ from a commit's.
struct StoreFiles {
    /// A file that the next commit adds or changes.
    struct File {
        /// Relative to the store.
        let path: String
        /// Git's id of its bytes, where it is known already.
        let id: ObjectID?

        /// Whether it holds compressed blobs.
        var isPack: Bool { path.hasSuffix(".zst") }

        /// Whether these are many, with a table.
        var hasTable: Bool { isPack && path.hasPrefix(StorePaths.packsFolder + "/") }

        /// The digest that a file of blobs is named by.
        var name: Digest? { Digest(hex: FileSystem.name(of: path).dropLast(4)) }
    }

    private(set) var written: [File] = []
    private(set) var removed: [String] = []
    /// Packs that the commit does not have.
    private(set) var newPacks: [Digest] = []
    /// Packs and companion files that the commit has and the work tree does not, with git's ids of them.
    private(set) var missing: [(path: String, id: ObjectID)] = []
    /// Pages that are new or changed.
    private(set) var changedPages: [PageRow] = []
    /// Object files that were written anew, and that the commit has as they are now.
    private(set) var settled: [Digest] = []

    var isEmpty: Bool { written.isEmpty && removed.isEmpty }

    /// Compares the work tree with the store's tree of a commit; `nil` stands for an empty one.
    ///
    /// Call with `state` held. Pages are compared by the ids in the catalog, objects by their names, and only the few
    /// settings files are read.
    ///
    /// - Parameter dropped: object files that the commit is not to have any more.
    init(
        _ store: Store, tree: ObjectID?, dropping dropped: Set<String> = [], in view: CatalogView
    ) throws {
        let committed = try Self.committed(store, tree)
        removed += dropped.filter { committed[$0] != nil }.sorted()
        try comparePages(view, committed)
        try compareObjects(store, committed)
        try compareSettings(store, committed)
    }

    private static func committed(_ store: Store, _ tree: ObjectID?) throws -> [String: ObjectID] {
        var files: [String: ObjectID] = [:]
        if let tree {
            try store.repository.forEachStoreFile(in: tree, at: "") { files[$0] = $1.id }
        }
        return files
    }

    private mutating func comparePages(_ view: CatalogView, _ committed: [String: ObjectID]) throws {
        var known: Set<String> = []
        for page in try view.pages() {
            let path = "\(StorePaths.recordsFolder)/\(page.path)"
            known.insert(path)
            let id = ObjectID(bytes: page.content)
            if let id, committed[path] == id { continue }
            written.append(File(path: path, id: id))
            changedPages.append(page)
        }
        for path in committed.keys.sorted()
        where path.hasPrefix(StorePaths.recordsFolder + "/") && !known.contains(path) {
            // Only pages are ours to remove; another file in there is somebody else's.
            if PagePrefix(fileName: String(FileSystem.name(of: path))) != nil { removed.append(path) }
        }
    }

    /// Object files are only ever added: a commit keeps those that it has, whether or not the work tree does.
    private mutating func compareObjects(_ store: Store, _ committed: [String: ObjectID]) throws {
        let present = Set(try store.objects.packNames())
        for (path, id) in committed where path.hasPrefix(StorePaths.packsFolder + "/") {
            if let name = Digest(hex: FileSystem.name(of: path).dropLast(4)), !present.contains(name) {
                missing.append((path, id))
            }
        }
        for name in present.sorted() {
            let path = "\(StorePaths.packsFolder)/\(name).zst"
            guard committed[path] == nil else { continue }
            newPacks.append(name)
            written.append(File(path: path, id: nil))
        }
        for digest in try store.objects.loose.all() {
            let path = store.paths.relative(store.objects.loose.path(of: digest))
            if committed[path] == nil { written.append(File(path: path, id: nil)) }
        }
        try compareMended(store, committed)
    }

    /// Object files do not change, and are compared by name; but for those that were damaged when they were committed and
    /// were written anew.
    private mutating func compareMended(_ store: Store, _ committed: [String: ObjectID]) throws {
        for name in store.mended.look().sorted() {
            let own = store.objects.loose.path(of: name)
            let candidates: [(path: String, isIntact: () throws -> Bool)] = [
                (store.objects.packPath(name), { try store.objects.pack(name).isAsNamed }),
                (own, { try store.objects.loose.isIntact(name) }),
            ]
            var isSettled = true
            for (path, isIntact) in candidates where try FileSystem.status(path)?.kind == .regular {
                let relative = store.paths.relative(path)
                guard let id = committed[relative], try Repository.blobID(ofFile: path) != id, try isIntact()
                else { continue }
                written.append(File(path: relative, id: nil))
                isSettled = false
            }
            if isSettled { settled.append(name) }
        }
    }

    private mutating func compareSettings(_ store: Store, _ committed: [String: ObjectID]) throws {
        var paths = [StoreSettings.fileName] + StorePaths.mergedFiles + CompanionFile.all.map(\.name)
        if try FileSystem.status(store.paths.variables)?.kind == .directory {
            for entry in try FileSystem.list(store.paths.variables)
            where entry.kind == .directory && Name.isValid(entry.name) {
                // Those of a variable whose settings are lost come back with them.
                paths.append(VariableFile(entry.name, .settings).path)
                paths += try VariableFile.all(of: entry.name, in: store.paths).filter {
                    $0.kind != .settings
                }.map(\.path)
            }
        }
        for path in paths {
            guard try FileSystem.status("\(store.path)/\(path)")?.kind == .regular else {
                guard let id = committed[path] else { continue }
                // The others belong to every store.
                if StorePaths.mergedFiles.contains(path) {
                    removed.append(path)
                } else {
                    missing.append((path, id))
                }
                continue
            }
            let bytes = try FileSystem.readAll(
                "\(store.path)/\(path)", limit: Store.largestMetadata, followLinks: false)
            let id = try bytes.withUnsafeBytes { try Repository.blobID(of: $0) }
            if committed[path] != id { written.append(File(path: path, id: id)) }
        }
        // Other files in there are somebody else's, as the commit has them.
        let restored = Set(missing.map(\.path))
        for path in committed.keys.sorted() where path.hasPrefix(StorePaths.variablesFolder + "/") {
            guard VariableFile(path: path) != nil, !restored.contains(path) else { continue }
            if try FileSystem.status("\(store.path)/\(path)")?.kind != .regular { removed.append(path) }
        }
    }
}
