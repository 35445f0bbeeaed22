import StemmaLineage
import StemmaRecords

/// What the variables of a commit are called now, where they were renamed since.
struct RevertNames {
    private var present: [String: String] = [:]
    private var formers: [String: String] = [:]

    /// - Parameters:
    ///   - names: of the variables that the commit may have changed.
    ///   - renamings: what `renamed.jsonl` says now and did not say then.
    ///   - variables: those that there are now.
    init(of names: Set<String>, renamings: Set<Renaming>, variables: Set<String>) {
        let current = FormerNames(renamings)
        for name in names {
            let now = current.current(.variable, name)
            guard now != name, variables.contains(now), !names.contains(now) else { continue }
            present[name] = now
            formers[now] = name
        }
    }

    /// The name that a variable had when the commit was made.
    func former(_ variable: String) -> String { formers[variable] ?? variable }

    /// What the commit did, as if it had done it to the variables by their present names.
    func renaming(_ change: Difference.Change) -> Difference.Change {
        guard let name = present[change.record.address.variable] else { return change }
        func renamed(_ record: Record) -> Record {
            var record = record
            record.variable = name
            return record
        }
        return switch change {
        case .added(let after): .added(renamed(after))
        case .removed(let before): .removed(renamed(before))
        case .changed(let before, let after): .changed(before: renamed(before), after: renamed(after))
        }
    }

    /// The same of a file.
    func renaming(_ change: FileDifference) -> FileDifference {
        guard let name = present[change.variable] else { return change }
        let file = VariableFile(name, change.file.kind)
        return FileDifference(file, before: change.before, after: change.after) ?? change
    }
}
