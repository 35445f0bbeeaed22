import Dispatch
import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Synchronization

/// Records whose payloads are migrated together.
struct MigrationBatch {
    typealias Item = (record: Record, migration: Migration)

    /// A payload in its new form.
    struct Migrated: Sendable {
        var payload: [UInt8]
        /// The first thing that a schema does not allow of it, where that does not count.
        var warning: StemmaError?
    }

    typealias Outcome = Result<Migrated, StemmaError>

    /// As many records, and bytes of payloads, are migrated together.
    static let most = (records: 4096, bytes: 32 << 20)
    /// A payload above this size is read alone.
    private static let largest = 1 << 20
    /// One by one they would keep one processor busy; a handful at a time costs no thread a look at a lock.
    private static let handful = 64

    let store: Store
    let items: [Item]
    let options: MigrationOptions

    init(_ store: Store, _ items: [Item], _ options: MigrationOptions) {
        (self.store, self.items, self.options) = (store, items, options)
    }

    /// The payloads in their new form, or why they have none, in the order of the records.
    ///
    /// Throws what a program throws: then nothing is known of any of them.
    func migrated() throws -> [Outcome] {
        var outcomes = try payloads()
        let single = items.indices.filter { items[$0].migration.takesSingleValues }
        change(single, &outcomes) { try $0.apply(to: $1, violated: $2) }
        guard single.count < items.count else { return outcomes }
        let others = items.indices.filter { !items[$0].migration.takesSingleValues }
        // In the order of records, so that a program is given the same lines each time.
        for (path, indices) in Dictionary(grouping: others, by: { items[$0].migration.path })
            .sorted(by: { $0.value[0] < $1.value[0] })
        {
            for step in path.steps {
                if case .program(let program)? = step.way {
                    try converse(with: program, step, indices, &outcomes)
                } else {
                    change(indices, &outcomes) { try $0.apply(step, to: $1, violated: $2) }
                }
            }
        }
        return outcomes
    }

    /// Changes some of the payloads, on all processors.
    private func change(
        _ indices: [Int], _ outcomes: inout [Outcome],
        _ body: @escaping @Sendable (Migration, JSONValue, Migration.Violated) throws -> JSONValue
    ) {
        let parts = (indices.count + Self.handful - 1) / Self.handful
        let (before, migrations) = (outcomes, items.map(\.migration))
        let results = Mutex([(index: Int, outcome: Outcome)]())
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = part * Self.handful..<min((part + 1) * Self.handful, indices.count)
            let made = indices[range].map { index in
                (index, Self.change(before[index]) { try body(migrations[index], $0, $1) })
            }
            results.withLock { $0 += made }
        }
        for (index, outcome) in results.withLock({ $0 }) { outcomes[index] = outcome }
    }

    /// A payload as `body` leaves it.
    static func change(
        _ outcome: Outcome, _ body: (JSONValue, Migration.Violated) throws -> JSONValue
    ) -> Outcome {
        guard case .success(var migrated) = outcome else { return outcome }
        do {
            let value = try migrated.payload.withUnsafeBytes { try JSONParser.parse($0) }
            var warning = migrated.warning
            migrated.payload = try body(value) { warning = warning ?? $0 }.canonical + [0x0A]
            migrated.warning = warning
            return .success(migrated)
        } catch {
            return .failure(error as? StemmaError ?? .unexpected(error))
        }
    }

    // MARK: Payloads

    /// The payloads as they are, those of one pack read together; or why they cannot be read.
    private func payloads() throws -> [Outcome] {
        var small: Set<Digest> = []
        for (record, _) in items
        where record.value == nil && record.format == .json && record.size <= Self.largest {
            small.insert(record.content)
        }
        var found: [Digest: [UInt8]] = [:]
        try store.readAsKnown { catalog in
            // What cannot be read is asked for by itself.
            try store.readMetadata(small, in: catalog) { found[$0] = try? $1.get() }
        }
        return items.map { record, _ in
            guard record.format == .json else { return .failure(.cannotMigrate(record.format)) }
            if let bytes = record.inlinePayload ?? found[record.content] {
                return .success(Migrated(payload: bytes))
            }
            do {
                return .success(Migrated(payload: try store.workTree.payload(of: record)))
            } catch {
                return .failure(error as? StemmaError ?? .unexpected(error))
            }
        }
    }
}

extension StemmaError {
    fileprivate static func cannotMigrate(_ format: PayloadFormat) -> StemmaError {
        StemmaError(
            .wrongFormat, "a payload that is \(format.rawValue) and not json cannot be migrated",
            hint: "save it anew in the new form", fields: ["format": format.rawValue])
    }

    fileprivate static func unexpected(_ error: any Error) -> StemmaError { StemmaError(.system, "\(error)") }
}
