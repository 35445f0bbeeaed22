import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// Variables whose records are read in another form in one of two views than in the other, although their lines are the
/// same: a migration was declared and not made, or taken back.
struct ChangedReading {
    private let after: any ReadView
    private var variables: [String: (before: VariableSettings, after: VariableSettings)] = [:]

    init(_ before: any ReadView, _ after: any ReadView) {
        self.after = after
        guard let old = before as? any PagedView, let new = after as? any PagedView else { return }
        // What cannot be read is told elsewhere; here it explains nothing.
        for name in (try? new.variableNames()) ?? [] {
            guard let first = try? old.settings(of: name), let second = try? new.settings(of: name),
                first.readVersion != second.readVersion
            else { continue }
            variables[name] = (first, second)
        }
    }

    /// The two forms in which a record that an input was is read; `nil` where it is one.
    func versions(of input: LineageRecord.Input) -> (from: SchemaVersion?, to: SchemaVersion?)? {
        guard let address = input.address, let settings = variables[address.variable],
            let record = try? after.record(exactly: address)
        else { return nil }
        func version(_ settings: VariableSettings) -> SchemaVersion? {
            let version = settings.pendingVersion(of: record) ?? settings.version(of: record)
            return version == settings.legacyVersion ? nil : version
        }
        let (from, to) = (version(settings.before), version(settings.after))
        return from == to ? nil : (from, to)
    }
}
