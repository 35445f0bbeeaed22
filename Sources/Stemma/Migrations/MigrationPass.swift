import Dispatch
import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Synchronization

/// One walk over the records of a variable that takes their payloads to another version, part by part.
struct MigrationPass {
    /// As many records, and bytes of payloads, are migrated together.
    private static let batch = (records: 4096, bytes: 32 << 20)
    /// A payload above this size is read alone.
    private static let largest = 1 << 20

    let store: Store
    let migrations: VariableMigrations
    let options: MigrationOptions
    /// Whether only migrations count that the variable has gone through.
    let onlyApplied: Bool
    private(set) var report: MigrationReport
    /// The steps that records take, each once.
    private(set) var steps: [MigrationStep] = []
    private var done = 0

    /// Whether no record failed, or failing ones are passed over.
    var isComplete: Bool { report.failed == 0 || options.skipsInvalid }

    private var variable: String { migrations.variable }
    private var target: SchemaVersion { report.target }

    init(
        _ store: Store, _ migrations: VariableMigrations, to target: SchemaVersion, onlyApplied: Bool = false,
        _ options: MigrationOptions
    ) {
        (self.store, self.migrations, self.options) = (store, migrations, options)
        self.onlyApplied = onlyApplied
        report = MigrationReport(variable: migrations.variable, target: target)
    }

    /// Looks at all records, and changes them in a transaction, where there is one. The parts are read as they were
    /// before the transaction.
    mutating func run(_ transaction: Transaction?) throws {
        let view = store.workTree
        let total = try store.readAsKnown { catalog in
            try catalog.variable(variable).map { try catalog.counts(of: $0).records } ?? 0
        }
        options.progress?(MigrationProgress(phase: .records, done: 0, total: total))
        var waiting: [(record: Record, migration: Migration)] = []
        var bytes = 0
        for chunk in try view.chunks(of: variable, matching: Filter()) {
            for record in try view.records(in: chunk) {
                done += 1
                guard let migration = try migration(of: record) else { continue }
                waiting.append((record, migration))
                bytes += record.size
                guard waiting.count >= Self.batch.records || bytes >= Self.batch.bytes else { continue }
                try take(&waiting, transaction)
                bytes = 0
                options.progress?(MigrationProgress(phase: .records, done: done, total: total))
            }
        }
        try take(&waiting, transaction)
        if let problem = try view.problems(of: variable).first { throw problem }
    }

    /// Counts the records by version, and finds the steps that they would take.
    mutating func plan() throws {
        for chunk in try store.workTree.chunks(of: variable, matching: Filter()) {
            for record in try store.workTree.records(in: chunk) { _ = try migration(of: record) }
        }
    }

    /// How a record gets to the version that is asked for; `nil` for one that is of it, or for which there is no way.
    private mutating func migration(of record: Record) throws -> Migration? {
        guard let version = migrations.settings.version(of: record) else {
            report.fail(
                record, migrations.settings.legacyVersion, .unreadableVersion(record, store.settings.keys))
            return nil
        }
        do {
            let migration = try migrations.migration(from: version, to: target, onlyApplied: onlyApplied)
            report.count(migration.path)
            take(migration.path)
            return migration.path.steps.isEmpty ? nil : migration
        } catch let error as StemmaError where options.skipsInvalid {
            report.fail(record, version, error)
            return nil
        }
    }

    /// Takes note of steps that the variable goes through.
    mutating func take(_ path: MigrationPath) {
        for step in path.steps where !steps.contains(step) { steps.append(step) }
    }

    private mutating func take(
        _ waiting: inout [(record: Record, migration: Migration)], _ transaction: Transaction?
    ) throws {
        guard !waiting.isEmpty else { return }
        let results = try migrate(waiting)
        for ((record, migration), result) in zip(waiting, results) {
            switch result {
            case .failure(let error): report.fail(record, migration.path.from, error)
            case .success(let payload):
                report.migrated += 1
                // Once one has failed nothing is going to be changed.
                guard let transaction, isComplete else { continue }
                try transaction.put(
                    raised(record, to: payload, by: migration.path, in: transaction))
            }
        }
        waiting.removeAll(keepingCapacity: true)
    }

    /// The record in its new form, with its payload kept. Its lineage and its address stay.
    private func raised(
        _ record: Record, to payload: [UInt8], by path: MigrationPath, in transaction: Transaction
    ) throws -> Record {
        var new = record
        new.value = Record.inlineValue(payload)
        new.content = try new.value == nil ? transaction.put(payload) : Digest.of(payload)
        new.size = payload.count
        new.schema = migrations.member(target)
        new.migratedFrom = MigrationMark.extended(record.migratedFrom, by: path)
        let keeps = onlyApplied ? migrations.keepsDownstream(path) : options.keepsDownstream
        new.standsFor = keeps && record.invocationContent != new.content ? record.invocationContent : nil
        return new
    }

    // MARK: Payloads

    private func migrate(
        _ records: [(record: Record, migration: Migration)]
    ) throws -> [Result<[UInt8], StemmaError>] {
        let payloads = try payloads(of: records.map(\.record))
        let results = Mutex([Result<[UInt8], StemmaError>?](repeating: nil, count: records.count))
        // One by one they would keep one processor busy; a handful at a time costs no thread a look at a lock.
        let part = 64
        DispatchQueue.concurrentPerform(iterations: (records.count + part - 1) / part) { number in
            let range = number * part..<min((number + 1) * part, records.count)
            let made = range.map { index in
                Self.migrate(records[index].record, payloads[index], by: records[index].migration)
            }
            results.withLock { results in
                for (index, result) in zip(range, made) { results[index] = result }
            }
        }
        let all = results.withLock { $0 }
        return all.map { $0 ?? .failure(.system("a payload was passed over")) }
    }

    private static func migrate(
        _ record: Record, _ payload: Result<[UInt8], StemmaError>, by migration: Migration
    ) -> Result<[UInt8], StemmaError> {
        do {
            guard record.format == .json else { throw StemmaError.cannotMigrate(record.format) }
            let value = try payload.get().withUnsafeBytes { try JSONParser.parse($0) }
            return .success(try migration.apply(to: value).canonical + [0x0A])
        } catch {
            return .failure(error as? StemmaError ?? .system("\(error)"))
        }
    }

    /// The payloads of records, those of one pack together; or why they cannot be read.
    private func payloads(of records: [Record]) throws -> [Result<[UInt8], StemmaError>] {
        let small = Set(records.lazy.filter { $0.value == nil && $0.size <= Self.largest }.map(\.content))
        var found: [Digest: Result<[UInt8], StemmaError>] = [:]
        try store.readAsKnown { catalog in
            try store.readMetadata(small, in: catalog) { found[$0] = $1 }
        }
        return records.map { record in
            if let bytes = record.inlinePayload { return .success(bytes) }
            if case .success(let bytes)? = found[record.content] { return .success(bytes) }
            do {
                return .success(try store.workTree.payload(of: record))
            } catch {
                return .failure(error as? StemmaError ?? .system("\(error)"))
            }
        }
    }
}

extension VariableMigrations {
    /// The member `schema` of a record that was migrated to a version.
    func member(_ version: SchemaVersion) -> String? {
        version == settings.legacyVersion ? nil : version.description
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

    static func cannotMigrate(_ format: PayloadFormat) -> StemmaError {
        StemmaError(
            .wrongFormat, "a payload that is \(format.rawValue) and not json cannot be migrated",
            hint: "save it anew in the new form", fields: ["format": format.rawValue])
    }

    fileprivate static func system(_ text: String) -> StemmaError { StemmaError(.system, text) }
}
