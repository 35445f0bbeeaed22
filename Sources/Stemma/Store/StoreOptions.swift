/// How a program uses a store.
public struct StoreOptions: Sendable {
    /// How long to wait for a lock that another process holds, in seconds.
    public var wait: Double = 10
    /// Asked while a lock is waited for, from any thread: when it says so, the time is over.
    public var isHurried: (@Sendable () -> Bool)?
    /// Whether what is written is flushed to the disk before a call returns. Off only for throw-away work.
    public var synchronize = true
    /// What other processes are told that this one does while it holds the lock.
    public var command = "a program"
    /// Who the author of commits is, where git's configuration is not to be asked.
    public var author: Author?

    /// A plain argument of a call whose payload is larger than this many bytes is no constant: it is data, and where
    /// it comes from must be known.
    public var largestConstant = 65_536
    /// Whether a plain argument that is too large to be a constant is taken as it is: its digest is recorded, and not
    /// its payload, so that the lineage ends there.
    public var isEphemeral = false
    /// What happens when a record is read that is of another schema version than its reader asks for.
    public var automaticMigration = AutomaticMigration.onRead
    /// Is told what a program may want to show: nothing that must be acted on.
    public var report: (@Sendable (StoreEvent) -> Void)?

    /// The options as they are when nothing is said.
    public init() {}

    /// Who makes a commit.
    public struct Author: Hashable, Sendable {
        /// The name; git's configuration is asked when it is `nil`.
        public var name: String?
        /// The e-mail address; git's configuration is asked when it is `nil`.
        public var email: String?

        /// An author of this name and address.
        public init(name: String?, email: String?) {
            self.name = name
            self.email = email
        }
    }
}

/// Something that a store noticed and went on.
public enum StoreEvent: Sendable {
    /// What was stored of a call was damaged or gone, and the function runs again.
    case resultComputedAgain(function: String, cause: StemmaError)
    /// Objects that the work tree needs were taken from other commits, and stand in it now.
    case broughtAlong(objects: Int)
    /// An object was damaged where it should stand, and was read from git's history.
    case damagePassedOver(cause: StemmaError)
    /// A record is saved although its schema does not allow it, since the variable's validation is `warn`; the cause has
    /// all `violations`. Said before the transaction is committed.
    case schemaViolated(StemmaError)
}
