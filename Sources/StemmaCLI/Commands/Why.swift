import Stemma
import StemmaBlobs

extension Command {
    static let why = Command(
        name: "why",
        summary: "why a result had to be computed, and whether it would be again",
        usage: "VARIABLE [NAME=VALUE ...]",
        positionals: [
            .one("VARIABLE", .variables, "the variable"),
            .any("NAME=VALUE", .entries, "keys and version entries (stemma help addresses)"),
        ],
        options: [.wholeVersion],
        discussion: [
            """
            Names the first component in which the call that made the record differs from the nearest earlier one: its \
            function, a part of the code, a constant or an input. The nearest is what stood at the address before, or \
            else, of the calls of the function that this clone knew earlier, the one that has most in common.
            """,
            """
            Where no record has the address, it says what the last run said of it.
            """,
        ],
        examples: [Example("stemma why Filtered subject=1 session=A", "what was different this time")],
        run: explain)
}

@Sendable private func explain(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let output = session.output
    let store = try session.openStore()
    let named = try AddressReader(keys: store.settings.keys).address(arguments.words, arguments)
    let undone = try store.undoneCombinations(of: named.address.variable, at: named.address.keys)
    let record: Record?
    do {
        record = try named.record(in: store.workTree)
    } catch let error as StemmaError
        where [.notFound, .unknownVariable].contains(error.code) && !undone.isEmpty
    {
        record = nil
    }
    let text = AddressText(store.settings.keys)
    let address = record?.address ?? named.address
    try output.line(text.of(address), .strong)
    if let record {
        do {
            let explanation = try store.explanation(of: record) { try predecessors(of: record, store, $0) }
            try output.emit(
                "explanation", members(record, explanation), rows: rows(record, explanation))
        } catch let error as StemmaError where error.isDamageOrAbsence {
            var members = members(record, nil)
            members["reason"] = .string(error.message)
            try output.emit(
                "explanation", members,
                rows: [[Cell("  made by"), Cell("not known: \(LineageNodeText.unreadable(error))", .bad)]])
        }
    }
    for combination in undone {
        try output.emit(
            "undone",
            [
                "function": .string(combination.function), "keys": combination.keys.json,
                "message": .string(combination.message),
            ], rows: rows(combination))
    }
    try output.summary(["undone": .count(undone.count)])
    return .done
}

/// Hands over the lineage of what stood at the address before, newest first, until `body` has found what it looks for.
private func predecessors(of record: Record, _ store: Store, _ body: (Digest) throws -> Bool) throws {
    try RecordHistory(record, store).forEach(from: nil) { entry, _ in
        let snapshot = try store.snapshot(entry.id)
        guard try snapshot.contains(record.address),
            let lineage = try snapshot.record(exactly: record.address)?.lineage, lineage != record.lineage
        else { return true }
        return try !body(lineage)
    }
}

private func members(_ record: Record, _ explanation: CallExplanation?) -> JSONObject {
    var members: JSONObject = [
        "variable": .string(record.variable), "keys": record.keys.json, "version": record.version.json,
    ]
    guard let explanation else { return members }
    members["function"] = .string(explanation.function)
    members["identity"] = .string(explanation.identity.hex)
    members["invocation"] = .string(explanation.invocation.hex)
    members["answers"] = .bool(explanation.missReason == nil)
    members["reason"] = explanation.missReason.map { .string($0.description) }
    if let nearest = explanation.nearest {
        members["because"] = nearest.difference.json
        members["nearest"] = .string(nearest.lineage.hex)
        members["nearestIs"] = .string(nearest.kind.rawValue)
        if !nearest.changedParts.isEmpty {
            members["parts"] = .array(nearest.changedParts.map(JSONValue.string))
        }
    }
    return members
}

private func rows(_ record: Record, _ explanation: CallExplanation?) -> [[Cell]] {
    guard let explanation else {
        let what = record.lineage == nil ? "it was not computed here" : "it was edited by hand"
        return [[Cell("  \(what): there is no call to explain")]]
    }
    var rows = [[Cell("  made by"), Cell(Shell.visible(explanation.function))]]
    if let nearest = explanation.nearest {
        let parts = nearest.changedParts.joined(separator: ", ")
        let difference =
            parts.isEmpty ? nearest.difference.description : "\(nearest.difference.component): \(parts)"
        rows.append([Cell("  differs in"), Cell(Shell.visible(difference), .changed)])
        rows.append([
            Cell("  from"),
            Cell(
                words(nearest.kind) + " (\(nearest.lineage.short))"),
        ])
    } else {
        rows.append([
            Cell("  differs from"),
            Cell("nothing: no other call of \(Shell.visible(explanation.function)) is known"),
        ])
    }
    rows.append([
        Cell("  the same call now"),
        Cell(explanation.missReason.map { "runs: \($0)" } ?? "is answered from the store"),
    ])
    return rows
}

private func words(_ kind: CallExplanation.Kind) -> String {
    switch kind {
    case .predecessor: "what stood here before"
    case .earlier: "the nearest earlier call"
    case .other: "the nearest other call; none is known to be earlier"
    }
}

private func rows(_ combination: UndoneCombination) -> [[Cell]] {
    let lines = combination.message.split(separator: "\n")
    return [
        [
            Cell("  the last run of \(Shell.visible(combination.function))", .bad),
            Cell(Shell.visible(String(lines.first ?? ""))),
        ]
    ]
        + lines.dropFirst().map { [Cell("    \(Shell.visible(String($0)))")] }
}
