import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// Records whose payloads are migrated together.
struct MigrationBatch {
    /// A record, its way, and the forms on it that the last one goes on standing for.
    typealias Item = (record: Record, migration: Migration, kept: KeptForms)

    /// A payload in its new form.
    struct Migrated: Sendable {
        var payload: [UInt8]
        /// What it was before: calls that were made with these count, too.
        var standsFor: [Digest]
        /// The first thing that a schema does not allow of it, where that does not count.
        var warning: StemmaError?
    }

    typealias Outcome = Result<Migrated, StemmaError>

    /// As many records, and bytes of payloads, are migrated together.
    static let most = (records: 4096, bytes: 32 << 20)
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
        let single = items.indices.filter { !isStepwise(items[$0]) }
        change(single, &outcomes) { try $0.apply(to: $1, violated: $2) }
        guard single.count < items.count else { return outcomes }
        let others = items.indices.filter { isStepwise(items[$0]) }
        // In the order of records, so that a program is given the same lines each time.
        for (path, indices) in Dictionary(grouping: others, by: { items[$0].migration.path })
            .sorted(by: { $0.value[0] < $1.value[0] })
        {
            let kept = items[indices[0]].kept
            for (number, step) in path.steps.enumerated() {
                if case .program(let program)? = step.way {
                    try converse(with: program, step, indices, &outcomes)
                } else {
                    change(indices, &outcomes) { try $0.apply(step, to: $1, violated: $2) }
                }
                guard kept.steps.contains(number) else { continue }
                for index in indices {
                    outcomes[index] = outcomes[index].map { migrated in
                        var migrated = migrated
                        migrated.standsFor.append(Digest.of(migrated.payload))
                        return migrated
                    }
                }
            }
        }
        return outcomes
    }

    /// Whether a record is taken step by step with all others of its path: a program sees many, and what is kept may
    /// be a form on the way.
    private func isStepwise(_ item: Item) -> Bool {
        !item.migration.takesSingleValues || !item.kept.steps.isEmpty
    }

    /// Changes some of the payloads, on all processors.
    private func change(
        _ indices: [Int], _ outcomes: inout [Outcome],
        _ body: @escaping @Sendable (Migration, JSONValue, Migration.Violated) throws -> JSONValue
    ) {
        let before = indices.map { (outcome: outcomes[$0], migration: items[$0].migration) }
        let made = before.concurrentMap(handful: Self.handful) { item in
            Self.change(item.outcome) { try body(item.migration, $0, $1) }
        }
        for (index, outcome) in zip(indices, made) { outcomes[index] = outcome }
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
        let found = try store.workTree.smallPayloads(items.map(\.record))
        return items.map { record, _, kept in
            guard record.format == .json else { return .failure(.cannotMigrate(record.format)) }
            do {
                let payload =
                    try record.inlinePayload ?? found[record.content] ?? store.workTree.payload(of: record)
                return .success(
                    Migrated(
                        payload: payload, standsFor: kept.isStored ? record.standsFor + [record.content] : [])
                )
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
