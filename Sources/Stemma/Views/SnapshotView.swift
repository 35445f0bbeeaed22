import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords
import Synchronization

/// A page of a commit.
struct SnapshotPage: Hashable, Sendable {
    /// Relative to `records/`.
    let path: String
    let id: ObjectID

    var prefix: PagePrefix { PagePrefix(fileName: String(FileSystem.name(of: path))) ?? .root }

    /// The variable's folder that it stands in.
    var partition: String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropFirst().dropLast().joined(separator: "/")
    }
}

/// The store as it is at a commit, read out of git without checking it out.
public final class SnapshotView: ReadView {
    /// The store that the commit is read from.
    public let store: Store
    /// The commit's full id.
    public let commit: String

    let commitID: ObjectID
    /// The tree of the store's directory; `nil` where the commit has no store.
    let tree: ObjectID?
    let keys: KeyDeclarations
    /// The migrations by which its records are raised; used with the store's `state` held.
    let knownMigrations = KnownMigrations()
    private let pagesOfVariables = Mutex<[String: [SnapshotPage]]>([:])
    private let irregularitiesOfVariables = Mutex<[String: Irregularities]>([:])

    init(store: Store, commit: ObjectID) throws {
        self.store = store
        commitID = commit
        self.commit = commit.hex
        let repository = try store.repository
        tree = try repository.tree(of: commit, at: store.prefix)
        if let tree, let file = try repository.item(in: tree, at: StoreSettings.fileName) {
            keys = try StoreSettings(
                fileContent: repository.readBlob(file.id, limit: 1 << 20),
                path: "\(commit.hex):\(store.gitPath(StoreSettings.fileName))"
            ).keys
        } else {
            keys = store.settings.keys
        }
    }

    // MARK: Reading

    /// Every variable of the commit, by name, with counts; reads all pages. Throws `.objectMissing` and `.corrupt`.
    public func variables() throws -> [VariableSummary] {
        try names().map { name in
            var (records, bytes) = (0, 0)
            var versions: Set<Version> = []
            for page in try pages(of: name) {
                for entry in try read(page, variable: name).entries {
                    records += 1
                    bytes += entry.record.size
                    versions.insert(entry.record.version)
                }
            }
            let settings = try settings(of: name)
            return VariableSummary(
                name: name, format: settings.format, records: records, versions: versions.count,
                bytes: bytes, schema: settings.schema)
        }
    }

    /// The versions that records of a variable have, by their canonical form; reads the variable's pages. Throws
    /// `.unknownVariable`.
    public func versions(of variable: String) throws -> [Version] {
        var versions: Set<Version> = []
        for page in try pages(of: variable) {
            for entry in try read(page, variable: variable).entries { versions.insert(entry.record.version) }
        }
        return versions.sorted { $0.canonical.lexicographicallyPrecedes($1.canonical) }
    }

    /// The records of exactly these keys, sorted. Throws `.unknownVariable`, `.duplicateRecord` and what keys are
    /// refused for.
    public func variants(of variable: String, keys: Keys) throws -> [Record] {
        try self.keys.check(keys)
        let pages = try pages(of: variable)
        let hash = RecordIdentity.hash(of: keys)
        let folder = try settings(of: variable).partition.path(of: keys)
        let irregular = try irregularities(of: variable).pages
        var found: [(record: Record, place: String)] = []
        for page in pages
        where page.partition == folder && page.prefix.contains(hash) || irregular.contains(page) {
            for entry in try read(page, variable: variable).entries where entry.record.keys == keys {
                let place = try place(page, entry.number)
                if let other = found.first(where: { $0.record.version == entry.record.version }) {
                    throw StemmaError.duplicateRecord(
                        self.keys.text(of: entry.record.address), places: [other.place, place])
                }
                found.append((entry.record, place))
            }
        }
        return found.map(\.record).sorted(by: RecordOrder(self.keys).areInOrder)
    }

    /// Parts of a variable that are read one at a time, in order. Throws `.unknownVariable`.
    public func chunks(of variable: String, matching filter: Filter) throws -> [RecordChunk] {
        try keys.check(filter.keys)
        let partition = try settings(of: variable).partition
        let wanted = filter.partitionPath(partition)
        var folders: [(path: String, pages: [SnapshotPage])] = []
        let irregular = wanted == nil ? [] : try irregularities(of: variable).pages
        for page in try pages(of: variable)
        where wanted == nil || page.partition == wanted || irregular.contains(page) {
            if folders.last?.path == page.partition {
                folders[folders.count - 1].pages.append(page)
            } else {
                folders.append((page.partition, [page]))
            }
        }
        // Folders sort as text, keys by value; a page says what its folder stands for.
        var sorted: [(key: [UInt8], chunks: [RecordChunk])] = []
        for (_, pages) in folders {
            let first = try read(pages[0], variable: variable).entries.first
            let key = first.map { RecordOrder(keys).key(of: partition, keys: $0.record.keys) } ?? []
            let fits = pages.count <= RecordChunk.sortedLimit / PageLayout.maximumRecords
            sorted.append(
                (
                    key,
                    (fits ? [pages] : pages.sorted { $0.prefix < $1.prefix }.map { [$0] }).map {
                        RecordChunk(variable: variable, place: .pages($0))
                    }
                ))
        }
        return sorted.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.chunks)
    }

    /// The records of one part, sorted; none for a part of the work tree. Throws `.objectMissing` and `.corrupt`.
    public func records(in chunk: RecordChunk) throws -> [Record] {
        guard case .pages(let pages) = chunk.place else { return [] }
        var entries: [Page.Entry] = []
        for page in pages { entries += try read(page, variable: chunk.variable).entries }
        if pages.count > 1 { entries.sort { $0.sortKey.lexicographicallyPrecedes($1.sortKey) } }
        return entries.map(\.record)
    }

    /// Lines of the variable that are no records, then one identity on two lines. Throws `.unknownVariable`.
    public func problems(of variable: String) throws -> [StemmaError] {
        try irregularities(of: variable).problems
    }

    // MARK: Pages

    /// The names of the variables that have settings or pages.
    func names() throws -> [String] {
        guard let tree else { return [] }
        return try store.state.withLock {
            var names: Set<String> = []
            for folder in [StorePaths.variablesFolder, StorePaths.recordsFolder] {
                guard let item = try store.repository.item(in: tree, at: folder), item.kind == .tree else {
                    continue
                }
                for entry in try store.repository.entries(of: item.id)
                where entry.kind == .tree && Name.isValid(entry.name) {
                    names.insert(entry.name)
                }
            }
            return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }

    func settings(of variable: String) throws -> VariableSettings {
        try store.state.withLock {
            let path = "\(StorePaths.variablesFolder)/\(variable)/\(VariableSettings.fileName)"
            guard let tree, let item = try store.repository.item(in: tree, at: path) else {
                return VariableSettings(format: .json, partition: .standard(for: keys))
            }
            return try VariableSettings(
                fileContent: store.repository.readBlob(item.id, limit: 1 << 20), path: path, keys: keys)
        }
    }

    /// The pages of a variable by path. Throws `.unknownVariable`.
    func pages(of variable: String) throws -> [SnapshotPage] {
        if let known = pagesOfVariables.withLock({ $0[variable] }) { return known }
        let pages: [SnapshotPage] = try store.state.withLock {
            let all = try names()
            guard all.contains(variable) else { throw StemmaError.unknownVariable(variable, among: all) }
            var pages: [SnapshotPage] = []
            let folder = "\(StorePaths.recordsFolder)/\(variable)"
            if let tree, let item = try store.repository.item(in: tree, at: folder), item.kind == .tree {
                try store.repository.forEachPage(in: item.id, at: folder) { path, page in
                    let inside = path.utf8.dropFirst(StorePaths.recordsFolder.utf8.count + 1)
                    pages.append(SnapshotPage(path: String(Substring(inside)), id: page.id))
                }
            }
            return pages
        }
        pagesOfVariables.withLock { $0[variable] = pages }
        return pages
    }

    /// What is not where it belongs; found once for each variable. Throws `.unknownVariable`.
    func irregularities(of variable: String) throws -> Irregularities {
        if let known = irregularitiesOfVariables.withLock({ $0[variable] }) { return known }
        let found = try findIrregularities(of: variable)
        irregularitiesOfVariables.withLock { $0[variable] = found }
        return found
    }

    func read(_ page: SnapshotPage, variable: String) throws -> Page {
        try store.state.withLock {
            let path = try gitPath(of: page)
            return try store.repository.withBlob(page.id) { bytes in
                Page(bytes, variable: variable, path: path, keys: keys)
            }
        }
    }

    /// A line as errors name it: commit, path and number.
    func place(_ page: SnapshotPage, _ line: Int) throws -> String {
        try store.state.withLock { "\(try gitPath(of: page)):\(line)" }
    }

    /// A page as git names it, by the commit and the path. Call with `state` held.
    private func gitPath(of page: SnapshotPage) throws -> String {
        "\(commitID.hex.prefix(10)):\(try store.gitPath(StorePaths.recordsFolder))/\(page.path)"
    }
}

extension Store {
    /// The store as it is at a commit, named by anything that git resolves. Throws `.unknownRevision`.
    public func snapshot(_ revision: String) throws -> SnapshotView {
        try state.withLock { try SnapshotView(store: self, commit: repository.resolve(revision)) }
    }

    /// Whether git resolves the word to a commit.
    public func isRevision(_ word: String) -> Bool {
        state.withLock { (try? repository.isRevision(word)) ?? false }
    }

    /// What a commit may be called: `HEAD`, branches, tags and branches of remotes by their short names.
    public func revisionNames() throws -> [String] {
        let folders = ["refs/heads/", "refs/tags/", "refs/remotes/"]
        let names = try state.withLock { try repository.references() }.compactMap { reference in
            folders.first { reference.name.hasPrefix($0) }.map {
                String(reference.name.dropFirst($0.utf8.count))
            }
        }
        return ["HEAD"] + Set(names).sorted()
    }

    /// The commit that two revisions have in common. Throws `.unknownRevision`.
    public func mergeBase(_ a: String, _ b: String) throws -> SnapshotView {
        try state.withLock {
            let (first, second) = (try repository.resolve(a), try repository.resolve(b))
            guard let base = try repository.mergeBase(first, second) else {
                throw StemmaError(.unknownRevision, "\(a) and \(b) have no commit in common")
            }
            return try SnapshotView(store: self, commit: base)
        }
    }
}
