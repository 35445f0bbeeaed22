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
    let journal: JournalWriter
    let pack: PackWriter
    /// Lineage records that were kept already, with all that they name.
    var keptLineage: Set<Digest> = []
    /// Blobs that were looked for in other commits, and whether they are anywhere.
    var brought: [Digest: Bool] = [:]
    /// How many blobs were taken from other commits.
    var broughtAlong = 0
    /// Blobs that are files of their own, still under temporary names.
    var stagedBlobs: [Digest: StagedBlob] = [:]
    /// Calls that have one answer more when this is committed.
    var answered: Set<Digest> = []
    /// Lineage records that were forgotten, and that a fresh run has brought back.
    var revived: Set<Digest> = []
    /// Traced values that somebody may still hold, and what they become when this is committed.
    var saved: [Saved] = []
    /// Packs that were put in their place, to be taken back when the transaction fails after that.
    var placedPacks: [Digest] = []
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

    struct Saved {
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
}
