import StemmaBlobs

/// Why records differ: the root causes, and how much is not explained.
public struct Explanation: Sendable {
    /// Why the causes of a change are not known.
    public enum Reason: String, Sendable, CaseIterable {
        /// A lineage record is nowhere in this clone.
        case missingLineage = "missing-lineage"
        /// A lineage record cannot be read.
        case damagedLineage = "damaged-lineage"
        /// The same call, by all that is recorded of it, gave another result.
        case sameCall = "same-call"
        /// The content differs, and both sides name the same lineage record.
        case sameLineage = "same-lineage"
        /// What differs says nothing of how the record was made, such as where a value is stored.
        case sameResult = "same-result"
        /// One view has results of a step that the other one has without them: nobody has computed them there.
        case oneSide = "one-side"
    }

    /// Changed records that no cause is known for.
    public struct Unexplained: Hashable, Sendable {
        /// Why not.
        public let reason: Reason
        /// How many.
        public let count: Int
        /// One of them.
        public let example: Address
    }

    /// The causes: the one that explains most records comes first.
    public internal(set) var causes: [Cause] = []
    /// What is not explained, by reason.
    public internal(set) var unexplained: [Unexplained] = []

    /// How many changed records no cause is known for.
    public var unexplainedCount: Int { unexplained.reduce(0) { $0 + $1.count } }
}
