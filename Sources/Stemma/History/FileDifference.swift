import StemmaBlobs
import StemmaRecords

/// A file of a variable that holds no records, such as a schema, and that is not the same in two views.
public struct FileDifference: Hashable, Sendable {
    /// Relative to the store, such as `variables/Trial/schemas/0.2.0.json`.
    public let path: String
    /// The name of the variable.
    public let variable: String
    /// Whether it is new, gone or another.
    public let status: Difference.Change.Status

    let file: VariableFile
    let before: [UInt8]?
    let after: [UInt8]?

    /// - Parameters:
    ///   - before: the file in the first view; `nil` where there is none.
    ///   - after: the same in the second one.
    /// Returns `nil` where they are the same.
    init?(_ file: VariableFile, before: [UInt8]?, after: [UInt8]?) {
        guard before != after else { return nil }
        self.file = file
        self.before = before
        self.after = after
        path = file.path
        variable = file.variable
        status = before == nil ? .added : after == nil ? .removed : .changed
    }

    /// The files of variables that differ, by their paths.
    static func all(
        from before: any PagedView, to after: any PagedView, variable: String? = nil
    ) throws -> [FileDifference] {
        let (old, new) = (Set(try before.variableNames()), Set(try after.variableNames()))
        var found: [FileDifference] = []
        for name in old.union(new).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where variable == nil || variable == name {
            var files: Set<VariableFile> = []
            if old.contains(name) { files.formUnion(try before.variableFiles(of: name)) }
            if new.contains(name) { files.formUnion(try after.variableFiles(of: name)) }
            for file in files.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
                let (first, second) = (try before.content(of: file), try after.content(of: file))
                if let difference = FileDifference(file, before: first, after: second) {
                    found.append(difference)
                }
            }
        }
        return found
    }

    /// Whether it says more than that a variable is new or gone, which its records say.
    var isTold: Bool { file.kind != .settings || status == .changed }
}
