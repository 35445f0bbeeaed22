import StemmaRecords

/// What became of a batch: how many combinations ended how, and each that needs a look.
public struct BatchReport: Sendable {
    /// How a combination stands.
    public enum State: Hashable, Sendable {
        /// The results stand in the store, and are what the call returns.
        case upToDate
        /// A result stands in the store that was made by another call, and why.
        case stale(CallDifference?)
        /// No result stands in the store.
        case missing
        /// An input is not there.
        case inputMissing(String)
        /// The last run failed, with this message.
        case failed(String)
    }

    /// One combination of keys.
    public struct Combination: Sendable {
        /// The keys.
        public let keys: Keys
        /// How it stands; in a run that was no dry one, what became of it.
        public let state: State
        /// Whether the function ran; `nil` in a dry run.
        public let ran: Bool?
        /// Why it could not be answered from the store.
        public let reason: MissReason?
        /// Where the code of the function is another one: the parts of it that are, as `file filter.py`.
        public internal(set) var changedParts: [String] = []
        /// What went wrong.
        public let failure: String?

        init(keys: Keys, state: State, ran: Bool?, reason: MissReason?, failure: String?) {
            (self.keys, self.state, self.ran) = (keys, state, ran)
            (self.reason, self.failure) = (reason, failure)
        }
    }

    /// How often the function ran and its results were saved.
    public internal(set) var computed = 0
    /// How often the store had the results.
    public internal(set) var cached = 0
    /// How many combinations lack an input.
    public internal(set) var skipped = 0
    /// How often the function failed.
    public internal(set) var failed = 0
    /// Whether it was stopped before all combinations were done.
    public internal(set) var isInterrupted = false
    /// Every combination of a dry run; of a real one those that were skipped or failed, and those that were computed
    /// again because what the store had of them is damaged or gone.
    public internal(set) var combinations: [Combination] = []

    /// How many combinations there were.
    public var total: Int { computed + cached + skipped + failed }
}

/// How far a batch has come.
public struct BatchProgress: Sendable {
    /// The combinations that are done.
    public let done: Int
    /// All combinations.
    public let total: Int
    /// How many of those that are done failed or were skipped.
    public let troubled: Int
}

/// How a batch runs.
public struct BatchOptions: Sendable {
    /// How many combinations are computed at once; the number of cores when not said.
    public var jobs: Int?
    /// Whether nothing is run, and the report says of every combination how it stands.
    public var isDryRun = false
    /// Whether constants become version entries of the results.
    public var constantsAreVersion = true
    /// Whether an output may go where an input was taken from, and replace it.
    public var replacesInputs = false
    /// Asked several times a second, from any thread: when it says so, nothing more is begun, programs that run are
    /// ended, and what was computed is saved.
    public var isStopped: (@Sendable () -> Bool)?
    /// Asked as often, once it is stopped: when it says so, programs get no time to end by themselves.
    public var isHurried: (@Sendable () -> Bool)?
    /// Is told how far the batch has come, from any thread.
    public var progress: (@Sendable (BatchProgress) -> Void)?

    /// The options as they are when nothing is said.
    public init() {}
}
