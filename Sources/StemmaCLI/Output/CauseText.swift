import Stemma

/// Causes of a difference in both forms of output.
struct CauseText {
    /// More rows than this are for those who ask for all: what is most consequential comes first.
    static let shownRows = 20
    private static let shownParts = 4

    let address: AddressText

    init(_ keys: KeyDeclarations) { address = AddressText(keys) }

    // MARK: For programs

    static func members(_ cause: Cause) -> JSONObject {
        var members: JSONObject = [
            "cause": .string(cause.kind.rawValue), "direct": .count(cause.direct),
            "downstream": .count(cause.downstream), "example": members(cause.example),
        ]
        members["function"] = cause.function.map { .string($0) }
        members["name"] = cause.name.map { .string($0) }
        members["from"] = cause.from?.json
        members["to"] = cause.to?.json
        members["status"] = cause.status.map { .string($0.rawValue) }
        members["source"] = cause.source.map { Self.members($0) }
        if !cause.parts.isEmpty {
            members["parts"] = .array(
                cause.parts.map {
                    [
                        "kind": .string($0.kind), "name": .string($0.name),
                        "status": .string($0.status.rawValue),
                    ]
                })
        }
        return members
    }

    static func members(_ unexplained: Explanation.Unexplained) -> JSONObject {
        [
            "reason": .string(unexplained.reason.rawValue), "records": .count(unexplained.count),
            "example": members(unexplained.example),
        ]
    }

    private static func members(_ address: Address) -> JSONValue {
        [
            "variable": .string(address.variable), "keys": address.keys.json,
            "version": address.version.json,
        ]
    }

    // MARK: For people

    /// `constant  reach of runningMean  26 -> 52  12 direct  24 downstream  Trend series=co2 decade=1950`
    func row(_ cause: Cause) -> [Cell] {
        // Data that changed are an example of themselves.
        let example = cause.source == cause.example ? "" : address.of(cause.example)
        return [Cell("  \(title(cause.kind))", .strong), Cell(Shell.visible(subject(cause)))]
            + [Cell(Shell.visible(transition(cause)))] + counts(cause.direct, cause.downstream)
            + [Cell(example, .faint)]
    }

    func row(_ unexplained: Explanation.Unexplained) -> [Cell] {
        [Cell("  unexplained", .bad), Cell(reason(unexplained.reason)), ""]
            + Cell.counted(unexplained.count, "record")
            + ["", "", Cell(address.of(unexplained.example), .faint)]
    }

    func reason(_ reason: Explanation.Reason) -> String {
        switch reason {
        case .missingLineage: "lineage is missing"
        case .damagedLineage: "lineage is damaged"
        case .sameCall: "the same call gave another result"
        case .sameLineage: "lineage says nothing of the change"
        case .sameResult: "the results are the same"
        case .oneSide: "computed on one side only, by a step that both have"
        }
    }

    /// Data that nothing was made from, in one row: the list of changes has them all.
    func row(data count: Int) -> [Cell] {
        [Cell("  data", .strong), Cell("that nothing else was made from"), ""]
            + Cell.counted(count, "record")
    }

    private func counts(_ direct: Int, _ downstream: Int) -> [Cell] {
        var unit = Cell(direct == 0 ? "" : "direct")
        unit.isAttached = true
        var other = Cell(downstream == 0 ? "" : "downstream")
        other.isAttached = true
        return [
            .right(direct == 0 ? "" : Amount.count(direct)), unit,
            .right(downstream == 0 ? "" : Amount.count(downstream)), other,
        ]
    }

    func title(_ kind: Cause.Kind) -> String {
        switch kind {
        case .newStep: "new step"
        case .removedStep: "removed step"
        default: kind.rawValue
        }
    }

    func subject(_ cause: Cause) -> String {
        switch cause.kind {
        case .constant, .input:
            [cause.name, cause.function].compactMap(\.self).joined(separator: " of ")
        case .data: cause.source.map { address.of($0) } ?? cause.name ?? ""
        case .function, .newStep, .removedStep: cause.function ?? ""
        case .schema, .version: cause.name ?? ""
        case .edit: "by hand"
        }
    }

    func transition(_ cause: Cause) -> String {
        switch (cause.kind, cause.status) {
        case (.newStep, _), (.removedStep, _): ""
        case (.data, .added): "new"
        case (.data, .removed): "gone"
        case (.data, _) where cause.source == nil: "changed"
        case (.function, _): "\(shown(cause.from)) -> \(shown(cause.to))\(parts(cause.parts))"
        case (.edit, _):
            cause.to.map { "\(shown($0))" } ?? "undone: \(shown(cause.from))"
        default: "\(shown(cause.from)) -> \(shown(cause.to))"
        }
    }

    private func parts(_ parts: [Cause.Part]) -> String {
        if parts.isEmpty { return "" }
        let named = parts.prefix(Self.shownParts).map { part in
            let name = part.name.isEmpty ? part.kind : part.name
            switch part.status {
            case .added: return "+\(name)"
            case .removed: return "-\(name)"
            case .changed: return name
            }
        }
        let more = parts.count - named.count
        return ": \(named.joined(separator: ", "))\(more > 0 ? " and \(more) more" : "")"
    }

    private func shown(_ value: Cause.Value?) -> String {
        switch value {
        case nil: "none"
        case .value(let value)?: RecordText.shown(value)
        case .long(let digest, _, let preview)?: "\(preview)... (\(digest.short))"
        case .payload(let digest)?, .identity(let digest)?: digest.short
        case .record(let place)?: address.of(place)
        case .unsaved?: "a result that was not saved"
        case .keys(let keys)?: address.words(of: keys)
        case .entries(let entries)?: RecordText.shown(entries.json)
        case .name(let text)?, .version(let text)?, .schema(let text)?, .reason(let text)?: text
        }
    }
}

extension Output {
    /// Why records differ: a row for each cause, below a heading.
    func emit(_ explanation: Explanation, _ text: CauseText, all: Bool) throws {
        if !explanation.causes.isEmpty || !explanation.unexplained.isEmpty {
            try line("")
            try line("causes", .strong)
        }
        // Where nothing follows from data that changed, the list of changes says all there is to say.
        let quiet = explanation.causes.filter {
            $0.kind == .data && $0.status == .changed && $0.downstream == 0
        }
        let isShort = !isJSON && !all && quiet.count > 1
        let causes = isShort ? explanation.causes.filter { !quiet.contains($0) } : explanation.causes
        let limit = isJSON || all ? causes.count : CauseText.shownRows
        for cause in causes.prefix(limit) {
            try emit("cause", CauseText.members(cause), text.row(cause))
        }
        if isShort { try row(text.row(data: quiet.reduce(0) { $0 + $1.direct })) }
        for unexplained in explanation.unexplained {
            try emit("unexplained", CauseText.members(unexplained), text.row(unexplained))
        }
        if causes.count > limit {
            try line("  and \(Amount.counted(causes.count - limit, "more cause")) (--full)")
        }
    }
}
