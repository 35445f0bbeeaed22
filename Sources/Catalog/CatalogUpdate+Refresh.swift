import StemmaBlobs
import StemmaRecords

/// What a look at the work tree found changed.
package struct RefreshReport: Sendable {
    package var pages = 0
    package var variables = 0
    package var packs = 0
    /// How many packs went away; they may stand in commits.
    package var packsRemoved = 0
    /// Packs that cannot be read, with what is wrong.
    package var damagedPacks: [StemmaError] = []
}

extension Catalog {
    /// Whether the work tree is, for all that `stat` says, what the catalog knows.
    package func isCurrent() throws -> Bool {
        try read { try WorkTreeScan($0, paths: paths).isClean }
    }
}

extension CatalogUpdate {
    /// Reads again what differs from what the catalog knows.
    ///
    /// Call it only while no transaction is between its journal and its pages.
    /// - Parameter openPack: opens a pack of the work tree.
    @discardableResult
    package func refresh(openPack: (Digest) throws -> PackReader) throws -> RefreshReport {
        var scan = try WorkTreeScan(view, paths: paths)
        var report = RefreshReport()
        guard !scan.isClean else { return report }
        report.variables = scan.changedVariables.count + scan.removedVariables.count
        for variable in scan.changedVariables { try refresh(variable) }
        for name in scan.removedVariables { try forgetVariable(name) }
        // Settings say where records belong: when they change, pages that did not are read again.
        if report.variables > 0 { scan = try WorkTreeScan(view, paths: paths) }
        try refreshPages(scan, &report)
        try removePacks(scan.packsRemoved)
        for name in scan.packsAdded {
            do {
                try addPack(openPack(name), blob: nil)
            } catch let error as StemmaError {
                // One bad pack does not keep the rest of the store from being read; it is looked at again next time.
                report.damagedPacks.append(error)
            }
        }
        report.packsRemoved = scan.packsRemoved.count
        report.packs = scan.packsAdded.count + scan.packsRemoved.count
        return report
    }

    private func refresh(_ variable: WorkTreeScan.SeenVariable) throws {
        let before = try view.variable(variable.name)?.settings.partition
        try readSettings(variable)
        if let before, try view.variable(variable.name)?.settings.partition != before {
            try forgetPages(of: variable.name)
        }
    }

    private func readSettings(_ variable: WorkTreeScan.SeenVariable) throws {
        guard let stamp = variable.stamp else {
            return try setVariable(
                variable.name, content: nil, problem: nil, stamp: .unknown)
        }
        let path = "\(StorePaths.variablesFolder)/\(variable.name)/\(VariableSettings.fileName)"
        do {
            let bytes = try FileSystem.readAll(
                paths.variable(variable.name), limit: 1 << 20, followLinks: false)
            _ = try VariableSettings(fileContent: bytes, path: path, keys: settings.keys)
            try setVariable(variable.name, content: bytes, problem: nil, stamp: stamp)
        } catch let error as StemmaError {
            try setVariable(variable.name, content: nil, problem: error.message, stamp: stamp)
        }
    }

    private func refreshPages(_ scan: WorkTreeScan, _ report: inout RefreshReport) throws {
        // All removals first: a page may have moved its records to another that is read below.
        for row in scan.removedPages { try forgetPage(row) }
        var contents: [(WorkTreeScan.Seen, [UInt8], [UInt8])] = []
        for seen in scan.changedPages {
            let bytes: [UInt8]
            do {
                bytes = try FileSystem.readAll(
                    paths.page(seen.path), limit: Page.maximumSize, followLinks: false)
            } catch let error as StemmaError where error.code == .fileNotFound {
                // Gone since the look. What is known of it goes with the next one.
                continue
            }
            let content = bytes.withUnsafeBytes(contentID)
            if let row = try pageRow(seen.path) {
                if row.content == content, row.isOverlapped == seen.isOverlapped {
                    try setStamp(row, seen.stamp)
                    continue
                }
                try forgetPage(row)
            }
            contents.append((seen, bytes, content))
            // A store that is read for the first time is taken in page by page, not held in memory.
            if contents.count >= 64 { try take(&contents, &report) }
        }
        try take(&contents, &report)
        report.pages += scan.removedPages.count
    }

    private func take(
        _ contents: inout [(WorkTreeScan.Seen, [UInt8], [UInt8])], _ report: inout RefreshReport
    ) throws {
        for (seen, bytes, content) in contents {
            try takePage(seen, bytes, content)
            report.pages += 1
        }
        contents.removeAll()
    }

    private func pageRow(_ path: String) throws -> PageRow? {
        try connection.first("SELECT \(PageRow.columns) FROM pages WHERE path = ?", .text(path)) {
            PageRow($0)
        }
    }

    private func setStamp(_ row: PageRow, _ stamp: FileStamp) throws {
        let statement = try connection.prepare(
            "UPDATE pages SET device = ?, inode = ?, size = ?, modified = ?, changed = ?, looked = ? WHERE id = ?"
        )
        defer { statement.reset() }
        try statement.bind(stamp.values + [.integer(row.id)])
        _ = try statement.step()
    }

    /// Forgets all that is known of the pages of a variable, and its partitions.
    func forgetPages(of name: String) throws {
        guard let variable = try view.variable(name) else { return }
        for page in try view.pages(of: variable) { try forgetPage(page) }
        try connection.run("DELETE FROM partitions WHERE variable = ?", .integer(variable.id))
        forgetPartitions()
    }

    private func forgetPage(_ row: PageRow) throws {
        if row.isIrregular {
            let range = Place.range(of: row.id)
            try connection.run(
                "DELETE FROM records WHERE place != 0 AND place BETWEEN ? AND ?", .integer(range.low),
                .integer(range.high))
        } else if let prefix = row.prefix {
            let (low, high) = Self.bounds(prefix)
            try connection.run(
                "DELETE FROM records WHERE partition = ? AND identity BETWEEN ? AND ? AND place = 0",
                .integer(row.partition), .blob(low), .blob(high))
        }
        try connection.run("DELETE FROM problems WHERE page = ?", .integer(row.id))
        try connection.run("DELETE FROM pages WHERE id = ?", .integer(row.id))
    }

    /// Reads one page into the catalog.
    private func takePage(_ seen: WorkTreeScan.Seen, _ bytes: [UInt8], _ content: [UInt8]) throws {
        guard let slash = seen.path.firstIndex(of: "/"),
            let prefix = PagePrefix(fileName: String(FileSystem.name(of: seen.path)))
        else { return }
        let name = String(seen.path[..<slash])
        guard let variable = try variable(name) else { return }
        let inside = seen.path[seen.path.index(after: slash)...]
        let folder = inside.lastIndex(of: "/").map { String(inside[..<$0]) } ?? ""

        try bytes.withUnsafeBytes { bytes in
            let page = Page(
                bytes, variable: name, path: "\(StorePaths.recordsFolder)/\(seen.path)", keys: settings.keys)
            let partition = variable.settings.partition
            let isRegular =
                page.isCanonical && !seen.isOverlapped
                && page.entries.allSatisfy {
                    prefix.contains($0.identity.keysHash) && partition.path(of: $0.record.keys) == folder
                }
            // A page that stands out of its partition says nothing of the keys that sort the partition.
            let sort = page.entries.first.map { order.key(of: partition, keys: $0.record.keys) } ?? []
            let folderID = try self.partition(
                variable: variable.id, path: folder, sort: isRegular ? sort : [])
            try insertPage(
                path: seen.path, partition: folderID, prefix: prefix, records: page.entries.count,
                bytes: page.entries.reduce(0) { $0 + $1.record.size }, content: content,
                isIrregular: !isRegular,
                isOverlapped: seen.isOverlapped, stamp: seen.stamp)
            let id = connection.lastInsertedRow
            if isRegular {
                // The folder may have been made for a page that said nothing of its keys.
                try connection.run(
                    "UPDATE partitions SET sort = ? WHERE id = ? AND sort = x''", .blob(sort),
                    .integer(folderID))
            }
            for entry in page.entries {
                let record = entry.record
                if isRegular {
                    try insert(
                        partition: folderID, identity: entry.identity, place: Place.regular,
                        sort: entry.sortKey,
                        size: record.size, line: UnsafeRawBufferPointer(rebasing: bytes[entry.line]))
                } else {
                    // As it is to be written when the page is put right, whatever its spelling is now.
                    try insert(
                        partition: self.partition(
                            variable, path: partition.path(of: record.keys), keys: record.keys),
                        identity: entry.identity, place: Place.of(page: id, line: entry.number),
                        sort: entry.sortKey, size: record.size, line: record.line)
                }
            }
            for problem in page.problems {
                try connection.run(
                    "INSERT INTO problems VALUES(?, ?, ?, ?)", .integer(id),
                    .integer(Int(problem.fields["line"] ?? "") ?? 0), .text(problem.message),
                    problem.hint.map(SQLValue.text) ?? .null)
            }
        }
    }
}
