import StemmaBlobs
import StemmaRecords

/// Why a record is left as it is, without that being a failure.
public enum BackfillSkip: String, Sendable, CaseIterable {
    /// It has the version already that it would get.
    case upToDate = "up-to-date"
    /// It was not computed, so that there is nothing to infer from.
    case noLineage = "no-lineage"
}

/// Why a record cannot get its new version.
public enum BackfillFailure: Hashable, Sendable {
    /// A value, and the call that it stands in.
    public struct Found: Hashable, Sendable {
        /// The value; `nil` where the call was given something else than a JSON scalar.
        public let value: Scalar?
        /// The function that was called.
        public let function: String
        /// The shortest way to the call: 1 is the call that made the record.
        public let steps: Int
    }

    /// No call of its lineage is one that a rule means.
    case notFound(entry: String)
    /// There are such calls, such as this one, and none has the parameter.
    case noParameter(entry: String, parameter: String, Found)
    /// Calls were given different values; the nearest ones of them.
    case severalValues(entry: String, [Found])
    /// The parameter was given a record or the output of another call, which is no value.
    case input(entry: String, parameter: String, Found)
    /// The constant is an array, an object, or too long, and no version entry can hold it.
    case noScalar(entry: String, parameter: String, Found)
    /// A part of its lineage that could say otherwise is missing or damaged.
    case unreadableLineage(entry: String, Digest)
    /// Another record with another payload has, or would get, the same address.
    case collision(with: Address)

    /// One word, as `--json` prints it.
    public var name: String {
        switch self {
        case .notFound: "not-found"
        case .noParameter: "no-parameter"
        case .severalValues: "several-values"
        case .input: "input"
        case .noScalar: "no-scalar"
        case .unreadableLineage: "unreadable-lineage"
        case .collision: "collision"
        }
    }

    /// The version entry that could not be inferred; `nil` where it is not about one.
    public var entry: String? {
        switch self {
        case .notFound(let entry), .noParameter(let entry, _, _), .severalValues(let entry, _),
            .input(let entry, _, _), .noScalar(let entry, _, _), .unreadableLineage(let entry, _):
            entry
        case .collision: nil
        }
    }

    /// What was found where it should stand.
    public var found: [Found] {
        switch self {
        case .severalValues(_, let found): found
        case .noParameter(_, _, let found), .input(_, _, let found), .noScalar(_, _, let found): [found]
        case .notFound, .unreadableLineage, .collision: []
        }
    }
}

/// What a backfill did, or would do.
public struct BackfillReport: Sendable {
    /// Records that are left as they are.
    public struct Skipped: Hashable, Sendable {
        /// How many.
        public internal(set) var count: Int
        /// The first of them.
        public let example: Address
    }

    /// A record that cannot get its new version.
    public struct Failed: Hashable, Sendable {
        /// The record.
        public let address: Address
        /// Why.
        public let failure: BackfillFailure
    }

    /// How many records have another version now; those that joined another one are among them.
    public internal(set) var updated = 0
    /// How many of them became one with a record of the same payload that stood, or was to stand, there too.
    public internal(set) var joined = 0
    /// How many records were left as they are, by reason.
    public internal(set) var skipped: [BackfillSkip: Skipped] = [:]
    /// How many records could not get their version.
    public internal(set) var failed = 0
    /// Which ones, and why: the first thousand.
    public internal(set) var failures: [Failed] = []
    /// Whether the records are as the report says: not in a dry run, and not where one failed that was not to be passed
    /// over.
    public internal(set) var isApplied = false
    /// The commit; `nil` where none was made, since nothing was to be changed, or nothing was changed.
    public internal(set) var commit: CommitResult?

    static let mostFailures = 1000

    /// How many records were left as they are.
    public var skippedCount: Int { skipped.values.reduce(0) { $0 + $1.count } }

    mutating func skip(_ record: Record, _ reason: BackfillSkip) {
        skipped[reason, default: Skipped(count: 0, example: record.address)].count += 1
    }

    mutating func fail(_ record: Record, _ failure: BackfillFailure) {
        failed += 1
        if failures.count < Self.mostFailures {
            failures.append(Failed(address: record.address, failure: failure))
        }
    }
}

/// How a backfill is done.
public struct BackfillOptions {
    /// Whether nothing is changed, and the report says what would be.
    public var isDryRun = false
    /// Whether records that fail are passed over; otherwise one that fails leaves all as they are.
    public var skipsFailed = false
    /// The message of the commit; when it is `nil`, one that says what was done.
    public var message: String?
    /// Of a dry run: is handed every record whose version would change, and the version that it would have.
    public var onUpdate: ((Record, Version) throws -> Void)?
    /// Is told how far it has come.
    public var progress: ((RecordProgress) -> Void)?

    /// The options as they are when nothing is said.
    public init() {}
}
