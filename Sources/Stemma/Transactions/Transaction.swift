import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// The one way to change anything in a store: all of it happens, or nothing.
///
/// It is handed to the body of `Store.transaction` and is used there only, from one thread.
public final class Transaction {
    /// The store that is changed.
    public let store: Store
    let update: CatalogUpdate
    private let journal: JournalWriter
    let pack: PackWriter
    /// Lineage records that were kept already, with all that they name.
    private var keptLineage: Set<Digest> = []
    /// Blobs that were looked for in other commits, and whether they are anywhere.
    var brought: [Digest: Bool] = [:]
    /// How many blobs were taken from other commits.
    var broughtAlong = 0
    /// Blobs that are files of their own, still under temporary names.
    var stagedBlobs: [Digest: StagedBlob] = [:]
    /// Calls that have one answer more when this is committed.
    private var answered: Set<Digest> = []
    /// Lineage records that were forgotten, and that a fresh run has brought back.
    private var revived: Set<Digest> = []
    /// Traced values that somebody may still hold, and what they become when this is committed.
    private var saved: [Saved] = []
    /// Packs that were put in their place, to be taken back when the transaction fails after that.
    private var placedPacks: [Digest] = []
    /// When there are so many, those are dropped that nobody holds any more.
    private var savedLimit = 1024
    /// Files that are written or taken away, by their paths: settings, schemas and migrations of variables, and lines.
    var files: [String: FileChange] = [:]
    /// The schemas that payloads are held against.
    var schemas = SchemaLookup()
    /// How many records were put where none was.
    public private(set) var added = 0
    /// How many records were put in the place of another.
    public private(set) var changed = 0
    /// How many records were taken away.
    public private(set) var removed = 0

    private struct Saved {
        // Weak: whoever saves a million outputs in one transaction does not hold them all.
        weak var origin: TracedOrigin?
        let record: Record
    }

    /// A blob above this size is a file of its own: sharing a pack with others gains nothing, and a pack that is
    /// rewritten at commit would copy it.
    static let packLimit = 1 << 20

    init(_ store: Store, _ update: CatalogUpdate) throws {
        self.store = store
        self.update = update
        journal = try JournalWriter(paths: store.paths, head: store.repository.head().commit)
        pack = try store.objects.packWriter()
    }

    // MARK: Blobs

    /// Keeps a blob; one that the store has is not written again.
    @discardableResult
    func put(_ bytes: [UInt8], kind: BlobKind = .payload) throws -> Digest {
        let digest = Digest.of(bytes)
        // Small blobs are in packs as a rule; two calls of stat for each would be most of the cost of saving it.
        guard try !hasHere(digest, mayBeFile: bytes.count > Self.packLimit) else { return digest }
        // Lineage records stand in packs whatever their size, because the table of a pack says what they are.
        if bytes.count <= Self.packLimit || kind != .payload {
            try pack.add(digest, bytes, kind: kind)
        } else {
            let writer = try store.objects.blobWriter(
                size: bytes.count, largestTracked: store.settings.maxTrackedBytes)
            try writer.write(bytes)
            stagedBlobs[digest] = try writer.stage(synchronize: store.options.synchronize)
        }
        return digest
    }

    /// Keeps a blob that was written before. It stays its owner's until this is committed: what is rolled back can be put
    /// again.
    func put(_ blob: StagedBlob) throws {
        // A file of its own whatever its size: one that stands there is not written anew.
        if try !hasHere(blob.digest, mayBeFile: true) { stagedBlobs[blob.digest] = blob }
    }

    /// Whether the work tree, or this transaction, has the blob.
    private func hasHere(_ digest: Digest, mayBeFile: Bool) throws -> Bool {
        if pack.contains(digest) || stagedBlobs[digest] != nil { return true }
        let candidates = try update.view.packedObjects(digest)
        if !candidates.isEmpty {
            let found = store.state.withLock {
                // Read, not only found: what somebody saves again may be what is to replace a damaged blob.
                candidates.contains {
                    $0.blob == nil && (try? store.objects.pack($0.pack).read(digest)) != nil
                }
            }
            if found { return true }
        }
        guard mayBeFile else { return false }
        return try store.objects.loose.isIntact(digest) || store.objects.large.isIntact(digest)
    }

    /// Keeps lineage that was not saved yet, with all that it names: each record once, however many calls share it.
    func put(_ pending: PendingLineage) throws {
        var waiting = [pending]
        while let next = waiting.popLast() {
            guard keptLineage.insert(next.digest).inserted else { continue }
            if next.isFresh,
                try store.state.withLock({ try store.forgotten().contains(ForgottenCall(next.digest)) })
            {
                revived.insert(next.digest)
            }
            // What the store has was closed when it was written, or is closed by the next commit.
            if try hasHere(next.digest, mayBeFile: next.blob.count > Self.packLimit) { continue }
            waiting += next.inputs
            for input in next.record.inputs {
                // What is not there at all, or damaged, hides nothing of the result: fsck tells of it.
                if let lineage = input.lineage { try tolerating { try bringLineage(lineage) } }
            }
            // That of an older identity stands where the lineage record was found.
            if next.functions.isEmpty, let function = next.record.function {
                try tolerating { try bring(function.identity) }
            }
            for function in next.functions { try put(function, kind: .function) }
            for constant in next.constants { try put(constant) }
            try put(next.blob, kind: .lineage)
            if let invocation = next.record.invocation { answered.insert(invocation) }
        }
    }

    /// A blob of this transaction or of the store.
    func read(_ digest: Digest) throws -> [UInt8] {
        if let bytes = try pack.read(digest) { return bytes }
        return try store.state.withLock { try store.readMetadata(digest, in: update.view) }
    }

    /// The payload of a record, of this transaction or of the store.
    func readPayload(of record: Record) throws -> [UInt8] {
        if let bytes = try pack.read(record.content) { return bytes }
        return try store.workTree.payload(of: record)
    }

    // MARK: Records

    /// Puts a record whose blobs are kept. Says whether anything changed.
    @discardableResult
    func put(_ record: Record) throws -> Bool {
        let variable = try makeVariable(record.variable, format: record.format)
        try store.settings.keys.check(record.keys)
        try store.settings.keys.check(version: record.version)
        let line = record.line
        let before = try update.put(record, line: line, in: variable)
        if before == line { return false }
        try journal.add(record.variable, before: before, after: line)
        if before == nil { added += 1 } else { changed += 1 }
        return true
    }

    /// Removes one record. Says whether it was there.
    @discardableResult
    public func remove(_ address: Address) throws -> Bool {
        guard let variable = try update.variable(address.variable),
            let before = try update.remove(keys: address.keys, version: address.version, in: variable)
        else { return false }
        try journal.add(address.variable, before: before, after: nil)
        removed += 1
        return true
    }

    /// The records of exactly these keys; `nil` for a variable that is new.
    func variants(of name: String, at keys: Keys) throws -> [Record]? {
        guard let variable = try update.variable(name) else { return nil }
        return try update.view.records(of: variable, keys: keys)
    }

    /// Tells a traced value what it was saved as, once that has happened.
    func settle(_ origin: TracedOrigin, as record: Record) {
        if saved.count >= savedLimit {
            saved.removeAll { $0.origin == nil }
            savedLimit = max(1024, saved.count * 2)
        }
        saved.append(Saved(origin: origin, record: record))
    }

    /// Whether a record is certain to stand as it is; cheaper than reading the one that does.
    func stands(_ record: Record) throws -> Bool {
        guard let variable = try update.variable(record.variable) else { return false }
        return try update.stands(record, line: record.line, in: variable)
    }

    /// The record that stands at exactly this address.
    func record(at address: Address) throws -> Record? {
        guard let variable = try update.variable(address.variable) else { return nil }
        return try update.view.records(of: variable, keys: address.keys, version: address.version).first
    }

    /// The variable, made when it is new. Throws `.nameTaken` for a name that another one had before it was renamed: in
    /// lineage it means that one.
    func makeVariable(_ name: String, format: PayloadFormat) throws -> CatalogView.Variable {
        if let known = try update.variable(name) {
            if let problem = known.problem { throw StemmaError(.invalidSettings, problem) }
            return known
        }
        try Name.check(name, of: "variable")
        let lowered = name.lowercased()
        if let other = try update.view.variables().first(where: { $0.name.lowercased() == lowered }) {
            throw StemmaError.namesCollide(name, other.name, of: "variable")
        }
        try store.checkIsCurrent(.variable, name)
        try set(
            VariableSettings(format: format, partition: .standard(for: store.settings.keys)), of: name)
        guard let made = try update.variable(name) else { throw StemmaError.unknownVariable(name, among: []) }
        return made
    }

    /// Rewrites pages that are out of order; changes no record.
    func putLayoutRight() throws { try update.putLayoutRight() }

    // MARK: End

    /// Makes everything that the transaction did permanent, in the order that Docs/Format.md gives.
    func commit() throws {
        let synchronize = store.options.synchronize
        let changes = try update.layOut { bytes in
            let file = try FileSystem.createTemporary(in: store.paths.temporary)
            try file.write(bytes)
            try file.close()
            return file.path
        }
        var isAcknowledged = false
        defer {
            // Once the journal names them they are what recovery goes on with.
            if !isAcknowledged {
                for change in changes { change.temporary.map { _ = try? FileSystem.remove($0) } }
                takeBackPacks()
            }
        }
        for change in changes where try !change.isCurrent(store.paths, store.catalog.contentID) {
            throw StemmaError.workTreeChanged("\(StorePaths.recordsFolder)/\(change.path)")
        }
        let files = changedFiles
        for change in files where try !change.isUntouched(store.paths) {
            throw StemmaError.workTreeChanged(change.path)
        }
        let writer = WorkTreeWriter(store.paths, synchronize: synchronize)
        // Many files are flushed at once, with the file system; then objects need no flush of their own.
        let flushesAll = synchronize && writer.flushesAll(changes)
        try writeObjects(synchronize: synchronize && !flushesAll)
        if changes.isEmpty, files.isEmpty {
            try update.commit()
            isAcknowledged = true
            try? settle()
            return
        }
        for change in files { try journal.add(file: change) }
        for change in changes { try journal.add(page: change) }
        try journal.write()
        try writer.flush(changes)
        try journal.finish(synchronize: synchronize, isFlushed: flushesAll)
        // From here on the transaction has happened, if this process dies. If only the catalog cannot be written, it
        // has not.
        do {
            try update.commit()
        } catch {
            try FileSystem.remove(store.paths.journal)
            throw error
        }
        isAcknowledged = true
        // The transaction is durable: what fails from here on is finished by the next one, from the journal.
        try? putInPlace(changes, files, writer)
        try? settle()
    }

    /// What follows when everything is durable. A kill before it leaves calls forgotten that a fresh run has made: they
    /// are made once more.
    private func settle() throws {
        for invocation in answered { store.answers.remove(invocation) }
        for entry in saved { entry.origin?.settle(as: entry.record) }
        try store.revive(revived)
    }

    private func putInPlace(
        _ changes: [PageChange], _ files: [FileChange], _ writer: WorkTreeWriter
    ) throws {
        try writer.write(changes, files)
        let confirmation = try store.catalog.update(waiting: 1)
        defer { confirmation.rollback() }
        for change in changes { try confirmation.confirm(change) }
        try confirmation.commit()
        try FileSystem.remove(store.paths.journal)
    }

    private func writeObjects(synchronize: Bool) throws {
        for (digest, blob) in stagedBlobs {
            // Before it is in place: of a kill in between nothing is left but a look at an old file.
            try store.state.withLock {
                if try store.damaged.contains(digest) || store.objects.loose.contains(digest) {
                    store.mended.add(digest)
                }
            }
            try blob.commit(synchronize: synchronize)
        }
        for finished in try pack.finish(into: store.objects.packDirectory, synchronize: synchronize) {
            if !finished.replaces { placedPacks.append(finished.name) }
            if finished.replaces { store.state.withLock { store.mended.add(finished.name) } }
            try update.addPack(store.objects.pack(finished), blob: nil)
        }
    }

    /// What a transaction that has failed leaves is in nobody's way, but status would list it for ever.
    private func takeBackPacks() {
        // A journal that could not be taken away may be finished by the next transaction.
        guard case .some(.none) = try? Optional(FileSystem.status(store.paths.journal)) else { return }
        for name in placedPacks { _ = try? store.objects.removePack(name) }
    }

    func rollback() {
        pack.abort()
        stagedBlobs = [:]
        update.rollback()
    }
}
