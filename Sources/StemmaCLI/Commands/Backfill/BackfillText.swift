import Stemma

/// What became of a backfill, in both forms of output.
struct BackfillText {
    private let output: Output
    private let address: AddressText

    init(_ output: Output, _ address: AddressText) { (self.output, self.address) = (output, address) }

    /// Of both commands, for help.
    static let collisions = """
        A record that comes to stand where another one of the same payload does becomes one with it; where the other \
        one has another payload, both fail. If any record fails, nothing is changed and the exit code is 1; \
        --skip-failed commits the rest.
        """

    /// A record that would be changed.
    func emit(_ record: Record, becomes version: Version) throws {
        try output.emit(
            "backfill",
            Self.members(record.address, "updated").merging(["to": version.json]),
            [Cell("~", .changed), Cell(address.of(record)), Cell(Self.changes(record.version, version))])
    }

    /// What the whole came to: failures, skipped records, the commit, the figures.
    func emit(_ report: BackfillReport, _ options: BackfillOptions, _ store: Store) throws {
        for failed in report.failures { try emit(failed) }
        if report.failed > report.failures.count {
            try output.line("  and \(Amount.count(report.failed - report.failures.count)) more")
        }
        if let skipped = report.skipped[.noLineage] {
            try output.remark(
                "warning: \(Amount.counted(skipped.count, "record")) without lineage \(skipped.count == 1 ? "is" : "are") skipped, such as \(address.of(skipped.example))"
            )
        }
        if let commit = report.commit { try output.emit(commit, store) }
        let (members, text) = (Self.members(of: report, options), Self.text(report, options))
        if options.isDryRun || report.failed > 0 {
            try output.summary(members, text)
        } else {
            try output.summary(members, note: text)
        }
    }

    private func emit(_ failed: BackfillReport.Failed) throws {
        let failure = failed.failure
        var members = Self.members(failed.address, "failed")
        members["reason"] = .string(failure.name)
        members["message"] = .string(message(failure))
        if let entry = failure.entry { members["entry"] = .string(entry) }
        if !failure.found.isEmpty { members["found"] = .array(failure.found.map(\.json)) }
        if case .collision(let other) = failure {
            members["with"] = other.version.json
        }
        try output.emit(
            "backfill", members,
            [Cell("!", .bad), Cell(address.of(failed.address)), Cell(Shell.visible(message(failure)))])
    }

    private static func members(_ address: Address, _ status: String) -> JSONObject {
        [
            "variable": .string(address.variable), "keys": address.keys.json, "version": address.version.json,
            "status": .string(status),
        ]
    }

    /// `low: none -> 20`
    private static func changes(_ before: Version, _ after: Version) -> String {
        func shown(_ value: Scalar?) -> String { value?.canonicalText ?? "none" }
        return Shell.visible(
            Set(before.names).union(after.names).sorted().filter { before[$0] != after[$0] }
                .map { "\($0): \(shown(before[$0])) -> \(shown(after[$0]))" }.joined(separator: ", "))
    }

    private func message(_ failure: BackfillFailure) -> String {
        switch failure {
        case .notFound(let entry): "no call in its lineage tells '\(entry)'"
        case .noParameter(let entry, let parameter, let found):
            "no call in its lineage tells '\(entry)': \(found.place) has no parameter '\(parameter)'"
        case .severalValues(let entry, let found):
            "its lineage tells '\(entry)' differently: "
                + found.map { "\($0.shown) (\($0.place))" }.joined(separator: ", ")
        case .input(let entry, let parameter, let found):
            "'\(entry)' cannot be told: '\(parameter)' of \(found.place) was given a result, and no constant"
        case .noScalar(let entry, let parameter, let found):
            "'\(entry)' cannot be told: '\(parameter)' of \(found.place) is no short JSON scalar"
        case .unreadableLineage(let entry, let digest):
            "'\(entry)' cannot be told: the lineage record \(digest.short) is missing or damaged"
        case .collision(let other): "it would stand where \(address.of(other)) does, with another payload"
        }
    }

    // MARK: Figures

    private static func members(of report: BackfillReport, _ options: BackfillOptions) -> JSONObject {
        var reasons = JSONObject()
        for (reason, skipped) in report.skipped { reasons[reason.rawValue] = .count(skipped.count) }
        return [
            "updated": .count(report.updated), "joined": .count(report.joined),
            "skipped": .count(report.skippedCount), "failed": .count(report.failed),
            "skippedBecause": .object(reasons), "dryRun": .bool(options.isDryRun),
            "committed": .bool(report.commit != nil),
        ]
    }

    private static func text(_ report: BackfillReport, _ options: BackfillOptions) -> String {
        var figures: [String] = []
        func add(_ count: Int, _ what: String) {
            if count > 0 { figures.append("\(Amount.count(count)) \(what)") }
        }
        let isUndone = report.failed > 0 && !options.skipsFailed
        add(report.updated, isUndone || options.isDryRun ? "would be updated" : "updated")
        add(report.joined, "of them one with another")
        add(report.skipped[.upToDate]?.count ?? 0, "left alone")
        add(report.skipped[.noLineage]?.count ?? 0, "skipped without lineage")
        add(report.failed, "failed")
        if figures.isEmpty { return "nothing to do: no such record" }
        return figures.joined(separator: ", ")
            + (isUndone && !options.isDryRun ? "; nothing was changed" : "")
    }
}

extension BackfillFailure.Found {
    fileprivate var place: String {
        "\(function), \(Amount.counted(steps, "step")) up"
    }

    fileprivate var shown: String { value?.canonicalText ?? "no constant" }

    fileprivate var json: JSONValue {
        var members: JSONObject = ["function": .string(function), "steps": .count(steps)]
        if let value { members["value"] = value.json }
        return .object(members)
    }
}

extension Output {
    fileprivate func emit(_ commit: CommitResult, _ store: Store) throws {
        var subject = ""
        try store.log(from: commit.id) { entry in
            subject = entry.subject
            return false
        }
        try emit(commit, subject: subject, isLast: false)
    }
}

extension JSONObject {
    fileprivate func merging(_ other: JSONObject) -> JSONObject {
        var result = self
        for (name, value) in other { result[name] = value }
        return result
    }
}
