import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// Follows what every record names, and reads every object when asked to.
struct ObjectCheck {
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
    private(set) var elsewhere: Set<Digest> = []
    /// What lineage records that were followed say of their outputs.
    private var outputs: [Digest: [Digest]] = [:]

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
    }

    /// Brings what only other commits have into the work tree; what is damaged or gone there is a finding of its own.
    mutating func bringAlong(_ report: inout CheckReport) throws {
        guard !elsewhere.isEmpty else { return }
        let known = order.count
        try store.transaction { transaction in
            for digest in elsewhere.sorted() {
                do {
                    if try transaction.bring(digest) { continue }
                    note(digest, .missing, "\(digest) is nowhere in this clone any more", path: nil)
                } catch let error as StemmaError where error.isDamageOrAbsence {
                    note(digest, .damaged, error.message, path: nil)
                }
                elsewhere.remove(digest)
            }
        }
        let found = Array(order[known...])
        if !found.isEmpty { try store.state.withLock { try findRecords(of: Set(found)) } }
        report.findings += found.compactMap { bad[$0] }
    }

    /// Notes the records that lead to blobs which turned out to be bad when the records had been gone over.
    private mutating func findRecords(of found: Set<Digest>) throws {
        followed = [:]
        try store.catalog.read { view in
            for variable in try view.variables() {
                try store.workTree.forEachReadable(variable.name) { record in
                    let culprit = try record.lineage.flatMap { try follow($0, view) }
                    for digest in Set([record.content, culprit].compactMap { $0 }).intersection(found) {
                        bad[digest]?.records.append(store.settings.keys.text(of: record.address))
                    }
                }
            }
        }
    }

    func reportElsewhere(_ report: inout CheckReport, isRepaired: Bool) {
        guard !elsewhere.isEmpty else { return }
        let (objects, stand) = elsewhere.count == 1 ? ("object", "stands") : ("objects", "stand")
        report.findings.append(
            CheckReport.Finding(
                kind: .elsewhere,
                message:
                    "\(elsewhere.count) \(objects) of this work tree \(stand) only in other commits",
                hint: isRepaired ? nil : "`Store.check(repair: true)` brings them along", path: nil,
                records: [],
                isRepaired: isRepaired))
    }

    mutating func note(
        _ digest: Digest, _ kind: CheckReport.Finding.Kind, _ message: String, path: String?,
        hint: String? = nil
    ) {
        guard bad[digest] == nil else { return }
        bad[digest] = CheckReport.Finding(
            kind: kind, message: message, hint: hint, path: path, records: [], isRepaired: false)
        order.append(digest)
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
        if let culprit = differsFromLineage(record) { hits.insert(culprit) }
        for digest in hits { bad[digest]?.records.append(store.settings.keys.text(of: record.address)) }
    }

    /// A record whose payload is not the output of its call that it says it is: somebody has changed one of them by hand.
    private mutating func differsFromLineage(_ record: Record) -> Digest? {
        guard record.migratedFrom.isEmpty, let lineage = record.lineage, let outputs = outputs[lineage] else {
            return nil
        }
        let index = record.output ?? 0
        guard !outputs.indices.contains(index) || outputs[index] != record.content else { return nil }
        let text = store.settings.keys.text(of: record.address)
        let said = outputs.indices.contains(index) ? "\(outputs[index])" : "none of its \(outputs.count)"
        let digest = Digest.of(Array("lineage of \(text)".utf8))
        note(
            digest, .mismatch,
            "\(text) holds \(record.content); output \(index) of its lineage record is \(said)", path: nil,
            hint: "run the step that made it again, or save it as data of its own")
        return digest
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
            case .history(let blob):
                if deep { try store.noting(digest) { try store.reader(blob).readToEnd() } }
                elsewhere.insert(digest)
                size = blob.size
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
            let record = try LineageRecord(blob: store.readMetadata(lineage, in: view))
            outputs[lineage] = record.outputs.map(\.digest)
            return Step(lineage: lineage, waiting: record.references)
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
