import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// An input of a call whose address holds something else now.
struct ChangedInput: Hashable {
    let variable: String
    let migration: StaleMigration?
}

/// What stands at the addresses of inputs now. Many calls have the same ones.
struct InputLookup {
    private struct Place: Hashable {
        let variable: String
        let keys: Keys
    }

    /// A record, and what a call would go by; `nil` where it cannot be read.
    fileprivate struct Standing {
        let record: Record
        let handed: [Digest]?
        /// The migration that it waits for, or that it went through last.
        let migration: StaleMigration?
    }

    private let store: Store
    private let view: CatalogView
    private var variables: [String: CatalogView.Variable?] = [:]
    private var known: [Place: [Standing]] = [:]
    private static let limit = 1024

    init(_ store: Store, _ view: CatalogView) { (self.store, self.view) = (store, view) }

    /// How an input is not what it was; `nil` where it is, or where that cannot be told.
    mutating func change(of input: LineageRecord.Input) throws -> ChangedInput? {
        guard let address = input.address else { return nil }
        let place = Place(variable: address.variable, keys: address.keys)
        let standing: [Standing]
        if let there = known[place] {
            standing = there
        } else {
            if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
            standing = try lookUp(place)
            known[place] = standing
        }
        let records = standing.map(\.record)
        let isStill = standing.contains { standing in
            standing.handed.map { input.isStill(standing.record, as: $0, at: address, among: records) }
                ?? false
        }
        guard !isStill else { return nil }
        let migration = standing.first { $0.isMigrated(input, at: address) }?.migration
        return ChangedInput(variable: address.variable, migration: migration)
    }

    private mutating func lookUp(_ place: Place) throws -> [Standing] {
        if variables[place.variable] == nil {
            variables[place.variable] = .some(try view.variable(place.variable))
        }
        guard case .some(.some(let variable)) = variables[place.variable] else { return [] }
        return try view.records(of: variable, keys: place.keys).map { record in
            Standing(
                record: record, handed: store.handed(record, variable.settings),
                migration: store.migration(of: record, variable.settings))
        }
    }
}

extension InputLookup.Standing {
    /// Whether it is what a call was given, in another form.
    fileprivate func isMigrated(_ input: LineageRecord.Input, at address: Address) -> Bool {
        guard let migration else { return false }
        if migration.isPending, record.contents.contains(input.content) { return true }
        // What it was before it was rewritten is not known here; what it was made by is, and where it stands.
        return !record.migratedFrom.isEmpty && record.lineage == input.lineage
            && (record.lineage != nil || record.version == address.version)
    }
}

extension Store {
    /// Asks nothing where the variable was not migrated.
    fileprivate func handed(_ record: Record, _ settings: VariableSettings) -> [Digest]? {
        settings.readVersion == nil ? record.contents : workTree.handedContents(of: record)
    }

    fileprivate func migration(of record: Record, _ settings: VariableSettings) -> StaleMigration? {
        guard let version = settings.version(of: record) else { return nil }
        if options.automaticMigration != .never, let target = settings.pendingVersion(of: record) {
            let lost = settings.migrations.filter {
                !$0.keepsDownstream && version <= $0.from && $0.to <= target
            }
            let step = lost.max { $0.to < $1.to }
            return StaleMigration(from: step?.from ?? version, to: step?.to ?? target, isPending: true)
        }
        // Of the steps that it came through the last one that has not kept what is downstream.
        let chain = record.migratedFrom.compactMap { try? SchemaVersion($0) } + [version]
        let steps = zip(chain, chain.dropFirst()).map { StaleMigration(from: $0, to: $1, isPending: false) }
        let kept = settings.migrations.filter(\.keepsDownstream)
        return steps.last { step in !kept.contains { $0.from == step.from && $0.to == step.to } }
            ?? steps.last
    }
}
