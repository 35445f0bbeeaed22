import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

extension Store {
    /// Where the record at an address comes from, as a view has it.
    ///
    /// No payload is read. What is missing or damaged is a node that says so.
    ///
    /// - Parameters:
    ///   - address: the keys exactly; version entries must be contained.
    ///   - view: the work tree when it is not said, or any commit.
    ///   - depth: how many steps to go up from the record, whose own function and constants are always there; `nil`
    ///     for all.
    ///
    /// Throws what `record(at:)` throws.
    public func lineage(
        of address: Address, in view: (any ReadView)? = nil, depth: Int? = nil
    ) throws -> LineageGraph {
        try lineage(of: (view ?? workTree).record(at: address), depth: depth)
    }

    /// Where a record comes from; it is the first node. No payload is read.
    public func lineage(of record: Record, depth: Int? = nil) throws -> LineageGraph {
        try withLineage { try LineageGraph(above: [LineageStart(record)], depth: depth, source: $0) }
    }

    /// Lineage as the catalog finds it. Readers of other threads wait until `body` is done.
    func withLineage<T>(_ body: (LineageSource) throws -> T) throws -> T {
        try read { catalog in
            try body(LineageSource(names: currentNames()) { try self.readMetadata($0, in: catalog) })
        }
    }
}

extension ReadView {
    /// The names of the variables, without the counts, for which a commit's pages would all be read.
    var variableNames: [String] {
        get throws { try (self as? SnapshotView)?.names() ?? variables().map(\.name) }
    }

    /// Hands over the records of a variable part by part until `body` returns false. When all are read, a line that is
    /// no record is an error, as in `forEachRecord`.
    func forEachPart(of variable: String, _ body: ([Record]) throws -> Bool) throws {
        for chunk in try chunks(of: variable, matching: Filter()) {
            guard try body(records(in: chunk)) else { return }
        }
        if let problem = try problems(of: variable).first { throw problem }
    }
}
