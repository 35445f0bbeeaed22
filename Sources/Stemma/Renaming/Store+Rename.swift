import StemmaBlobs
import StemmaLineage
import StemmaRecords

extension Store {
    /// Tells that a function has another name now, in one commit: its lineage bears the new name, and calls under the new
    /// name are answered by what was recorded under the old one.
    ///
    /// It is one function under two names only where its code says nothing of its own name. Writes a line into
    /// `renamed.jsonl`, and changes no record and no lineage record.
    /// - Parameters:
    ///   - name: what recorded calls have now.
    ///   - message: of the commit; one that says what was done when it is not given.
    /// Throws `.notFound` for a function of which no call is recorded, `.nameTaken` for a name that it had before and for
    /// the name that it has, `.invalidName` for one that cannot be shown, `.uncommittedChanges`, and what `commit` throws.
    @discardableResult
    public func rename(function name: String, to new: String, message: String? = nil) throws -> CommitResult?
    {
        try exclusively {
            guard !new.isEmpty, !new.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else {
                throw StemmaError.unprintableFunctionName(new)
            }
            try checkIsCurrent(.function, name)
            guard name != new else { throw StemmaError.isCalledSo(name) }
            guard try !identities(ofFunction: name).isEmpty else { throw StemmaError.unknownFunction(name) }
            let message = message ?? "Rename the function \(name) to \(new)"
            try checkOneCommit("rename", message: message)
            let before = state.withLock { renamings.lines }
            try writeRenamings(before.renaming(.function, name, to: new))
            do {
                let result = try commitExclusively(message, operation: .rename)
                try LastRun.rename(paths.run(of: name), to: paths.run(of: new), function: new)
                return result
            } catch {
                try writeRenamings(before)
                throw error
            }
        }
    }

    /// Throws `.nameTaken` for a name that something had before and has no more.
    private func checkIsCurrent(_ kind: FormerNames.Kind, _ name: String) throws {
        let current = try state.withLock { try currentNames().current(kind, name) }
        guard current == name else { throw StemmaError.wasRenamed(kind.rawValue, name, to: current) }
    }

    private func writeRenamings(_ lines: Set<Renaming>) throws {
        try state.withLock {
            try MergedLines.write(lines, in: path, synchronize: options.synchronize)
            lookAtLines()
        }
    }
}

extension Set<Renaming> {
    /// The lines that say, too, that something has a new name. Whoever gets a name back that it had before, did not
    /// lose it.
    func renaming(_ kind: FormerNames.Kind, _ name: String, to new: String) -> Self {
        filter { $0.kind != kind || $0.from != new }.union([Renaming(kind, from: name, to: new)])
    }
}

extension StemmaError.Code {
    /// A name belongs to something else, or did before; `fields` has `name`.
    public static let nameTaken = Self("name-taken")
}

extension StemmaError {
    static func unknownFunction(_ name: String) -> StemmaError {
        StemmaError(
            .notFound, "no call of a function '\(printable(name))' is recorded in this clone",
            hint: "the record of a result names the function that made it", fields: ["function": name])
    }

    static func isCalledSo(_ name: String) -> StemmaError {
        StemmaError(
            .nameTaken, "'\(printable(name))' is called so already",
            hint: "give it a name that it does not have",
            fields: ["name": name])
    }

    static func wasRenamed(_ kind: String, _ name: String, to current: String) -> StemmaError {
        StemmaError(
            .nameTaken, "the \(kind) '\(printable(name))' is called '\(printable(current))' now",
            hint: "renamed.jsonl says so; name '\(printable(current))' instead",
            fields: ["name": name, "current": current])
    }

    static func unprintableFunctionName(_ name: String) -> StemmaError {
        StemmaError(
            .invalidName,
            name.isEmpty ? "a function needs a name" : "'\(printable(name))' cannot be shown on one line",
            hint: "name it as the code does", fields: ["name": name])
    }
}
