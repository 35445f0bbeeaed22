import Stemma
import StemmaRecords

/// A record in both forms of output.
struct RecordText {
    let address: AddressText

    init(_ keys: KeyDeclarations) { address = AddressText(keys) }

    /// The members of its line, `variable` and, where they are known, `stored` and `pending`.
    static func appendMembers(
        of record: Record, stored: StoredPlace?, pending: SchemaVersion? = nil, to bytes: inout [UInt8]
    ) {
        var line: [UInt8] = []
        line.reserveCapacity(384)
        record.appendLine(to: &line)
        bytes += line.dropFirst().dropLast()
        bytes += ",\"variable\":\(JSONValue.string(record.variable))".utf8
        if let stored { bytes += ",\"stored\":\"\(stored.name)\"".utf8 }
        if let pending { bytes += ",\"pending\":\"\(pending)\"".utf8 }
    }

    /// `Trend subject=1  json  4 B  3fa9c2e1b0aa  = 3.2`
    func row(_ record: Record, pending: SchemaVersion? = nil) -> [Cell] {
        var row: [Cell] = [
            Cell(address.of(record)), Cell(record.format.rawValue), .right(Amount.bytes(record.size)),
            Cell(record.content.short, .faint),
        ]
        if let value = record.value { row.append(Cell("= " + Self.shown(value))) }
        if let pending { row.append(Cell(Self.pending(pending), .changed)) }
        return row
    }

    /// What is said of a record that is raised when it is read.
    static func pending(_ version: SchemaVersion) -> String { "pending \(version)" }

    /// A payload that stands in the line, cut where it is longer than a line of a terminal.
    static func shown(_ value: JSONValue) -> String {
        let text = value.description
        return text.count > 72 ? text.prefix(72) + "..." : text
    }
}

extension Output {
    /// One record, as a row or an object of the kind `record`.
    func emit(
        _ record: Record, stored: StoredPlace? = nil, pending: SchemaVersion? = nil, _ text: RecordText
    ) throws {
        try emit(
            "record",
            rawMembers: { RecordText.appendMembers(of: record, stored: stored, pending: pending, to: &$0) },
            text.row(record, pending: pending))
    }
}
