import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

/// What of a variable at a commit is not as a writer leaves it: after a hand edit, or a text merge.
struct Irregularities: Sendable {
    /// The pages that do not hold exactly the records of their partition and prefix, in order, once each, as they are
    /// written. All other pages do, so that a record stands in one of these or where it belongs.
    var pages: Set<SnapshotPage> = []
    /// Lines that are no records, then identities that stand on two lines.
    var problems: [StemmaError] = []
}

extension SnapshotView {
    /// Looks at every page of a variable but those that the catalog has looked at. Throws `.unknownVariable`.
    func findIrregularities(of variable: String) throws -> Irregularities {
        var found = Irregularities()
        let pages = try pages(of: variable)
        let partition = try settings(of: variable).partition
        let known = try pagesKnownRegular(of: variable, partition)
        let overlapping = Self.overlapping(pages)
        var lines: [RecordIdentity: [Place]] = [:]
        // Where the records of irregular pages belong, when that is another page.
        var homes: [SnapshotPage: Set<RecordIdentity>] = [:]
        let folders = Dictionary(grouping: pages, by: \.partition)
        for page in pages where !known.contains(page) || overlapping.contains(page) {
            let content = try read(page, variable: variable)
            found.problems += content.problems
            if !overlapping.contains(page), Self.isRegular(content, page, partition) { continue }
            found.pages.insert(page)
            for entry in content.entries {
                lines[entry.identity, default: []].append(Place(page: page, line: entry.number))
                for home in folders[partition.path(of: entry.record.keys)] ?? []
                where home.prefix.contains(entry.identity.keysHash) {
                    homes[home, default: []].insert(entry.identity)
                }
            }
        }
        for (page, identities) in homes where !found.pages.contains(page) {
            for entry in try read(page, variable: variable).entries where identities.contains(entry.identity)
            {
                lines[entry.identity]?.append(Place(page: page, line: entry.number))
            }
        }
        found.problems += try duplicates(lines, variable)
        return found
    }

    /// A line of a page.
    private struct Place: Comparable {
        let page: SnapshotPage
        let line: Int

        static func < (a: Place, b: Place) -> Bool { (a.page.path, a.line) < (b.page.path, b.line) }
    }

    private func duplicates(_ lines: [RecordIdentity: [Place]], _ variable: String) throws -> [StemmaError] {
        let twice = lines.filter { $0.value.count > 1 }.map { (identity: $0.key, places: $0.value.sorted()) }
        return try twice.sorted { $0.places[0] < $1.places[0] }.map { identity, places in
            let entry = try read(places[0].page, variable: variable).entries.first { $0.identity == identity }
            return .duplicateRecord(
                entry.map { keys.text(of: $0.record.address) } ?? variable,
                places: try places.map { try place($0.page, $0.line) })
        }
    }

    /// The pages that the work tree has too, byte for byte, and of which the catalog says that they are regular.
    private func pagesKnownRegular(of variable: String, _ partition: Partition) throws -> Set<SnapshotPage> {
        // What is regular depends on the settings.
        guard keys == store.settings.keys else { return [] }
        return try store.state.withLock {
            try store.catalog.read { view in
                guard let known = try view.variable(variable), known.settings.partition == partition else {
                    return []
                }
                return Set(
                    try view.pages(of: known).filter { !$0.isIrregular }.compactMap { page in
                        ObjectID(bytes: page.content).map { SnapshotPage(path: page.path, id: $0) }
                    })
            }
        }
    }

    private static func isRegular(_ content: Page, _ page: SnapshotPage, _ partition: Partition) -> Bool {
        content.isCanonical
            && content.entries.allSatisfy {
                page.prefix.contains($0.identity.keysHash)
                    && partition.path(of: $0.record.keys) == page.partition
            }
    }

    /// Pages of a prefix and pages of a longer one below it in the same folder.
    private static func overlapping(_ pages: [SnapshotPage]) -> Set<SnapshotPage> {
        var found: Set<SnapshotPage> = []
        for (_, pages) in Dictionary(grouping: pages, by: \.partition) where pages.count > 1 {
            let sorted = pages.map { ($0.prefix, $0) }.sorted { $0.0 < $1.0 }
            var cover = sorted[0]
            for next in sorted.dropFirst() {
                if cover.0.isAncestor(of: next.0) {
                    found.formUnion([cover.1, next.1])
                } else {
                    cover = next
                }
            }
        }
        return found
    }
}
