import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// Settings, schemas and migrations of variables: files that change with a transaction as records do.
extension Transaction {
    /// A file as this transaction has left it so far; `nil` where there is none.
    func content(of file: VariableFile) throws -> [UInt8]? {
        if let change = files[file] { return change.after }
        return try FileChange.content(of: file, store.paths)
    }

    /// The files of a variable as this transaction has left them so far, by their paths.
    func variableFiles(of variable: String) throws -> [VariableFile] {
        var found = Set(try VariableFile.all(of: variable, in: store.paths))
        for change in files.values where change.file.variable == variable {
            if change.after == nil { found.remove(change.file) } else { found.insert(change.file) }
        }
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Writes a file when this transaction is committed, or takes it away. Says whether that changes anything.
    ///
    /// Throws `.invalidSettings` for settings that cannot be read back, and `.tooLarge`.
    @discardableResult
    func set(_ file: VariableFile, to content: [UInt8]?) throws -> Bool {
        if let content, content.count > FileChange.largest {
            throw StemmaError.settingsTooLarge(file.path, limit: FileChange.largest)
        }
        schemas.forget(file.variable)
        if file.kind == .settings {
            // The next look at the work tree finds that the variable is gone.
            guard let content else { return try change(file, to: nil) }
            let settings = try VariableSettings(
                fileContent: content, path: file.path, keys: store.settings.keys)
            return try set(settings, of: file.variable)
        }
        return try change(file, to: content)
    }

    /// The same for the settings of a variable, which the catalog has too.
    @discardableResult
    func set(_ settings: VariableSettings, of variable: String) throws -> Bool {
        schemas.forget(variable)
        let isChanged = try change(VariableFile(variable, .settings), to: settings.fileContent)
        if isChanged { try update.setVariable(variable, settings) }
        return isChanged
    }

    private func change(_ file: VariableFile, to content: [UInt8]?) throws -> Bool {
        let known = try self.content(of: file)
        guard known != content else { return false }
        let before = files[file].map(\.before) ?? known.map { Digest.of($0) }
        files[file] = FileChange(file: file, before: before, after: content)
        return true
    }

    /// What is to be written; a file that was taken back to what it is on disk is left alone.
    var changedFiles: [FileChange] {
        files.values.filter { $0.before != $0.after.map { Digest.of($0) } }
            .sorted { $0.file.path.utf8.lexicographicallyPrecedes($1.file.path.utf8) }
    }
}

extension StemmaError {
    static func settingsTooLarge(_ path: String, limit: Int) -> StemmaError {
        StemmaError(
            .tooLarge, "\(path) would be larger than \(limit) bytes", fields: ["path": path])
    }
}
