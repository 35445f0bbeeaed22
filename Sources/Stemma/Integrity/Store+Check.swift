import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

extension Store {
    /// Checks structure and references; with `deep` also every byte of every object.
    ///
    /// - Parameters:
    ///   - repair: puts right what loses nothing: companion files, pages out of order.
    ///   - progress: called now and then.
    public func check(
        deep: Bool = false, repair: Bool = false, progress: @escaping (Progress) -> Void = { _ in }
    ) throws -> CheckReport {
        var report = CheckReport()
        try state.withLock { try refresh(force: true) }
        try checkSettings(&report, repair: repair)
        try checkPages(&report)
        if repair { try repairLayout(&report) }
        var check = ObjectCheck(store: self, deep: deep, progress: progress)
        try state.withLock { try check.run(&report) }
        return report
    }

    private func checkSettings(_ report: inout CheckReport, repair: Bool) throws {
        for file in CompanionFile.all {
            let gap: CompanionFile.Gap?
            do {
                gap = try file.gap(in: path)
            } catch let error as StemmaError {
                // A link or a directory of that name, which `repair` leaves alone too.
                report.findings.append(
                    CheckReport.Finding(
                        kind: .settings, message: error.message, hint: error.hint, path: file.name,
                        records: [],
                        isRepaired: false))
                continue
            }
            guard let gap else { continue }
            if repair { try gap.fill(in: path, synchronize: options.synchronize) }
            report.findings.append(
                CheckReport.Finding(
                    kind: .settings,
                    message: gap.isWhole
                        ? "\(file.name) is missing"
                        : "\(file.name) lacks lines that init writes: \(gap.lines.joined(separator: ", "))",
                    hint: gap.isWhole
                        ? "`Store.check(repair: true)` writes it anew"
                        : "`Store.check(repair: true)` adds them at its end",
                    path: file.name, records: [], isRepaired: repair))
        }
        for variable in try read({ try $0.variables() }) {
            guard let problem = variable.problem else { continue }
            report.findings.append(
                CheckReport.Finding(
                    kind: .settings, message: problem, hint: "take it back with git checkout",
                    path: "variables/\(variable.name)/variable.json", records: [], isRepaired: false))
        }
    }

    private func checkPages(_ report: inout CheckReport) throws {
        try read { view in
            for problem in try view.problems() {
                report.findings.append(
                    CheckReport.Finding(
                        kind: .page, message: problem.message, hint: problem.hint,
                        path: problem.fields["path"],
                        records: [], isRepaired: false))
            }
            for duplicate in try view.duplicates() {
                report.findings.append(
                    CheckReport.Finding(
                        kind: .duplicate, message: duplicate.message, hint: duplicate.hint, path: nil,
                        records: [duplicate.fields["address"] ?? ""], isRepaired: false))
            }
            for page in try view.irregularPages() {
                report.findings.append(
                    CheckReport.Finding(
                        kind: .layout,
                        message:
                            "\(StorePaths.recordsFolder)/\(page) has records out of place or lines not as they are written",
                        hint: "the next save in that partition puts it right, or `Store.check(repair: true)`",
                        path: "\(StorePaths.recordsFolder)/\(page)", records: [], isRepaired: false))
            }
        }
    }

    private func repairLayout(_ report: inout CheckReport) throws {
        let pages = report.findings.indices.filter { report.findings[$0].kind == .layout }
        guard !pages.isEmpty else { return }
        try transaction { try $0.putLayoutRight() }
        for index in pages { report.findings[index].isRepaired = true }
    }
}

/// Follows what every record names, and reads every object when asked to.
private struct ObjectCheck {
    let store: Store
    let deep: Bool
    let progress: (Progress) -> Void
    /// What is wrong with a blob, by its digest.
    private var bad: [Digest: CheckReport.Finding] = [:]
    private var order: [Digest] = []
    /// Lineage records that were followed, with a bad blob that each leads to.
    private var followed: [Digest: Digest?] = [:]
    /// Blobs that were found, with their sizes.
    private var there: [Digest: Int?] = [:]
    private var elsewhere: Set<Digest> = []

    init(store: Store, deep: Bool, progress: @escaping (Progress) -> Void) {
        self.store = store
        self.deep = deep
        self.progress = progress
    }

    mutating func run(_ report: inout CheckReport) throws {
        try checkPacks(&report)
        try checkFiles(&report)
        try store.catalog.read { view in
            let variables = try view.variables()
            let total = try variables.reduce(0) { try $0 + view.counts(of: $1).records }
            for variable in variables {
                try store.workTree.forEachReadable(variable.name) { record in
                    report.records += 1
                    if report.records % 1000 == 0 {
                        progress(Progress(phase: "records", done: report.records, total: total))
                    }
                    try check(record, view)
                }
            }
        }
        report.findings += order.compactMap { bad[$0] }
        if !elsewhere.isEmpty {
            let (objects, stand) = elsewhere.count == 1 ? ("object", "stands") : ("objects", "stand")
            report.findings.append(
                CheckReport.Finding(
                    kind: .elsewhere,
                    message:
                        "\(elsewhere.count) \(objects) of this work tree \(stand) only in packs of other commits",
                    hint: "the next commit brings them along", path: nil, records: [], isRepaired: false))
        }
    }

    private mutating func note(
        _ digest: Digest, _ kind: CheckReport.Finding.Kind, _ message: String, path: String?
    ) {
        guard bad[digest] == nil else { return }
        bad[digest] = CheckReport.Finding(
            kind: kind, message: message, hint: nil, path: path, records: [], isRepaired: false)
        order.append(digest)
    }

    /// Opens every pack, which checks its table; with `deep` reads all of it.
    private mutating func checkPacks(_ report: inout CheckReport) throws {
        let names = try store.objects.packNames()
        for (index, name) in names.enumerated() {
            progress(Progress(phase: "packs", done: index, total: names.count))
            let path = "\(StorePaths.packsFolder)/\(name).zst"
            do {
                let pack = try store.objects.pack(name)
                report.objects += pack.count
                guard deep else { continue }
                for damage in try pack.verifyAll(progress: { report.bytes += $0 }) {
                    // Calls are not answered from it any more.
                    if let digest = damage.digest { store.damaged.add(digest) }
                    note(damage.digest ?? name, .damaged, damage.reason, path: path)
                }
            } catch let error as StemmaError {
                note(name, .damaged, error.message, path: path)
            }
        }
    }

    /// Counts the objects that are files of their own; with `deep` reads them.
    private mutating func checkFiles(_ report: inout CheckReport) throws {
        let files =
            try store.objects.loose.all().map { ($0, store.objects.loose) }
            + store.objects.large.all().map { ($0, store.objects.large) }
        for (index, (digest, place)) in files.enumerated() {
            progress(Progress(phase: "files", done: index, total: files.count))
            report.objects += 1
            guard deep else { continue }
            let path = place.path(of: digest)
            do {
                try BlobReader(path: path, digest: digest).readToEnd()
                report.bytes += Int(try FileSystem.status(path)?.size ?? 0)
            } catch let error as StemmaError {
                store.damaged.add(digest)
                note(digest, .damaged, error.message, path: store.paths.relative(path))
            }
        }
    }

    private mutating func check(_ record: Record, _ view: CatalogView) throws {
        var hits: Set<Digest> = []
        if let inline = record.inlinePayload {
            let found = Digest.of(inline)
            if found != record.content {
                let error = StemmaError.valueNotContent(record, found: found, store.settings.keys)
                note(found, .damaged, error.message, path: nil)
                hits.insert(found)
            }
        } else if try !isThere(record.content, view) {
            note(
                record.content, .missing, "the payload \(record.content) is nowhere in this clone", path: nil)
        }
        if let size = try storedSize(of: record, view), size != record.size {
            let text = store.settings.keys.text(of: record.address)
            let digest = Digest.of(Array(text.utf8))
            note(
                digest, .damaged, "\(text) says that it has \(record.size) bytes; its payload has \(size)",
                path: nil)
            hits.insert(digest)
        }
        if bad[record.content] != nil { hits.insert(record.content) }
        if let lineage = record.lineage, let culprit = try follow(lineage, view) { hits.insert(culprit) }
        for digest in hits { bad[digest]?.records.append(store.settings.keys.text(of: record.address)) }
    }

    /// The size that packs give of a payload, and the head of a file of its own; `nil` where that cannot be told.
    private func storedSize(of record: Record, _ view: CatalogView) throws -> Int? {
        guard record.value == nil, case .some(let size?) = there[record.content] else { return nil }
        return size
    }

    private mutating func isThere(_ digest: Digest, _ view: CatalogView) throws -> Bool {
        if there[digest] != nil { return true }
        do {
            var size: Int?
            switch try store.locate(digest, in: view) {
            case .here(.pack(_, let entry)): size = Int(entry.size)
            case .here(.loose(let path)), .here(.large(let path)):
                size = try BlobReader(path: path, digest: digest).size
            case .history(_, let entry):
                elsewhere.insert(digest)
                size = Int(entry.size)
            case nil: return false
            }
            there[digest] = .some(size)
            return true
        } catch let error as StemmaError where error.code == .corrupt {
            note(digest, .damaged, error.message, path: nil)
            return true
        }
    }

    /// A lineage record on the way from a record to what its lineage names.
    private struct Step {
        let lineage: Digest
        /// What it names and was not looked at yet.
        var waiting: [(digest: Digest, kind: BlobKind)] = []
        var culprit: Digest?
    }

    /// Follows a lineage record to everything that it names; gives a blob among it that cannot be read.
    ///
    /// What each lineage record on the way leads to is remembered, so that every one is read once in a check.
    private mutating func follow(_ start: Digest, _ view: CatalogView) throws -> Digest? {
        if let known = followed[start] { return known }
        var steps = [try step(start, view)]
        while var step = steps.popLast() {
            guard let (digest, kind) = step.waiting.last else {
                followed[step.lineage] = .some(step.culprit)
                continue
            }
            if kind == .lineage, followed[digest] == nil {
                steps.append(step)
                steps.append(try self.step(digest, view))
                continue
            }
            step.waiting.removeLast()
            let found = kind == .lineage ? followed[digest] ?? nil : try badBlob(digest, view)
            step.culprit = step.culprit ?? found
            steps.append(step)
        }
        return followed[start] ?? nil
    }

    /// Reads a lineage record, so that what it names can be followed.
    private mutating func step(_ lineage: Digest, _ view: CatalogView) throws -> Step {
        // Nothing names itself, since a digest would have to be known before it is computed; damage might.
        followed[lineage] = .some(nil)
        if let bad = try badBlob(lineage, view) { return Step(lineage: lineage, culprit: bad) }
        do {
            return Step(
                lineage: lineage,
                waiting: try LineageRecord(blob: store.readMetadata(lineage, in: view)).references)
        } catch let error as StemmaError {
            note(lineage, .damaged, "lineage record \(lineage): \(error.message)", path: nil)
            return Step(lineage: lineage, culprit: lineage)
        }
    }

    /// The digest itself when lineage names it and it cannot be read.
    private mutating func badBlob(_ digest: Digest, _ view: CatalogView) throws -> Digest? {
        if try !isThere(digest, view) {
            note(digest, .missing, "\(digest), which lineage names, is nowhere in this clone", path: nil)
        }
        return bad[digest] == nil ? nil : digest
    }
}
