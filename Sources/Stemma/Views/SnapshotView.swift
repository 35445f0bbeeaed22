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
    public let store: Store
    /// The commit's full id.
    public let commit: String

    let commitID: ObjectID
    /// The tree of the store's directory; `nil` where the commit has no store.
    let tree: ObjectID?
    let keys: KeyDeclarations
    private let pagesOfVariables = Mutex<[String: [SnapshotPage]]>([:])
    private let surveys = Mutex<[String: Survey]>([:])

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
            return VariableSummary(
                name: name, format: try settings(of: name).format, records: records, versions: versions.count,
                bytes: bytes)
        }
    }

    public func versions(of variable: String) throws -> [Version] {
        var versions: Set<Version> = []
        for page in try pages(of: variable) {
            for entry in try read(page, variable: variable).entries { versions.insert(entry.record.version) }
        }
        return versions.sorted { $0.canonical.lexicographicallyPrecedes($1.canonical) }
    }

    public func variants(of variable: String, keys: Keys) throws -> [Record] {
        try self.keys.check(keys)
        let pages = try pages(of: variable)
        let hash = RecordIdentity.hash(of: keys)
        let folder = try settings(of: variable).partition.path(of: keys)
        // Where a record belongs, and wherever else it may stand: writers keep the layout, readers do not depend on it.
        let strange = try survey(of: variable).strange
        let likely = pages.filter {
            strange.contains($0) || ($0.partition == folder && $0.prefix.contains(hash))
        }
        var found: [(record: Record, place: String)] = []
        for page in likely {
            for entry in try read(page, variable: variable).entries where entry.record.keys == keys {
                found.append((entry.record, try place(page, entry.number)))
            }
        }
        for (index, item) in found.enumerated() {
            if let other = found[..<index].first(where: { $0.record.version == item.record.version }) {
                throw StemmaError.duplicateRecord(item.record.address, places: [other.place, item.place])
            }
        }
        return found.map(\.record).sorted(by: RecordOrder(self.keys).areInOrder)
    }

    private func place(_ page: SnapshotPage, _ line: Int) throws -> String {
        "\(commitID.hex.prefix(10)):\(try store.gitPath(StorePaths.recordsFolder))/\(page.path):\(line)"
    }

    /// What is out of order in the pages of a variable.
    private struct Survey {
        /// Pages with records that belong elsewhere.
        var strange: Set<SnapshotPage> = []
        /// Lines that are no records, or that two records of one page share.
        var problems: [StemmaError] = []
    }

    /// Reads the pages that are not known to be in order, once. Those that the work tree has too, and in order, are.
    private func survey(of variable: String) throws -> Survey {
        if let known = surveys.withLock({ $0[variable] }) { return known }
        let pages = try pages(of: variable)
        let partition = try settings(of: variable).partition
        let regular = try store.read { catalog in
            Set(
                try catalog.pages().lazy.filter { !$0.isIrregular }.compactMap { page in
                    ObjectID(bytes: page.content).map { SnapshotPage(path: page.path, id: $0) }
                })
        }
        var survey = Survey()
        for page in pages where !regular.contains(page) {
            let content = try read(page, variable: variable)
            survey.problems += content.problems
            var lines: [RecordIdentity: Int] = [:]
            for entry in content.entries {
                if let other = lines.updateValue(entry.number, forKey: entry.identity) {
                    survey.problems.append(
                        .duplicateRecord(
                            entry.record.address,
                            places: [try place(page, other), try place(page, entry.number)]))
                }
                if !page.prefix.contains(entry.identity.keysHash)
                    || partition.path(of: entry.record.keys) != page.partition
                {
                    survey.strange.insert(page)
                }
            }
        }
        surveys.withLock { $0[variable] = survey }
        return survey
    }

    public func chunks(of variable: String, matching filter: Filter) throws -> [RecordChunk] {
        try keys.check(filter.keys)
        let partition = try settings(of: variable).partition
        let wanted = filter.partitionPath(partition)
        var folders: [(path: String, pages: [SnapshotPage])] = []
        for page in try pages(of: variable) where wanted == nil || page.partition == wanted {
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

    public func records(in chunk: RecordChunk) throws -> [Record] {
        guard case .pages(let pages) = chunk.place else { return [] }
        var entries: [Page.Entry] = []
        for page in pages { entries += try read(page, variable: chunk.variable).entries }
        if pages.count > 1 { entries.sort { $0.sortKey.lexicographicallyPrecedes($1.sortKey) } }
        return entries.map(\.record)
    }

    public func problems(of variable: String) throws -> [StemmaError] {
        let survey = try survey(of: variable)
        var problems = survey.problems
        // A record that stands elsewhere may stand where it belongs, too.
        for page in survey.strange.sorted(by: { $0.path < $1.path }) {
            for entry in try read(page, variable: variable).entries {
                do {
                    _ = try variants(of: variable, keys: entry.record.keys)
                } catch let error as StemmaError where error.code == .duplicateRecord {
                    if !problems.contains(where: { $0.message == error.message }) { problems.append(error) }
                }
            }
        }
        return problems
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
                try collect(item.id, variable, depth: 0, into: &pages)
            }
            return pages
        }
        pagesOfVariables.withLock { $0[variable] = pages }
        return pages
    }

    private func collect(_ tree: ObjectID, _ path: String, depth: Int, into pages: inout [SnapshotPage])
        throws
    {
        guard depth <= 64 else { return }
        for entry in try store.repository.entries(of: tree) {
            switch entry.kind {
            case .tree: try collect(entry.id, "\(path)/\(entry.name)", depth: depth + 1, into: &pages)
            case .blob, .executable:
                if PagePrefix(fileName: entry.name) != nil {
                    pages.append(SnapshotPage(path: "\(path)/\(entry.name)", id: entry.id))
                }
            default: continue
            }
        }
    }

    func read(_ page: SnapshotPage, variable: String) throws -> Page {
        try store.state.withLock {
            let folder = try store.gitPath(StorePaths.recordsFolder)
            return try store.repository.withBlob(page.id) { bytes in
                Page(
                    bytes, variable: variable,
                    path: "\(commitID.hex.prefix(10)):\(folder)/\(page.path)", keys: keys)
            }
        }
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
                String(reference.name.dropFirst($0.count))
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
