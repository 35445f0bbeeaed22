import StemmaBlobs
import StemmaRecords

/// The files of variables as they were when the work tree was last looked at: listing them for each record would cost more
/// than reading it. Used with `Store.state` held.
struct KnownFiles {
    private var known: [String: [VariableFile: FileStatus?]] = [:]
    /// The look that they are of.
    private var look: Int64 = -1

    mutating func files(
        of variable: String, at look: Int64, _ list: () throws -> [VariableFile: FileStatus?]
    ) rethrows -> [VariableFile: FileStatus?] {
        if look != self.look { (known, self.look) = ([:], look) }
        if let files = known[variable] { return files }
        let files = try list()
        known[variable] = files
        return files
    }

    /// This process has changed some.
    mutating func forget() { known = [:] }
}

/// The rules of the variables of the work tree that were needed lately: making them reads their files.
///
/// Unchecked, because it is used with `Store.state` held.
final class KnownRules: @unchecked Sendable {
    /// What they were made of; others are made when it is another.
    private struct Source: Hashable {
        let settings: VariableSettings
        let files: [VariableFile: FileStatus?]
    }

    private var known: [String: (source: Source, rules: SchemaRules)] = [:]

    func rules(
        of variable: String, _ settings: VariableSettings, _ files: [VariableFile: FileStatus?],
        _ make: () -> SchemaRules
    ) -> SchemaRules {
        let source = Source(settings: settings, files: files)
        if let entry = known[variable], entry.source == source { return entry.rules }
        let rules = make()
        known[variable] = (source, rules)
        return rules
    }
}

extension Store {
    /// The files of a variable, as a look at the work tree has found them that is no older than what is read of it. Call
    /// with `state` held.
    func filesAsKnown(of variable: String) throws -> [VariableFile: FileStatus?] {
        try knownFiles.files(of: variable, at: lastLook) {
            var files: [VariableFile: FileStatus?] = [:]
            for file in try VariableFile.all(of: variable, in: paths) {
                files[file] = try FileSystem.status(paths.file(file))
            }
            return files
        }
    }
}
