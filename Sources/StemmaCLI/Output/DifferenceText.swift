import Stemma

/// Changes of records in both forms of output.
struct DifferenceText {
    let address: AddressText

    init(_ keys: KeyDeclarations) { address = AddressText(keys) }

    /// A record with all that is said of it.
    struct Side {
        let record: Record
        let pending: SchemaVersion?

        var json: JSONValue {
            guard let pending, case .object(var members) = record.json else { return record.json }
            members["pending"] = .string(pending.description)
            return .object(members)
        }
    }

    static func members(_ change: Difference.Change, _ before: Side?, _ after: Side?) -> JSONObject {
        let record = change.record
        var members: JSONObject = [
            "variable": .string(record.variable), "keys": record.keys.json, "version": record.version.json,
            "status": .string(change.status.rawValue),
            "fields": .array(change.fields.map { .string($0) }),
        ]
        if let before { members["before"] = before.json }
        if let after { members["after"] = after.json }
        return members
    }

    /// `~ subject=1 session=A  content, size  3fa9c2e1b0aa -> 77ab01c2d3e4`
    ///
    /// - Parameter pending: the version that the record is raised to when it is read, after the change or, where it is
    ///   gone, before.
    func row(_ change: Difference.Change, pending: SchemaVersion? = nil) -> [Cell] {
        let row = row(change)
        return row + (pending.map { [Cell(RecordText.pending($0), .changed)] } ?? [])
    }

    private func row(_ change: Difference.Change) -> [Cell] {
        let place = address.place(of: change.record)
        return switch change.status {
        case .added: [Cell("+ \(place)", .good), "", Cell(Self.content(change.after))]
        case .removed: [Cell("- \(place)", .bad), "", Cell(Self.content(change.before))]
        case .changed:
            [
                Cell("~ \(place)", .changed), Cell(change.fields.joined(separator: ", ")),
                Cell(transition(change)),
            ]
        }
    }

    func transition(_ change: Difference.Change) -> String {
        var parts: [String] = []
        if let before = change.before, let after = change.after, before.version != after.version {
            parts.append("\(address.version(before.version)) -> \(address.version(after.version))")
        }
        let (before, after) = (Self.content(change.before), Self.content(change.after))
        if before != after { parts.append("\(before) -> \(after)") }
        return parts.joined(separator: ", ")
    }

    /// The value where it stands in the record, otherwise the digest.
    static func content(_ record: Record?) -> String {
        guard let record else { return "" }
        return record.value.map(RecordText.shown) ?? record.content.short
    }

    static func lines(_ before: Side?, _ after: Side?) -> [Cell] {
        var lines: [Cell] = []
        if let before { lines.append(Cell("- \(before.json)", .bad)) }
        if let after { lines.append(Cell("+ \(after.json)", .good)) }
        return lines
    }
}

extension Output {
    /// Every change, below a heading for each variable.
    ///
    /// - Parameter views: the two states.
    func emit(
        _ difference: Difference, between views: (before: any ReadView, after: any ReadView),
        _ text: DifferenceText, isFull: Bool
    ) throws {
        var heading: String?
        var pending = (PendingVersions(in: views.before), PendingVersions(in: views.after))
        for change in difference.changes {
            let before = change.before.map {
                DifferenceText.Side(record: $0, pending: pending.0.version(of: $0))
            }
            let after = change.after.map {
                DifferenceText.Side(record: $0, pending: pending.1.version(of: $0))
            }
            if !isJSON, !isFull, heading != change.record.variable {
                heading = change.record.variable
                try line(change.record.variable, .strong)
            }
            if isFull, !isJSON {
                for cell in DifferenceText.lines(before, after) { try line(cell.text, cell.style) }
            } else {
                try emit(
                    "change", DifferenceText.members(change, before, after),
                    text.row(change, pending: (after ?? before)?.pending))
            }
        }
    }

    /// A variable that has another name.
    func emit(_ renaming: Difference.Renaming) throws {
        try emit(
            "renamed-variable",
            [
                "from": .string(renaming.from), "to": .string(renaming.to),
                "records": .count(renaming.records),
            ],
            [
                Cell("\(renaming.from) -> \(renaming.to)", .changed),
                Cell("renamed, \(Amount.counted(renaming.records, "record"))"),
            ])
    }

    /// The counts of one variable.
    func emit(_ name: String, _ counts: Difference.Counts) throws {
        try emit(
            "changed-variable",
            [
                "name": .string(name), "added": .count(counts.added),
                "changed": .count(counts.changed), "removed": .count(counts.removed),
            ],
            [
                Cell(name), .right("+\(counts.added)"), .right("~\(counts.changed)"),
                .right("-\(counts.removed)"),
            ])
    }
}

extension Difference {
    /// How many records of a variable were added, changed and removed.
    struct Counts {
        var added = 0
        var changed = 0
        var removed = 0
    }

    /// Variables that have changes, in order.
    var countsByVariable: [(name: String, counts: Counts)] {
        var result: [(name: String, counts: Counts)] = []
        for change in changes {
            if result.last?.name != change.record.variable {
                result.append((change.record.variable, Counts()))
            }
            switch change.status {
            case .added: result[result.count - 1].counts.added += 1
            case .changed: result[result.count - 1].counts.changed += 1
            case .removed: result[result.count - 1].counts.removed += 1
            }
        }
        return result
    }
}
