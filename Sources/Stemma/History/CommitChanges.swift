import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

/// What a commit changes, counted by record without holding the records.
struct CommitChanges {
    private(set) var added = 0
    private(set) var changed = 0
    private(set) var removed = 0
    private(set) var variables: [String] = []

    /// Compares the work tree with HEAD, folder by folder.
    ///
    /// - Parameter body: called with every line that the commit adds, valid during the call, and its variable.
    init(
        _ store: Store, _ view: CatalogView, from head: any PagedView,
        _ body: (UnsafeRawBufferPointer, String) throws -> Void
    ) throws {
        let names = Set(try head.variableNames()).union(try view.variables().map(\.name))
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let before = (added, changed, removed)
            try compare(name, store, view, head, body)
            if before != (added, changed, removed) { variables.append(name) }
        }
    }

    private mutating func compare(
        _ name: String, _ store: Store, _ view: CatalogView, _ head: any PagedView,
        _ body: (UnsafeRawBufferPointer, String) throws -> Void
    ) throws {
        var folders: [Substring: (old: [String: ObjectID], new: [String: ObjectID], rows: [PageRow])] = [:]
        func folder(_ path: String) -> Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
        for (path, id) in try head.pageIDs(of: name) {
            folders[folder(path), default: ([:], [:], [])].old[path] = id
        }
        if let variable = try view.variable(name) {
            for page in try view.pages(of: variable) {
                let id = ObjectID(bytes: page.content) ?? .zero
                folders[folder(page.path), default: ([:], [:], [])].new[page.path] = id
                folders[folder(page.path)]?.rows.append(page)
            }
        }
        for (_, pages) in folders where pages.old != pages.new {
            guard !pages.old.isEmpty else {
                // Nothing to compare with: every line is new.
                for page in pages.rows {
                    added += page.records
                    try view.lines(of: page) { line in
                        try body(line, name)
                        return true
                    }
                }
                continue
            }
            var comparison = VariableComparison(
                name: name, order: RecordOrder(store.settings.keys), filter: Filter())
            try comparison.compare(pages.old, head, pages.new, store.workTree)
            for change in comparison.changes(pairVersions: true) {
                switch change.status {
                case .added: added += 1
                case .changed: changed += 1
                case .removed: removed += 1
                }
                if let after = change.after { try after.line.withUnsafeBytes { try body($0, name) } }
            }
        }
    }
}
