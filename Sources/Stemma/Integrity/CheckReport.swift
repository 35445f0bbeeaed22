import StemmaBlobs

/// What `Store.check` found.
public struct CheckReport: Sendable {
    /// One thing that is wrong.
    public struct Finding: Sendable {
        /// The kind of a finding, as `--json` prints it.
        public enum Kind: String, Sendable {
            /// A line of a page is no record.
            case page
            /// One identity stands on two lines.
            case duplicate
            /// Records stand in the wrong page, or a page is not written as it should be. Nothing is lost.
            case layout
            /// A settings file is missing or cannot be read.
            case settings
            /// A blob that a record or its lineage names is nowhere in this clone.
            case missing
            /// A blob or pack is not what its digest says.
            case damaged
            /// A record holds another payload than its lineage record says.
            case mismatch
            /// A blob stands in another commit only. Nothing is lost.
            case elsewhere
        }

        /// What kind of thing is wrong.
        public let kind: Kind
        /// What is wrong, with the offending name and value; one line.
        public let message: String
        /// What to do about it, where there is something.
        public let hint: String?
        /// The file, relative to the store, where there is one.
        public let path: String?
        /// The addresses of the records that it hits.
        public internal(set) var records: [String]
        /// Whether it was put right.
        public internal(set) var isRepaired: Bool
        /// Whether all that is damaged in a file is read from elsewhere in this clone, and nothing can put the file right.
        public internal(set) var isElsewhere = false

        /// Whether something is lost or cannot be read.
        public var isDamage: Bool {
            switch kind {
            case .page, .duplicate, .settings, .missing, .damaged, .mismatch: !isRepaired && !isElsewhere
            case .layout, .elsewhere: false
            }
        }
    }

    /// All that is wrong, in the order in which it was found.
    public internal(set) var findings: [Finding] = []
    /// How many records were checked.
    public internal(set) var records = 0
    /// How many objects the files of the work tree hold.
    public internal(set) var objects = 0
    /// Bytes of files that were read, with `deep`.
    public internal(set) var bytes = 0

    /// Whether anything is lost or cannot be read.
    public var isDamaged: Bool { findings.contains(where: \.isDamage) }
}

/// How far a long work has come.
public struct Progress: Sendable {
    /// What is being done: `records`, `packs`, `files`.
    public let phase: String
    /// How many of them are done.
    public let done: Int
    /// How many there are; 0 when that is not known.
    public let total: Int
}
