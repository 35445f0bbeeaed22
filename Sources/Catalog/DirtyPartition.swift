import StemmaBlobs
import StemmaRecords

/// A partition in which an update has changed records, and the parts of its trie that must be laid out again.
struct DirtyPartition {
    let variable: CatalogView.Variable
    let path: String
    /// Its pages as they were when it was first touched.
    let pages: [PagePrefix: PageRow]
    /// Pages that stand in its folder and are none of its trie's, such as one that another page covers.
    let leftovers: [PageRow]
    private let sorted: [PagePrefix]
    private(set) var prefixes: Set<PagePrefix> = []

    init(variable: CatalogView.Variable, path: String, rows: [PageRow]) {
        self.variable = variable
        self.path = path
        var pages: [PagePrefix: PageRow] = [:]
        var leftovers: [PageRow] = []
        for row in rows {
            if let prefix = row.prefix, pages[prefix] == nil {
                pages[prefix] = row
            } else {
                leftovers.append(row)
            }
        }
        self.pages = pages
        self.leftovers = leftovers
        sorted = pages.keys.sorted()
    }

    mutating func markAll() { prefixes = [.root] }

    mutating func mark(_ hash: UInt64) {
        // Most changes come in runs of neighbours; a set of prefixes stays as small as the trie.
        prefixes.insert(leaf(for: hash))
    }

    /// The page that covers `hash`, or the shortest prefix of it under which there is no page.
    private func leaf(for hash: UInt64) -> PagePrefix {
        var prefix = PagePrefix.root
        while pages[prefix] == nil, hasPages(below: prefix),
            let child = prefix.children.first(where: { $0.contains(hash) })
        {
            prefix = child
        }
        return prefix
    }

    private func hasPages(below prefix: PagePrefix) -> Bool {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].bits < prefix.bits { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && prefix.isAncestor(of: sorted[low])
    }
}

extension CatalogUpdate {
    func markDirty(_ partition: Int64, _ hash: UInt64) { dirty[partition]?.mark(hash) }

    /// Makes a partition ready to be changed.
    ///
    /// One that is out of order (records in the wrong page, lines that are not canonical) is put right as a whole.
    /// Throws `.invalidPage` or `.duplicateRecord` where that would lose what somebody wrote by hand.
    func touch(_ partition: Int64, _ variable: CatalogView.Variable) throws {
        guard dirty[partition] == nil else { return }
        var waiting = [partition]
        while let next = waiting.popLast() {
            guard dirty[next] == nil else { continue }
            waiting += try open(next)
        }
    }

    /// Puts every partition right that is out of order and can be read.
    package func putLayoutRight() throws {
        let partitions = try connection.all(
            """
            SELECT DISTINCT p.id, v.name FROM pages JOIN partitions p ON p.id = pages.partition
            JOIN variables v ON v.id = p.variable
            WHERE irregular != 0 AND v.id NOT IN
              (SELECT q.variable FROM problems JOIN pages o ON o.id = page JOIN partitions q ON q.id = o.partition)
            """
        ) { ($0.int64(0), $0.text(1)) }
        for (id, name) in partitions {
            if let variable = try variable(name) { try touch(id, variable) }
        }
    }

    /// Starts a partition; gives the others that must be opened too, since records stand in each other's pages.
    private func open(_ partition: Int64) throws -> Set<Int64> {
        guard
            let (path, owner) = try connection.first(
                "SELECT path, v.name FROM partitions p JOIN variables v ON v.id = p.variable WHERE p.id = ?",
                .integer(partition), read: { ($0.text(0), $0.text(1)) }),
            let variable = try variable(owner)
        else { return [] }
        let rows = try connection.all(
            "SELECT \(PageRow.columns) FROM pages WHERE partition = ?", .integer(partition)
        ) { PageRow($0) }
        var state = DirtyPartition(variable: variable, path: path, rows: rows)
        let isOutOfPlace =
            try connection.first(
                "SELECT 1 FROM records WHERE place != 0 AND partition = ? LIMIT 1", .integer(partition),
                read: { _ in true }) ?? false
        guard isOutOfPlace || rows.contains(where: \.isIrregular) else {
            dirty[partition] = state
            return []
        }
        if let problem = try view.problems(of: variable).first { throw problem }
        if let duplicate = try view.duplicates(in: variable).first { throw duplicate }
        state.markAll()
        dirty[partition] = state
        var others: Set<Int64> = []
        for row in rows where row.isIrregular {
            let range = Place.range(of: row.id)
            others.formUnion(
                try connection.all(
                    "SELECT DISTINCT partition FROM records WHERE place != 0 AND place BETWEEN ? AND ?",
                    .integer(range.low), .integer(range.high)
                ) { $0.int64(0) })
        }
        others.formUnion(
            try connection.all(
                """
                SELECT DISTINCT pages.partition FROM records JOIN pages ON pages.id = records.place >> 24
                WHERE records.place != 0 AND records.partition = ?
                """, .integer(partition)
            ) { $0.int64(0) })
        try connection.run(
            "UPDATE records SET place = 0 WHERE place != 0 AND partition = ?", .integer(partition))
        return others
    }
}
