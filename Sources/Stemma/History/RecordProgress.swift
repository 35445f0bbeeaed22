/// How far a change of many records that becomes one commit has come: a migration or a backfill.
public struct RecordProgress: Sendable {
    /// What is being done.
    public enum Phase: Sendable {
        /// Records are looked at, and changed.
        case records
        /// Pages are written, and the commit is made.
        case committing
    }

    /// What is being done.
    public let phase: Phase
    /// How many records were looked at.
    public let done: Int
    /// How many there are.
    public let total: Int
}
