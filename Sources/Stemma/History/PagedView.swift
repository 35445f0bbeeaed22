import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

/// A view whose pages can be compared by their ids and read as bytes.
protocol PagedView: ReadView {
    /// The names of the variables that have pages or settings.
    func variableNames() throws -> [String]

    /// The pages of a variable: path relative to `records/`, and git's id of the bytes. Empty for an unknown variable.
    func pageIDs(of variable: String) throws -> [String: ObjectID]

    /// The bytes of a page, valid during the call.
    func withPage<T>(_ path: String, _ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> T) throws -> T

    /// A file of the store that is no page, by its path in it; `nil` where there is none.
    func file(_ path: String) throws -> [UInt8]?

    /// What `variable.json` says. Throws `.unknownVariable`, and `.invalidSettings`.
    func settings(of variable: String) throws -> VariableSettings

    /// The settings, schemas and migrations of a variable, by their paths. Throws `.unknownVariable`.
    func variableFiles(of variable: String) throws -> [VariableFile]

    /// Begins to read pages on another thread, in this order; `nil` where reading them one by one is as good.
    func prefetch(_ pages: [(path: String, id: ObjectID)]) throws -> BlobPrefetch?
}

extension PagedView {
    /// The bytes of a file of a variable; `nil` where there is none.
    func content(of file: VariableFile) throws -> [UInt8]? { try self.file(file.path) }

    func prefetch(_ pages: [(path: String, id: ObjectID)]) -> BlobPrefetch? { nil }
}

extension WorkTreeView: PagedView {
    func variableNames() throws -> [String] { try store.read { try $0.variables().map(\.name) } }

    func file(_ path: String) throws -> [UInt8]? {
        let path = "\(store.path)/\(path)"
        guard try FileSystem.status(path) != nil else { return nil }
        return try FileSystem.readAll(path, limit: Store.largestMetadata, followLinks: false)
    }

    func pageIDs(of name: String) throws -> [String: ObjectID] {
        try store.read { catalog in
            guard let variable = try catalog.variable(name) else { return [:] }
            var ids: [String: ObjectID] = [:]
            for page in try catalog.pages(of: variable) {
                ids[page.path] = ObjectID(bytes: page.content) ?? .zero
            }
            return ids
        }
    }

    func withPage<T>(_ path: String, _ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> T) throws -> T
    {
        try store.read { catalog in
            if let bytes = try store.pageFile(path, id) { return try bytes.withUnsafeBytes(body) }
            // Not written yet, or changed since the last look: as the catalog has it, so that all pages are of one moment.
            let bytes = try catalog.page(path).map { try catalog.bytes(of: $0) } ?? []
            return try bytes.withUnsafeBytes(body)
        }
    }
}

extension WorkTreeView {
    func settings(of name: String) throws -> VariableSettings {
        let variable = try store.read { try known(name, $0) }
        if let problem = variable.problem { throw StemmaError(.invalidSettings, problem) }
        return variable.settings
    }

    func variableFiles(of name: String) throws -> [VariableFile] {
        _ = try store.read { try known(name, $0) }
        return try VariableFile.all(of: name, in: store.paths)
    }

}

extension SnapshotView {
    func variableFiles(of variable: String) throws -> [VariableFile] {
        let all = try names()
        guard all.contains(variable) else { throw StemmaError.unknownVariable(variable, among: all) }
        return try store.state.withLock {
            let folder = "\(StorePaths.variablesFolder)/\(variable)"
            guard let tree, let item = try store.repository.item(in: tree, at: folder), item.kind == .tree
            else { return [] }
            var files: [VariableFile] = []
            try store.repository.forEachStoreFile(in: item.id, at: folder) { path, file in
                guard file.kind == .blob || file.kind == .executable else { return }
                if let file = VariableFile(path: path) { files.append(file) }
            }
            return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        }
    }
}

extension SnapshotView: PagedView {
    func variableNames() throws -> [String] { try names() }

    func file(_ path: String) throws -> [UInt8]? {
        try store.state.withLock {
            guard let tree, let item = try store.repository.item(in: tree, at: path),
                item.kind == .blob || item.kind == .executable
            else {
                return nil
            }
            return try store.repository.readBlob(item.id, limit: Store.largestMetadata)
        }
    }

    func pageIDs(of variable: String) throws -> [String: ObjectID] {
        do {
            return Dictionary(try pages(of: variable).map { ($0.path, $0.id) }) { first, _ in first }
        } catch let error as StemmaError where error.code == .unknownVariable {
            return [:]
        }
    }

    func withPage<T>(_ path: String, _ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> T) throws -> T
    {
        try store.state.withLock {
            if let bytes = try store.pageFile(path, id) { return try bytes.withUnsafeBytes(body) }
            return try store.repository.withBlob(id) { try body($0) }
        }
    }

    func prefetch(_ pages: [(path: String, id: ObjectID)]) throws -> BlobPrefetch? {
        guard pages.count >= BlobPrefetch.manyBlobs else { return nil }
        return try store.state.withLock {
            // Where the work tree has the page as it is, its file is read.
            let hasFile = try store.catalog.read { view in
                try pages.contains { try view.page($0.path)?.content == $0.id.bytes }
            }
            return hasFile ? nil : BlobPrefetch(pages.map(\.id), workTree: try store.repository.workTree)
        }
    }
}

extension Store {
    /// The file of a page, if it is what the catalog says and has this id: reading it is cheaper than putting it
    /// together from lines or inflating it, and its id proves it.
    fileprivate func pageFile(_ path: String, _ id: ObjectID) throws -> [UInt8]? {
        guard let row = try catalog.read({ try $0.page(path) }), row.content == id.bytes, !row.isIrregular,
            let bytes = try? FileSystem.readAll(
                paths.page(path), limit: Page.maximumSize, followLinks: false),
            try bytes.withUnsafeBytes({ try Repository.blobID(of: $0) }) == id
        else { return nil }
        return bytes
    }
}
