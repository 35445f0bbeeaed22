import StemmaBlobs
import StemmaRecords

/// How much a store holds and what it takes on disk.
public struct Stats: Sendable {
    /// How much one variable holds.
    public struct Variable: Sendable {
        /// The name of the variable.
        public let name: String
        /// How many records it has.
        public let records: Int
        /// The sum of the payloads' sizes.
        public let logicalBytes: Int
        /// The same with every payload counted once.
        public let distinctBytes: Int
    }

    /// One for each variable, by name.
    public internal(set) var variables: [Variable] = []
    /// The payloads of all variables, each counted once.
    public internal(set) var distinctBytes = 0
    /// How many packs the work tree has.
    public internal(set) var packs = 0
    /// How many objects stand in them.
    public internal(set) var packedObjects = 0
    /// The sum of the sizes of their files.
    public internal(set) var packBytes = 0
    /// How many objects are files of their own that git tracks.
    public internal(set) var looseObjects = 0
    /// The sum of the sizes of these files.
    public internal(set) var looseBytes = 0
    /// How many objects are files in `large/`.
    public internal(set) var largeObjects = 0
    /// The sum of the sizes of these files.
    public internal(set) var largeBytes = 0
    /// The files of pages.
    public internal(set) var pages = 0
    /// The sum of the sizes of these files.
    public internal(set) var pageBytes = 0

    /// How many records there are in all variables.
    public var records: Int { variables.reduce(0) { $0 + $1.records } }
    /// The sum of all payloads' sizes, each counted for every record that has it.
    public var logicalBytes: Int { variables.reduce(0) { $0 + $1.logicalBytes } }
    /// What objects and pages take on disk.
    public var storedBytes: Int { packBytes + looseBytes + largeBytes + pageBytes }
}

extension Store {
    /// Counts records, bytes and files of the work tree. Reads lines, no payload.
    public func stats() throws -> Stats {
        var stats = Stats()
        var seen: Set<Digest> = []
        for name in try read({ try $0.variables().map(\.name) }) {
            var (records, logical, distinct) = (0, 0, 0)
            var own: Set<Digest> = []
            try workTree.forEachReadable(name) { record in
                records += 1
                logical += record.size
                if own.insert(record.content).inserted { distinct += record.size }
                if seen.insert(record.content).inserted { stats.distinctBytes += record.size }
            }
            stats.variables.append(
                Stats.Variable(name: name, records: records, logicalBytes: logical, distinctBytes: distinct))
        }
        try state.withLock {
            for name in try objects.packNames() {
                stats.packs += 1
                stats.packBytes += Int(try FileSystem.status(objects.packPath(name))?.size ?? 0)
                stats.packedObjects += try readablePack(name)?.count ?? 0
            }
            for digest in try objects.loose.all() {
                stats.looseObjects += 1
                stats.looseBytes += Int(try FileSystem.status(objects.loose.path(of: digest))?.size ?? 0)
            }
            for digest in try objects.large.all() {
                stats.largeObjects += 1
                stats.largeBytes += Int(try FileSystem.status(objects.large.path(of: digest))?.size ?? 0)
            }
            for page in try catalog.read({ try $0.pages() }) {
                stats.pages += 1
                stats.pageBytes += Int(try FileSystem.status(paths.page(page.path))?.size ?? 0)
            }
        }
        return stats
    }
}

extension Store {
    /// How many records the work tree has; no page is read.
    public func recordCount() throws -> Int {
        try read { view in try view.variables().reduce(0) { try $0 + view.counts(of: $1).records } }
    }
}
