import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// One walk over the records of a variable that takes their payloads to another version, part by part.
struct MigrationPass {
    let store: Store
    let migrations: VariableMigrations
    let options: MigrationOptions
    /// Whether only migrations count that the variable has gone through.
    let onlyApplied: Bool
    /// The member `schema` of records that were migrated.
    private let schema: String?
    /// Which records are looked at.
    var isSelected: (Record) throws -> Bool = { _ in true }
    private(set) var report: MigrationReport
    /// The steps that records take, each once.
    private(set) var steps: [MigrationStep] = []
    private var waiting: [MigrationBatch.Item] = []
    private var done = 0
    /// The path of the record before, which most have too.
    private var known: MigrationPath?
    /// What its last form goes on standing for.
    private var kept = KeptForms(isStored: false, steps: [])

    /// Whether no record failed, or failing ones are passed over.
    var isComplete: Bool { report.failed == 0 || options.skipsInvalid }

    private var variable: String { migrations.variable }
    private var target: SchemaVersion { report.target }

    init(
        _ store: Store, _ migrations: VariableMigrations, to target: SchemaVersion, schema: String?,
        onlyApplied: Bool = false, _ options: MigrationOptions
    ) {
        self.schema = schema
        (self.store, self.migrations, self.options) = (store, migrations, options)
        self.onlyApplied = onlyApplied
        report = MigrationReport(variable: migrations.variable, target: target)
        // What is not JSON is read as it stands, so that it needs no other form.
        if options.isLazy { isSelected = { $0.format == .json } }
    }

    /// Looks at all records, and changes them in a transaction, where there is one. The parts are read as they were
    /// before the transaction.
    mutating func run(_ transaction: Transaction?) throws {
        let view = store.workTree
        let total = try store.readAsKnown { catalog in
            try catalog.variable(variable).map { try catalog.counts(of: $0).records } ?? 0
        }
        options.progress?(RecordProgress(phase: .records, done: 0, total: total))
        var bytes = 0
        for chunk in try view.chunks(of: variable, matching: Filter()) {
            for record in try view.records(in: chunk) {
                done += 1
                guard try isSelected(record), let migration = try migration(of: record) else { continue }
                waiting.append((record, migration, kept))
                bytes += record.size
                guard waiting.count >= MigrationBatch.most.records || bytes >= MigrationBatch.most.bytes
                else { continue }
                try migrateWaiting(transaction)
                bytes = 0
                options.progress?(RecordProgress(phase: .records, done: done, total: total))
            }
        }
        try migrateWaiting(transaction)
        if let problem = try view.problems(of: variable).first { throw problem }
    }

    /// Counts the records by version, and finds the steps that they would take.
    mutating func plan() throws {
        if try planByVersion() { return }
        for chunk in try store.workTree.chunks(of: variable, matching: Filter()) {
            for record in try store.workTree.records(in: chunk) where try isSelected(record) {
                _ = try migration(of: record)
            }
        }
    }

    /// The same without reading a record; says whether every record has a way.
    private mutating func planByVersion() throws -> Bool {
        let counts = try store.read { catalog in
            try catalog.variable(variable).map { try catalog.schemaCounts(of: $0) } ?? [:]
        }
        var paths: [(path: MigrationPath, records: Int)] = []
        // What is not JSON is read as it stands.
        for (member, records) in counts where member.isJSON {
            guard let version = migrations.settings.version(named: member.schema),
                let migration = try? migrations.migration(from: version, to: target, onlyApplied: onlyApplied)
            else { return false }
            paths.append((migration.path, records))
        }
        for (path, records) in paths {
            report.count(path, records)
            try take(path)
        }
        return true
    }

    /// How a record gets to the version that is asked for; `nil` for one that is of it, or for which there is no way.
    private mutating func migration(of record: Record) throws -> Migration? {
        guard let version = migrations.settings.version(of: record) else {
            report.fail(
                record, migrations.settings.legacyVersion, .unreadableVersion(record, store.settings.keys))
            return nil
        }
        let migration: Migration
        do {
            migration = try migrations.migration(from: version, to: target, onlyApplied: onlyApplied)
        } catch let error as StemmaError where options.skipsInvalid {
            report.fail(record, version, error)
            return nil
        }
        if known != migration.path {
            try take(migration.path)
            kept = migrations.keptForms(of: migration.path, keeping: options.keepsDownstream)
        }
        known = migration.path
        report.count(migration.path)
        return migration.path.steps.isEmpty ? nil : migration
    }

    /// Takes note of steps that the variable goes through. Throws what their programs are refused for.
    mutating func take(_ path: MigrationPath) throws {
        if !options.isLazy { try path.checkPrograms(options) }
        for step in path.steps where !steps.contains(step) { steps.append(step) }
    }

    private mutating func migrateWaiting(_ transaction: Transaction?) throws {
        guard !waiting.isEmpty else { return }
        if options.isStopped() { throw StemmaError.interrupted() }
        let outcomes = try MigrationBatch(store, waiting, options).migrated()
        for ((record, migration, _), outcome) in zip(waiting, outcomes) {
            switch outcome {
            case .failure(let error): report.fail(record, migration.path.from, error)
            case .success(let migrated):
                report.migrated += 1
                if let warning = migrated.warning { report.warn(record, migration.path.from, warning) }
                // Once one has failed nothing is going to be changed.
                guard let transaction, isComplete else { continue }
                try transaction.put(
                    raised(record, to: migrated, by: migration.path, in: transaction))
            }
        }
        waiting.removeAll(keepingCapacity: true)
    }

    /// The record in its new form, with its payload kept. Its lineage and its address stay.
    private func raised(
        _ record: Record, to migrated: MigrationBatch.Migrated, by path: MigrationPath,
        in transaction: Transaction
    ) throws -> Record {
        let payload = migrated.payload
        var new = record
        new.value = Record.inlineValue(payload)
        new.content = try new.value == nil ? transaction.put(payload) : Digest.of(payload)
        new.size = payload.count
        new.schema = schema
        new.migratedFrom = MigrationMark.extended(record.migratedFrom, by: path)
        new.standsFor = record.standsFor(as: new.content, by: path, keeping: migrated.standsFor)
        return new
    }
}

extension StemmaError {
    static func unreadableVersion(_ record: Record, _ keys: KeyDeclarations) -> StemmaError {
        StemmaError(
            .invalidSchemaVersion,
            "\(keys.text(of: record.address)) says that it is of the version '\(printable(record.schema ?? ""))'",
            hint: "numbers with dots between them, such as 0.2.0",
            fields: ["address": keys.text(of: record.address)])
    }
}
