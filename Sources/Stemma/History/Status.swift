import StemmaBlobs
import StemmaHistory
import StemmaRecords

/// How the work tree differs from HEAD.
public struct Status: Sendable {
    /// The counts of one variable that has changes.
    public struct Variable: Hashable, Sendable {
        /// The name of the variable.
        public let name: String
        /// How many records HEAD does not have.
        public let added: Int
        /// How many records are not as HEAD has them.
        public let changed: Int
        /// How many records only HEAD has.
        public let removed: Int
    }

    /// `on branch main`, `detached at 1a2b3c4d5e`, `on branch main, which has no commit yet`.
    public let head: String
    /// What git is in the middle of: `merge`, `rebase`, `cherry-pick`, `revert`, `bisect` or `am`; mostly nothing.
    public let inProgress: String?
    /// The variables that have changes, by name.
    public let variables: [Variable]
    /// Files of the store other than pages that are new or changed, relative to the store.
    public let files: [String]
    /// Changes that a crash interrupted and that could not be finished, one line each.
    public let unfinished: [String]

    /// Whether there is nothing to commit. A page may differ without a record that does: by a line that is none.
    public let isClean: Bool
    /// What is wrong with pages, settings and records.
    public let problems: [StemmaError]
}

extension Store {
    /// Compares the work tree with HEAD. Reads no payload, and no page that is as it was.
    public func status() throws -> Status {
        try state.withLock { try mendingCatalog { try currentStatus() } }
    }

    private func currentStatus() throws -> Status {
        try refresh()
        let head = try repository.head()
        let tree = try head.commit.flatMap { try repository.tree(of: $0, at: prefix) }
        let files = try catalog.read { try StoreFiles(self, tree: tree, in: $0) }
        var variables: [Status.Variable] = []
        let pages = StorePaths.recordsFolder + "/"
        if files.written.contains(where: { $0.path.hasPrefix(pages) })
            || files.removed.contains(where: { $0.hasPrefix(pages) })
        {
            variables = try catalog.read { _ in
                try ChangeCounts(self, from: headView(head), to: workTree).variables
            }
        }
        return Status(
            head: Self.describe(head), inProgress: try repository.state.command, variables: variables,
            files: (files.written.map(\.path) + files.removed).filter { !$0.hasPrefix(pages) }.sorted(),
            unfinished: try unfinished(), isClean: files.isEmpty,
            problems: try catalog.read { view in
                try view.variables().compactMap { variable in
                    variable.problem.map { StemmaError(.invalidSettings, $0) }
                } + view.problems() + view.duplicates()
            })
    }

    private func unfinished() throws -> [String] {
        guard try FileSystem.status(paths.pending) != nil else { return [] }
        return try FileSystem.list(paths.pending).map { "local/pending/\($0.name)" }
    }

    private static func describe(_ head: Head) -> String {
        switch head {
        case .unborn(let branch): "on branch \(branch), which has no commit yet"
        case .branch(let name, _): "on branch \(name)"
        case .detached(let id): "detached at \(id.hex.prefix(10))"
        }
    }

    /// The store as it is at HEAD; empty when there is no commit. Call with `state` held.
    func headView(_ head: Head) throws -> any PagedView {
        if let commit = head.commit { return try SnapshotView(store: self, commit: commit) }
        return EmptyView(store: self)
    }

    /// The store as it is at HEAD; empty when there is no commit yet.
    public func head() throws -> any ReadView {
        try state.withLock { try headView(repository.head()) }
    }
}

extension Repository.State {
    /// The git command that is to be finished.
    var command: String? {
        switch self {
        case .none: nil
        case .cherryPick: "cherry-pick"
        case .applyMailbox: "am"
        case .merge, .revert, .bisect, .rebase: rawValue
        }
    }
}

/// A store without anything in it: what stands before the first commit.
struct EmptyView: PagedView {
    let store: Store

    func variables() throws -> [VariableSummary] { [] }
    func versions(of variable: String) throws -> [Version] {
        throw StemmaError.unknownVariable(variable, among: [])
    }
    func variants(of variable: String, keys: Keys) throws -> [Record] {
        throw StemmaError.unknownVariable(variable, among: [])
    }
    func chunks(of variable: String, matching filter: Filter) throws -> [RecordChunk] {
        throw StemmaError.unknownVariable(variable, among: [])
    }
    func records(in chunk: RecordChunk) throws -> [Record] { [] }
    func problems(of variable: String) throws -> [StemmaError] { [] }
    func variableNames() throws -> [String] { [] }
    func settings(of variable: String) throws -> VariableSettings {
        throw StemmaError.unknownVariable(variable, among: [])
    }
    func variableFiles(of variable: String) throws -> [VariableFile] {
        throw StemmaError.unknownVariable(variable, among: [])
    }
    func pageIDs(of variable: String) throws -> [String: ObjectID] { [:] }
    func file(_ path: String) throws -> [UInt8]? { nil }
    func withPage<T>(_ path: String, _ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> T) throws -> T
    {
        try body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
}
