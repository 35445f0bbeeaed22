import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// What a migration did, or would do.
public struct MigrationReport: Sendable {
    /// The records of one version, and how they get to the version that is asked for.
    public struct Route: Sendable {
        /// The steps; none for records that are of that version already.
        public let path: MigrationPath
        /// How many records take them.
        public internal(set) var records: Int
    }

    /// A record that cannot be migrated, or is not what a schema on its way allows.
    public struct Problem: Sendable {
        /// The record.
        public let address: Address
        /// The version that it is of.
        public let version: SchemaVersion
        /// Why; `.migrationFailed` has the step, the pointer and the reason among its `fields`.
        public let error: StemmaError
    }

    /// The variable.
    public let variable: String
    /// The version that records are to have.
    public let target: SchemaVersion
    /// By the version that records are of, the oldest first.
    public internal(set) var routes: [Route] = []
    /// How many records have another form now; none where the migration was only declared.
    public internal(set) var migrated = 0
    /// How many records could not be migrated.
    public internal(set) var failed = 0
    /// Which ones, and why: the first thousand.
    public internal(set) var failures: [Problem] = []
    /// How many records are not what a schema on their way allows, and were migrated all the same, since their variable
    /// only warns of that.
    public internal(set) var warned = 0
    /// Which ones, and the first thing that is wrong with each: the first thousand.
    public internal(set) var warnings: [Problem] = []
    /// Whether the variable is as the report says: not in a dry run, and not where a record failed that was not to be
    /// passed over.
    public internal(set) var isApplied = false
    /// The commit; `nil` where none was made, since nothing was to be changed, or nothing was changed.
    public internal(set) var commit: CommitResult?

    static let mostFailures = 1000

    /// How many records are of the version already.
    public var upToDate: Int { routes.reduce(0) { $0 + ($1.path.steps.isEmpty ? $1.records : 0) } }

    mutating func count(_ path: MigrationPath, _ records: Int = 1) {
        if let index = routes.firstIndex(where: { $0.path == path }) {
            routes[index].records += records
        } else {
            routes.append(Route(path: path, records: records))
            routes.sort { $0.path.from < $1.path.from }
        }
    }

    mutating func fail(_ record: Record, _ version: SchemaVersion, _ error: StemmaError) {
        failed += 1
        if failures.count < Self.mostFailures {
            failures.append(Problem(address: record.address, version: version, error: error))
        }
    }

    mutating func warn(_ record: Record, _ version: SchemaVersion, _ error: StemmaError) {
        warned += 1
        if warnings.count < Self.mostFailures {
            warnings.append(Problem(address: record.address, version: version, error: error))
        }
    }
}

/// How a migration is done.
public struct MigrationOptions: Sendable {
    /// Migrations that are to be stored with the variable first.
    public var definitions: [MigrationDefinition] = []
    /// Whether nothing is changed: every record is migrated all the same, and the report says what would be.
    public var isDryRun = false
    /// Whether only the new version is declared, and records are raised when they are read. Only operations can do that.
    public var isLazy = false
    /// Whether records that fail stay as they are; otherwise one that fails leaves all as they are.
    public var skipsInvalid = false
    /// Whether calls go on with what a payload was before, so that nothing that was made from it is stale. It is said of
    /// steps that the variable goes through now, or back: those that it went through before keep what they kept then.
    public var keepsDownstream = false
    /// Where payloads have, from now on, the list of the versions that they came through; the empty pointer for nowhere.
    /// As the variable says when it is `nil`.
    public var mark: JSONPointer?
    /// Where programs run; without it a migration that is a program is refused.
    public var surroundings: ProgramSurroundings?
    /// The programs that stored definitions may run, by their commands or the first words of these; all of them when it is
    /// `nil`. Such a definition may have come from somebody else; one of `definitions` runs what it says.
    public var allowedPrograms: Set<String>?
    /// Asked now and then, from any thread: whether to stop. Then nothing is changed, and `.interrupted` is thrown.
    public var isStopped: @Sendable () -> Bool = { false }
    /// Asked when it was stopped: whether programs are not to have a moment to end.
    public var isHurried: @Sendable () -> Bool = { false }
    /// The message of the commit; when it is `nil`, one that says what was done.
    public var message: String?
    /// Is told how far it has come.
    public var progress: (@Sendable (RecordProgress) -> Void)?

    /// The options as they are when nothing is said.
    public init() {}
}
