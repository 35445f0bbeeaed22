import StemmaBlobs
import StemmaHistory
import StemmaRecords

/// How many records differ between two views, counted folder by folder without holding the records.
struct ChangeCounts {
    private(set) var added = 0
    private(set) var changed = 0
    private(set) var removed = 0
    /// The same for each variable that has changes, by name.
    private(set) var variables: [Status.Variable] = []

    /// Compares two views.
    ///
    /// - Parameter body: called with every line that is new in `after`, valid during the call, its variable, and what the
    ///   record was in `before`.
    init(
        _ store: Store, from before: any PagedView, to after: any PagedView,
        _ body: (UnsafeRawBufferPointer, String, Record?) throws -> Void = { _, _, _ in }
    ) throws {
        for variable in try store.comparedVariables(before, after, follow: true) {
            let counts = (added: added, changed: changed, removed: removed)
            try compare(variable, store, before, after, body)
            let own = Status.Variable(
                name: variable.name, added: added - counts.added, changed: changed - counts.changed,
                removed: removed - counts.removed)
            if own.added + own.changed + own.removed > 0 { variables.append(own) }
        }
    }

    private mutating func compare(
        _ variable: ComparedVariable, _ store: Store, _ before: any PagedView, _ after: any PagedView,
        _ body: (UnsafeRawBufferPointer, String, Record?) throws -> Void
    ) throws {
        typealias Pages = [String: ObjectID]
        var folders: [Substring: (old: Pages, new: Pages)] = [:]
        func folder(_ path: String) -> Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
        let name = variable.name
        for (path, id) in try variable.oldPages(in: before) {
            folders[folder(path), default: ([:], [:])].old[path] = id
        }
        for (path, id) in try variable.newPages(in: after) {
            folders[folder(path), default: ([:], [:])].new[path] = id
        }
        for (_, pages) in folders where pages.old != pages.new {
            if pages.old.isEmpty {
                // Nothing to compare with: every line is new.
                for (path, id) in pages.new {
                    added += try after.forEachLine(of: path, id) { try body($0, name, nil) }
                }
            } else if pages.new.isEmpty {
                for (path, id) in pages.old {
                    removed += try before.forEachLine(of: variable.path(before: path), id) { _ in }
                }
            } else {
                var comparison = VariableComparison(
                    variable, order: RecordOrder(store.settings.keys), filter: Filter(), pairsVersions: true)
                try comparison.compare(pages.old, before, pages.new, after)
                for change in comparison.changes() { try count(change, name, body) }
            }
        }
    }

    private mutating func count(
        _ change: Difference.Change, _ name: String,
        _ body: (UnsafeRawBufferPointer, String, Record?) throws -> Void
    ) throws {
        switch change.status {
        case .added: added += 1
        case .changed: changed += 1
        case .removed: removed += 1
        }
        if let after = change.after { try after.line.withUnsafeBytes { try body($0, name, change.before) } }
    }
}

extension PagedView {
    /// Hands over the lines of a page and counts them.
    fileprivate func forEachLine(
        of path: String, _ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        try withPage(path, id) { bytes in
            var lines = PageLines(bytes)
            var count = 0
            while let range = lines.next() {
                count += 1
                try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
            return count
        }
    }
}
