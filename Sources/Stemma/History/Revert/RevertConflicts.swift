import StemmaBlobs
import StemmaRecords

/// Which side counts where a record changed again after the commit that is reverted.
public enum RevertSide: Sendable {
    /// The record stays as it is now.
    case ours
    /// The record becomes what it was before that commit.
    case theirs
}

/// What becomes of records that were saved under a schema version that a revert takes back.
public enum NewerRecords: Sendable {
    /// They are taken down to the version that their variable is at then. Where that takes a program, it runs only if its
    /// command, or the first word of it, is among these.
    case takenDown(allowing: Set<String> = [], in: ProgramSurroundings? = nil)
    /// They stay at their version, and can be read as they are.
    case kept
}

/// How a commit is reverted.
public struct RevertOptions: Sendable {
    /// Which parent a merge is compared with, counted from 1.
    public var mainline: Int?
    /// What counts where a record changed again afterwards; without it such records are conflicts.
    public var side: RevertSide?
    /// What becomes of records that were saved under a schema version that is taken back.
    public var newer: NewerRecords = .takenDown()
    /// Told of records that cannot be taken down, and why: the first thousand, before `.newerRecords` is thrown.
    public var onNewerRecord: (@Sendable (MigrationReport.Problem) -> Void)?
    /// Asked now and then, from any thread: whether to stop. Then nothing is changed, and `.interrupted` is thrown.
    public var isStopped: @Sendable () -> Bool = { false }
    /// Asked when it was stopped: whether programs are not to have a moment to end.
    public var isHurried: @Sendable () -> Bool = { false }

    /// The options as they are when nothing is said.
    public init() {}
}

/// The records that changed again after what is to be undone.
public struct RevertConflicts: Error, Sendable {
    /// For each: what the commit made of it, and what it is now.
    public struct Conflict: Sendable {
        /// The address of the record.
        public let address: Address
        /// The record before the commit that is reverted.
        public let before: Record?
        /// The record that the commit made.
        public let reverted: Record?
        /// The record now.
        public let current: Record?
    }

    /// One for each record, in the order of differences.
    public let conflicts: [Conflict]
    /// Settings, schemas and migrations of variables that changed again, too.
    public let files: [FileConflict]
    /// The same as an error to be printed.
    public let error: StemmaError

    init(_ conflicts: [Conflict], _ files: [FileConflict], _ keys: KeyDeclarations) {
        self.conflicts = conflicts
        self.files = files
        let count = conflicts.count + files.count
        let names =
            files.map { $0.path + ($0.member.map { " (\($0))" } ?? "") }
            + conflicts.prefix(8).map { keys.text(of: $0.address) }
        let shown = names.prefix(8).joined(separator: "; ")
        let rest = count > 8 ? "; and \(count - 8) more" : ""
        let what = files.isEmpty ? "record" : conflicts.isEmpty ? "setting" : "record or setting"
        error = StemmaError(
            .conflicts,
            "\(count) \(what)\(count == 1 ? "" : "s") changed again after that commit: \(shown)\(rest)",
            hint:
                "`RevertSide.ours` keeps them as they are now, `RevertSide.theirs` takes them back to before it; nothing was changed",
            fields: ["count": String(count)])
    }
}
