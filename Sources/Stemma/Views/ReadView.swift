import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// A store as it can be read: the work tree, or any commit.
public protocol ReadView: Sendable {
    /// The store that is read, which has the objects that records name.
    var store: Store { get }

    /// Every variable, by name, with counts.
    func variables() throws -> [VariableSummary]

    /// The versions that records of a variable have. Throws `.unknownVariable`.
    func versions(of variable: String) throws -> [Version]

    /// The records of exactly these keys. Throws `.unknownVariable`, `.duplicateRecord`.
    func variants(of variable: String, keys: Keys) throws -> [Record]

    /// Parts of a variable that are read one at a time, in order. Throws `.unknownVariable`.
    func chunks(of variable: String, matching filter: Filter) throws -> [RecordChunk]

    /// The records of one part, sorted.
    func records(in chunk: RecordChunk) throws -> [Record]

    /// Lines of the variable that are no records, or that two records share.
    func problems(of variable: String) throws -> [StemmaError]
}

/// A part of a variable that fits in memory.
///
/// A partition of at most `sortedLimit` records is one part; a larger one is read page by page, in the order of its
/// trie, so that no listing needs more memory than this.
public struct RecordChunk: Sendable {
    enum Place: Sendable {
        /// All parts of a listing have one reader, and so are of one moment.
        case catalog(partition: Int64, low: [UInt8], high: [UInt8], reader: CatalogReader?)
        case pages([SnapshotPage])
    }

    let variable: String
    let place: Place

    static let sortedLimit = 8192
}

/// What can be said of a variable without reading a payload.
public struct VariableSummary: Hashable, Sendable {
    /// The name of the variable.
    public let name: String
    /// The format that its payloads have when nothing else is said.
    public let format: PayloadFormat
    /// How many records it has.
    public let records: Int
    /// How many versions its records have.
    public let versions: Int
    /// The sum of the payloads' sizes.
    public let bytes: Int
    /// The schema version that records are saved under; `nil` when there is none.
    public let schema: SchemaVersion?
}

extension ReadView {
    /// Hands over the records of a variable one by one until `body` returns false.
    ///
    /// Memory stays constant. Sorted by keys inside each partition of at most 8,192 records; larger ones come in the
    /// order of their pages. When all are read, a line that is no record throws `.invalidPage`, and one identity on two
    /// lines `.duplicateRecord`: what can be read is read first.
    public func forEachRecord(
        of variable: String, matching filter: Filter = Filter(), _ body: (Record) throws -> Bool
    ) throws {
        for chunk in try chunks(of: variable, matching: filter) {
            for record in try records(in: chunk) where filter.matches(record) {
                guard try body(record) else { return }
            }
        }
        if let problem = try problems(of: variable).first { throw problem }
    }

    /// Every record that can be read; problems are not thrown, since whoever asks reports them on his own.
    func forEachReadable(
        _ variable: String, _ filter: Filter = Filter(), _ body: (Record) throws -> Void
    ) throws {
        for chunk in try chunks(of: variable, matching: filter) {
            for record in try records(in: chunk) where filter.matches(record) { try body(record) }
        }
    }

    /// The records of a variable as a sequence, in constant memory; see `forEachRecord` for order and errors.
    public func records(of variable: String, matching filter: Filter = Filter()) -> RecordSequence {
        RecordSequence(view: self, variable: variable, filter: filter)
    }

    /// The one record that an address names: its keys exactly, its version entries contained.
    ///
    /// A version that equals the entries wins over those that only contain them. Throws `.notFound`, which names the
    /// nearest records, and `.ambiguous`, which lists those that match.
    public func record(at address: Address) throws -> Record {
        if let record = try match(address) { return record }
        throw StemmaError.notFound(address, nearest: try nearest(to: address), store.settings.keys)
    }

    /// The record that `record(at:)` gives; `nil` where it would throw `.notFound`.
    func match(_ address: Address) throws -> Record? {
        let matching = try variants(of: address.variable, keys: address.keys)
            .filter { $0.version.contains(address.version) }
        if let exact = matching.first(where: { $0.version == address.version }),
            matching.count == 1 || !address.version.isEmpty
        {
            return exact
        }
        switch matching.count {
        case 1: return matching[0]
        case 0:
            // A line that cannot be read may be the one that is meant.
            if let problem = try problems(of: address.variable).first { throw problem }
            return nil
        default: throw StemmaError.ambiguous(address, matching, store.settings.keys)
        }
    }

    /// The record of exactly these keys and this version; `nil` when there is none.
    public func record(exactly address: Address) throws -> Record? {
        try variants(of: address.variable, keys: address.keys).first { $0.version == address.version }
    }

    /// Whether a record has the address. Reads no payload.
    public func contains(_ address: Address) throws -> Bool {
        do {
            return try variants(of: address.variable, keys: address.keys)
                .contains { $0.version.contains(address.version) }
        } catch let error as StemmaError where error.code == .unknownVariable {
            return false
        }
    }

    /// The records that share the most values with an address, at most three.
    private func nearest(to address: Address) throws -> [Record] {
        var best: [(score: Int, distance: Double, record: Record)] = []
        for chunk in try chunks(of: address.variable, matching: Filter()) {
            for record in try records(in: chunk) {
                let score =
                    address.keys.entries.filter { record.keys[$0.name] == $0.value }.count * 2
                    + address.version.entries.filter { record.version[$0.name] == $0.value }.count
                let distance = distance(record, address)
                if best.count == 3, let last = best.last, (last.score, -last.distance) >= (score, -distance) {
                    continue
                }
                best.append((score, distance, record))
                best.sort { ($0.score, -$0.distance) > ($1.score, -$1.distance) }
                if best.count > 3 { best.removeLast() }
            }
        }
        return best.map(\.record)
    }

    /// How far the numbers of a record are from those that were asked for.
    private func distance(_ record: Record, _ address: Address) -> Double {
        address.keys.entries.reduce(0) { sum, entry in
            guard case .number(let wanted) = entry.value, case .number(let found)? = record.keys[entry.name]
            else { return sum }
            return sum + (wanted - found).magnitude
        }
    }
}
