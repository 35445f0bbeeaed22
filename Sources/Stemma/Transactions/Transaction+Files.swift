import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// Settings, schemas and migrations of variables: files that change with a transaction as records do.
extension Transaction {
    /// A file as this transaction has left it so far; `nil` where there is none.
    func content(of file: VariableFile) throws -> [UInt8]? {
        try content(of: file.path)
    }

    private func content(of path: String) throws -> [UInt8]? {
        if let change = files[path] { return change.after }
        return try FileChange.content(of: path, store.paths)
    }

    /// The files of a variable as this transaction has left them so far, by their paths.
    func variableFiles(of variable: String) throws -> [VariableFile] {
        var found = Set(try VariableFile.all(of: variable, in: store.paths))
        for change in files.values {
            guard let file = change.file, file.variable == variable else { continue }
            if change.after == nil { found.remove(file) } else { found.insert(file) }
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
            guard let content else { return try change(file.path, to: nil) }
            let settings = try VariableSettings(
                fileContent: content, path: file.path, keys: store.settings.keys)
            return try set(settings, of: file.variable)
        }
        return try change(file.path, to: content)
    }

    /// The same for the settings of a variable, which the catalog has too.
    @discardableResult
    func set(_ settings: VariableSettings, of variable: String) throws -> Bool {
        schemas.forget(variable)
        let isChanged = try change(VariableFile(variable, .settings).path, to: settings.fileContent)
        if isChanged { try update.setVariable(variable, settings) }
        return isChanged
    }

    /// Writes a file of the store's own, one of `FileChange.storeFiles`, when this transaction is committed.
    func set(_ path: String, to content: [UInt8]?) throws { try change(path, to: content) }

    /// Writes a file of lines, with what git is told of it.
    func set<Line: MergedLine>(_ lines: Set<Line>) throws {
        let companion = CompanionFile.mergingLines(of: Line.fileName)
        if !lines.isEmpty, let gap = try companion.gap(in: store.path) {
            if String(validating: gap.content, as: UTF8.self) == nil {
                // A journal is text.
                try gap.fill(in: store.path, synchronize: store.options.synchronize)
            } else {
                try set(gap.name, to: gap.content)
            }
        }
        if lines.isEmpty, let rest = try companion.withoutBlock(in: store.path),
            String(validating: rest, as: UTF8.self) != nil
        {
            try set(companion.name, to: rest.isEmpty ? nil : rest)
        }
        try set(Line.fileName, to: lines.isEmpty ? nil : MergedLines.content(lines))
    }

    @discardableResult
    private func change(_ path: String, to content: [UInt8]?) throws -> Bool {
        let known = try self.content(of: path)
        guard known != content else { return false }
        let before = files[path].map(\.before) ?? known.map { Digest.of($0) }
        files[path] = FileChange(path: path, before: before, after: content)
        return true
    }

    /// What is to be written; a file that was taken back to what it is on disk is left alone.
    var changedFiles: [FileChange] {
        files.values.filter { $0.before != $0.after.map { Digest.of($0) } }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}

extension StemmaError {
    static func settingsTooLarge(_ path: String, limit: Int) -> StemmaError {
        StemmaError(
            .tooLarge, "\(path) would be larger than \(limit) bytes", fields: ["path": path])
    }
}
