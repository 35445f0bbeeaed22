import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaLineage
import StemmaRecords

/// A directory of results and their lineage, inside a git work tree.
///
/// A store may be used from any thread and task. One transaction runs at a time, in this process and in all others;
/// reading waits for it only while it is being committed by the same process.
public final class Store: @unchecked Sendable {
    /// The store's directory, absolute and without symbolic links.
    public let path: String
    /// What `stemma.json` says.
    public let settings: StoreSettings
    /// How it was opened: waiting, author, and what else a program decides.
    public let options: StoreOptions

    let paths: StorePaths
    let catalog: Catalog
    /// Why the store can be read only; `nil` when it can be written.
    let cannotWrite: StemmaError?
    let objects: ObjectStore
    /// Opened when git is first needed: a lookup in the work tree is not.
    private var openedRepository: Repository?

    /// Guards catalog, repository and objects.
    let state = RecursiveLock()
    /// Held by the one transaction of this process. Taken before `state`, never after.
    let writing = RecursiveLock()
    /// The lock that this process holds, guarded by `writing`.
    var heldLock: FileLock?
    /// Whether a transaction of this process is under way, guarded by `state`.
    var isTransacting = false
    /// When the work tree was last looked at, in nanoseconds.
    var lastLook: Int64 = 0
    /// Blobs that turned out to be damaged when they were read, guarded by `state`: calls are not answered from them until
    /// they can be read. When it is lost, the damage has to be met again.
    var damaged: DigestList
    /// Object files that were written where a damaged one stood, guarded by `state`: a commit that has a file of that name
    /// may have the damage.
    var mended: DigestList
    /// Where other work trees keep large payloads, once that was asked.
    var otherLarge: [LooseObjects]?
    /// Packs of other commits, read out of git.
    var gitPacks = GitPackCache()
    /// The calls that do not answer any more, guarded by `state`.
    var forgottenCalls = MergedLines<ForgottenCall>()
    /// What has another name now than in lineage, guarded by `state`.
    var renamings = MergedLines<Renaming>()
    var formerNames = FormerNames()
    /// Why calls cannot be told of: one of the two files cannot be read.
    var callsProblem: StemmaError?
    /// Calls that were answered lately, and the state of the catalog that they were answered from; guarded by `state`.
    var answers = AnswerCache()
    var answersVersion = -1
    /// The schemas that payloads were held against.
    let compiledSchemas = CompiledSchemas()
    /// The files of variables, and the rules that they make; guarded by `state`.
    var knownFiles = KnownFiles()
    let knownRules = KnownRules()
    /// The migrations that this program makes of closures.
    let registeredMigrations = RegisteredMigrations()
    /// The migrations by which records of the work tree are raised; guarded by `state`.
    let knownMigrations = KnownMigrations()
    /// What payloads are when they are raised; guarded by `state`.
    var raisedDigests = RaisedDigests()
    /// When git's history was last looked through for packs, in nanoseconds.
    var lastHistorySearch: Int64 = 0

    /// Opens the store whose directory is `path`.
    ///
    /// Throws `.noStore`, `.newerFormat` and `.invalidSettings`. Git is looked at when it is first needed.
    public static func open(_ path: String, options: StoreOptions = StoreOptions()) throws -> Store {
        guard try FileSystem.status("\(path)/\(StoreSettings.fileName)") != nil else {
            throw StemmaError.noStore(at: path)
        }
        let store = try Store(path: FileSystem.realPath(path), options: options)
        try store.state.withLock { try store.mendingCatalog { try store.refresh(force: true) } }
        return store
    }

    deinit { saveRaisedDigests() }

    convenience init(path: String, options: StoreOptions) throws {
        let file = StorePaths(root: path).settings
        try self.init(
            path: path, options: options,
            settings: StoreSettings(
                fileContent: FileSystem.readAll(file, limit: 1 << 20, followLinks: false), path: file))
    }

    /// The store with settings that are to be written.
    init(path: String, options: StoreOptions, settings: StoreSettings) throws {
        self.path = path
        self.options = options
        self.settings = settings
        paths = StorePaths(root: path)
        damaged = DigestList(paths.damaged)
        mended = DigestList(paths.mended)
        objects = ObjectStore(root: path)
        (catalog, cannotWrite) = try Self.openCatalog(paths, settings)
    }

    /// On disk where the store can be written, otherwise in memory.
    private static func openCatalog(
        _ paths: StorePaths, _ settings: StoreSettings
    ) throws -> (Catalog, reasonInMemory: StemmaError?) {
        func open(inMemory: Bool) throws -> Catalog {
            try Catalog(paths: paths, settings: settings, inMemory: inMemory) { bytes in
                // Only running out of memory makes this fail; then the page counts as changed.
                (try? Repository.blobID(of: bytes).bytes) ?? []
            }
        }
        do {
            return (try open(inMemory: false), nil)
        } catch let error as StemmaError where [.permissionDenied, .diskFull].contains(error.code) {
            return (try open(inMemory: true), error)
        }
    }

    /// The repository around the store. Use it with `state` held.
    ///
    /// Throws `.noRepository`, and what git refuses to open.
    var repository: Repository {
        get throws {
            if let openedRepository { return openedRepository }
            guard let repository = try Repository.find(from: path), repository.relativePath(of: path) != nil
            else {
                throw StemmaError.noRepository(path)
            }
            openedRepository = repository
            return repository
        }
    }

    /// The store's directory relative to the top of the git work tree; empty when it is the top.
    var prefix: String {
        get throws { try repository.relativePath(of: path) ?? "" }
    }

    /// A path of the store as git names it, relative to the top of the work tree.
    func gitPath(_ path: String) throws -> String {
        let prefix = try prefix
        return prefix.isEmpty ? path : "\(prefix)/\(path)"
    }
}
