import Stemma

/// What became of a migration, in both forms of output.
struct MigrationText {
    private let output: Output
    private let address: AddressText

    init(_ output: Output, _ address: AddressText) { (self.output, self.address) = (output, address) }

    /// What the whole came to: the paths, the records that failed, the commit, the figures.
    func emit(_ report: MigrationReport, _ options: MigrationOptions, _ store: Store) throws {
        for route in report.routes { try emit(route, of: report.variable) }
        try emit(report.warnings, "migration-warning", ("?", .changed), of: report.warned)
        try emit(report.failures, "migration-failure", ("!", .bad), of: report.failed)
        if let commit = report.commit {
            var subject = options.message ?? ""
            if subject.isEmpty {
                try store.log(from: commit.id) { entry in
                    subject = entry.subject
                    return false
                }
            }
            try output.emit(commit, subject: subject, isLast: false)
        }
        let (members, text) = (Self.members(of: report, options), Self.text(report, options))
        if options.isDryRun || report.failed > 0 {
            try output.summary(members, text)
        } else {
            try output.summary(members, note: text)
        }
    }

    private func emit(_ route: MigrationReport.Route, of variable: String) throws {
        let path = route.path
        let versions = [path.from] + path.steps.map(\.to)
        try output.emit(
            "migration-path",
            [
                "variable": .string(variable), "from": .string(path.from.description),
                "to": .string(path.to.description), "records": .count(route.records),
                "path": .array(versions.map { .string($0.description) }),
                "definitions": .array(path.steps.map { .string($0.definition.digest.hex) }),
            ],
            [
                Cell(path.description),
                .right(Amount.counted(route.records, "record") + (path.steps.isEmpty ? " already" : "")),
            ])
    }

    /// Records that a revert cannot take down.
    func emit(newer records: [MigrationReport.Problem], of count: Int) throws {
        try emit(records, "migration-failure", ("!", .bad), of: count)
    }

    private func emit(
        _ records: [MigrationReport.Problem], _ kind: String, _ sign: (text: String, style: Cell.Style),
        of count: Int
    ) throws {
        for record in records {
            let message = Shell.visible(record.error.message)
            try output.emit(
                kind, Self.members(of: record),
                line: Cell("\(sign.text) \(address.of(record.address)): \(message)", sign.style))
        }
        if count > records.count {
            try output.line("  and \(Amount.count(count - records.count)) more")
        }
    }

    private static func members(of record: MigrationReport.Problem) -> JSONObject {
        let (address, error) = (record.address, record.error)
        var members: JSONObject = [
            "variable": .string(address.variable), "keys": address.keys.json, "version": address.version.json,
            "schema": .string(record.version.description), "code": .string(error.code.rawValue),
            "message": .string(error.message),
        ]
        for name in ["step", "pointer", "reason", "operation", "rule"] {
            if let value = error.fields[name] { members[name] = .string(value) }
        }
        return members
    }

    // MARK: Figures

    private static func members(of report: MigrationReport, _ options: MigrationOptions) -> JSONObject {
        [
            "to": .string(report.target.description), "migrated": .count(report.migrated),
            "upToDate": .count(report.upToDate), "failed": .count(report.failed),
            "warned": .count(report.warned), "lazy": .bool(options.isLazy),
            "dryRun": .bool(options.isDryRun), "committed": .bool(report.commit != nil),
        ]
    }

    private static func text(_ report: MigrationReport, _ options: MigrationOptions) -> String {
        var figures: [String] = []
        func add(_ count: Int, _ what: String) {
            if count > 0 { figures.append("\(Amount.counted(count, "record")) \(what)") }
        }
        let isUndone = report.failed > 0 && !options.skipsInvalid
        if options.isLazy, !options.isDryRun {
            add(report.pending, "will be raised when \(report.pending == 1 ? "it is" : "they are") read")
        } else {
            add(report.migrated, isUndone || options.isDryRun ? "would be migrated" : "migrated")
        }
        add(report.warned, "not what a schema allows")
        add(report.upToDate, "up to date")
        add(report.failed, "failed")
        if figures.isEmpty { figures = ["no records"] }
        let end =
            isUndone && !options.isDryRun
            ? "; nothing was changed"
            : report.commit == nil && !options.isDryRun && !isUndone ? "; nothing to commit" : ""
        return figures.joined(separator: ", ") + end
    }
}

extension MigrationReport {
    /// How many records are not of the version yet.
    fileprivate var pending: Int { routes.reduce(0) { $0 + ($1.path.steps.isEmpty ? 0 : $1.records) } }
}

// MARK: - Definitions

extension MigrationText {
    /// The members of an object of the kind `migration` that a definition says.
    static func members(of definition: MigrationDefinition) -> JSONObject {
        [
            "from": .string(definition.from.description), "to": .string(definition.to.description),
            "definition": .string(definition.digest.hex), "up": .string(definition.kind),
            "down": .string(definition.wayBack),
        ]
    }

    static func members(of migration: MigrationStatus.Migration, of variable: String) -> JSONObject {
        var members: JSONObject = migration.definition.map { Self.members(of: $0) } ?? [:]
        members["from"] = .string(migration.from.description)
        members["to"] = .string(migration.to.description)
        members["definition"] = .string(migration.digest.hex)
        members["variable"] = .string(variable)
        members["state"] = .string(migration.state.rawValue)
        if migration.keepsDownstream { members["keepsDownstream"] = true }
        if let commit = migration.commit {
            members["commit"] = .string(commit.id)
            members["subject"] = .string(commit.subject)
            members["time"] = .string(Moment(seconds: commit.seconds, offset: commit.offset).iso8601)
        }
        return members
    }

    static func row(_ migration: MigrationStatus.Migration) -> [Cell] {
        let style: Cell.Style =
            switch migration.state {
            case .applied: .plain
            case .pending: .changed
            case .changed, .missing: .bad
            }
        let place = migration.commit.map {
            "\($0.id.prefix(12)) \(Moment(seconds: $0.seconds, offset: $0.offset).short) \(Shell.visible($0.subject))"
        }
        return [
            Cell("  \(migration.from) -> \(migration.to)"), Cell(migration.state.rawValue, style),
            Cell(migration.definition?.kind ?? ""),
            Cell(place ?? (migration.state == .applied ? "not committed yet" : "")),
        ]
    }

    /// What is to be said of the way back, where it is none.
    static func wayBack(of definition: MigrationDefinition) -> String {
        guard let obstacle = definition.obstacle else { return "" }
        return "; it has no way back: \(Shell.visible(obstacle.description))"
    }
}

extension MigrationDefinition {
    /// What it is made of: operations, a program or closures.
    fileprivate var kind: String { Self.kind(json["up"]) }

    /// The same of its way back: `derived` from operations, written, or `none`.
    fileprivate var wayBack: String { derivesDown ? "derived" : hasDown ? Self.kind(json["down"]) : "none" }

    private static func kind(_ way: JSONValue?) -> String {
        way?["program"] != nil ? "program" : way?["swift"] != nil ? "swift" : "operations"
    }
}
