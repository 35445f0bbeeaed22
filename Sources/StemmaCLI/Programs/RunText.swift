import Stemma

/// What became of a batch, in both forms of output.
struct RunText {
    let output: Output
    let address: AddressText

    /// One combination: its state and what is to be said of it, and below it the last lines that a program wrote.
    func emit(_ combination: BatchReport.Combination) throws {
        let name = Self.name(combination.state)
        var members: JSONObject = ["keys": combination.keys.json, "state": .string(name)]
        if let ran = combination.ran { members["ran"] = .bool(ran) }
        if let reason = combination.reason { members["reason"] = .string(reason.description) }
        if let message = Self.message(combination) { members["message"] = .string(message) }
        if case .stale(let difference?) = combination.state { members["because"] = difference.json }
        if !combination.changedParts.isEmpty {
            members["parts"] = .array(combination.changedParts.map(JSONValue.string))
        }
        var lines = (Self.message(combination) ?? Self.note(combination)).split(separator: "\n")
        // What it wrote was to be read when it ran.
        if combination.ran == nil, let first = lines.first, let last = lines.last, lines.count > 1 {
            lines = ["\(first): \(last)"]
        }
        let place = address.words(of: combination.keys)
        try output.emit(
            "combination", members,
            [
                Cell("  \(name)", Self.style(combination.state)), Cell(place.isEmpty ? "(no keys)" : place),
                Cell(Shell.visible(String(lines.first ?? ""))),
            ])
        for line in lines.dropFirst() { try output.line("    \(Shell.visible(String(line)))") }
    }

    /// The combinations of a run: those that were computed again are a remark, and the others results.
    func emit(_ combinations: [BatchReport.Combination]) throws {
        let again = combinations.filter(\.wasLost)
        for combination in again.prefix(output.isJSON ? 0 : Self.fewRemarks) {
            let place = address.words(of: combination.keys)
            try output.remark(
                "note: \(place.isEmpty ? "it" : place) was computed again: \(Shell.visible(combination.reason?.description ?? ""))"
            )
        }
        if again.count > Self.fewRemarks {
            try output.remark("note: and \(again.count - Self.fewRemarks) more")
        }
        for combination in combinations where output.isJSON || !combination.wasLost { try emit(combination) }
    }

    private static let fewRemarks = 10

    /// The words for states, as `--json` has them.
    static func name(_ state: BatchReport.State) -> String {
        switch state {
        case .upToDate: "up-to-date"
        case .stale: "stale"
        case .missing: "missing"
        case .inputMissing: "input-missing"
        case .failed: "failed"
        }
    }

    private static func style(_ state: BatchReport.State) -> Cell.Style {
        switch state {
        case .upToDate: .plain
        case .stale, .missing: .changed
        case .inputMissing, .failed: .bad
        }
    }

    private static func message(_ combination: BatchReport.Combination) -> String? {
        switch combination.state {
        case .inputMissing(let message), .failed(let message): message
        case .upToDate, .stale, .missing: nil
        }
    }

    private static func note(_ combination: BatchReport.Combination) -> String {
        switch combination.state {
        case .stale(let difference?):
            combination.changedParts.isEmpty
                ? difference.description
                : "\(difference.component): \(combination.changedParts.joined(separator: ", "))"
        case .stale(nil): combination.reason?.description ?? ""
        case .missing where combination.reason == nil:
            "the store has the result of the call: nothing need run"
        case .missing where combination.reason != .newCall: combination.reason?.description ?? ""
        default: ""
        }
    }

    /// The figures at the end.
    func summarize(_ report: BatchReport, isDryRun: Bool) throws {
        guard isDryRun else {
            var members: JSONObject = [
                "computed": .count(report.computed), "cached": .count(report.cached),
                "skipped": .count(report.skipped), "failed": .count(report.failed), "dryRun": false,
            ]
            if report.isInterrupted { members["interrupted"] = true }
            let figures = [
                (report.computed, "computed"), (report.cached, "cached"), (report.skipped, "skipped"),
                (report.failed, "failed"),
            ]
            let text = figures.filter { $0.0 > 0 }.map { "\(Amount.count($0.0)) \($0.1)" }
            let all = text.joined(separator: ", ")
            let note =
                if report.isInterrupted {
                    text.isEmpty
                        ? "stopped before anything was computed"
                        : "stopped; what was computed is saved: \(all)"
                } else {
                    text.isEmpty ? "nothing to do: there is no such combination" : all
                }
            return try output.summary(members, note: note)
        }
        var members: JSONObject = ["dryRun": true]
        var text: [String] = []
        let names = [
            ("up-to-date", "upToDate"), ("stale", "stale"), ("missing", "missing"),
            ("input-missing", "inputMissing"),
            ("failed", "failed"),
        ]
        for (name, member) in names {
            let count = report.combinations.filter { Self.name($0.state) == name }.count
            members[member] = .count(count)
            if count > 0 { text.append("\(Amount.count(count)) \(name)") }
        }
        try output.summary(
            members,
            text.isEmpty ? "nothing to do: there is no such combination" : text.joined(separator: ", "))
    }
}

extension BatchReport.Combination {
    /// Whether it is told of only because it was computed again.
    fileprivate var wasLost: Bool { ran == true && failure == nil }
}

extension CallDifference {
    /// The first component that differs, as `--json` has it.
    var json: JSONValue {
        var members = JSONObject()
        func add(_ component: String, _ name: String?, _ from: JSONValue?, _ to: JSONValue?) {
            members["component"] = .string(component)
            members["name"] = name.map(JSONValue.string)
            members["from"] = from
            members["to"] = to
        }
        func digest(_ digest: Digest?) -> JSONValue? { digest.map { .string($0.hex) } }
        switch self {
        case .function(let from, let to): add("function", nil, .string(from), .string(to))
        case .identity(let function, let from, let to): add("identity", function, digest(from), digest(to))
        case .constant(let name, let from, let to): add("constant", name, from, to)
        case .input(let name, let from, let to): add("input", name, digest(from), digest(to))
        case .keys(let from, let to): add("keys", nil, from?.json, to?.json)
        case .origin: add("origin", nil, nil, nil)
        }
        return .object(members)
    }
}
