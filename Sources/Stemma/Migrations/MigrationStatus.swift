import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// Which versions the records of a variable are of, and which migrations there are between them.
public struct MigrationStatus: Sendable {
    /// A version.
    public struct Version: Sendable {
        /// The version.
        public let version: SchemaVersion
        /// How many records are of it.
        public let records: Int
        /// Whether there is a schema of it.
        public let hasSchema: Bool
    }

    /// How a migration stands.
    public enum State: String, Sendable {
        /// The variable went through it.
        case applied
        /// It is known, and the variable did not go through it.
        case pending
        /// The variable went through another one between the same versions: it was changed since.
        case changed
        /// The variable went through it, and it is neither stored nor registered here.
        case missing
    }

    /// A migration that is known, or that the variable went through.
    public struct Migration: Sendable {
        /// The version that it leads from.
        public let from: SchemaVersion
        /// The version that it leads to.
        public let to: SchemaVersion
        /// How it stands.
        public let state: State
        /// The digest of the definition that was applied, or of that which is known.
        public let digest: Digest
        /// The definition that is known; `nil` where there is none.
        public let definition: MigrationDefinition?
        /// Whether calls go on with what payloads were before.
        public let keepsDownstream: Bool
        /// The commit in which the variable went through it; `nil` for one that it did not go through, that is not committed
        /// yet, or whose commit a shallow clone does not have.
        public internal(set) var commit: AppliedCommit?
    }

    /// The commit in which a migration was applied.
    public struct AppliedCommit: Hashable, Sendable {
        /// The full id.
        public let id: String
        /// The first line of its message.
        public let subject: String
        /// When it was made, in seconds since 1970.
        public let seconds: Int64
        /// The author's offset from UTC at that moment, in minutes.
        public let offset: Int
    }

    /// The variable.
    public let variable: String
    /// The version that records are saved under.
    public let current: SchemaVersion
    /// Every version that is known, or that records are of, the oldest first.
    public let versions: [Version]
    /// Every migration, by its versions.
    public let migrations: [Migration]
    /// How many records say a version that cannot be read.
    public let unreadable: Int

    /// How many records are of an older version than records are saved under, whether or not they are raised when they are
    /// read: `Store.pendingRecords` counts those.
    public var behind: Int { versions.reduce(0) { $0 + ($1.version < current ? $1.records : 0) } }
}
