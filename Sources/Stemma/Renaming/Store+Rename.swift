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
            try checkIsFree(.function, new, for: name)
            _ = try identities(ofFunction: name)
            let message = message ?? "Rename the function \(name) to \(new)"
            try checkOneCommit("rename", message: message)
            let lines = state.withLock { renamings.lines.renaming(.function, name, to: new) }
            try transact { try $0.set(lines) }
            state.withLock { lookAtLines() }
            let result = try commitOrTakeBack(message, operation: .rename)
            // The report of the last run is this clone's own, and made anew by the next one: the rename stands without it.
            try? LastRun.rename(paths.run(of: name), to: paths.run(of: new), function: new)
            return result
        }
    }

    /// Gives a variable another name, in one commit: its records, schemas and migrations go with it, and in lineage it bears
    /// the new name.
    ///
    /// Lineage records stay as they are; a line in `renamed.jsonl` says what the old name means. Records that stand under
    /// the old name all the same, as a merge can bring them, go to the new one when it is called again.
    /// - Parameter message: of the commit; one that says what was done when it is not given.
    /// Throws `.unknownVariable`, `.nameTaken`, `.namesCollide` and `.invalidName` for the new name and where two
    /// records would have one address, `.uncommittedChanges`, and what `commit` throws.
    @discardableResult
    public func rename(variable name: String, to new: String, message: String? = nil) throws -> CommitResult?
    {
        try exclusively {
            let isAgain = try checkNewName(of: name, new)
            let message = message ?? "Rename the variable \(name) to \(new)"
            try checkOneCommit("rename", message: message)
            return try renameVariable(
                name, to: new, lines: state.withLock { renamings.lines }.renaming(.variable, name, to: new),
                message: message, operation: .rename, isAgain: isAgain)
        }
    }

    /// - Parameter lines: what `renamed.jsonl` says afterwards.
    func renameVariable(
        _ name: String, to new: String, lines: Set<Renaming>, message: String, operation: Operation,
        isAgain: Bool = false
    ) throws -> CommitResult? {
        try transact { transaction in
            try transaction.set(lines)
            try move(name, to: new, isAgain: isAgain, in: transaction)
        }
        state.withLock { lookAtLines() }
        return try commitOrTakeBack(message, operation: operation)
    }

    private func move(_ name: String, to new: String, isAgain: Bool, in transaction: Transaction) throws {
        let files = try transaction.variableFiles(of: name)
        for file in files where !isAgain {
            try transaction.set(VariableFile(new, file.kind), to: transaction.content(of: file))
        }
        // The parts are read as they were before the transaction.
        for chunk in try workTree.chunks(of: name, matching: Filter()) {
            for record in try workTree.records(in: chunk) {
                var moved = record
                moved.variable = new
                if isAgain, let other = try transaction.record(at: moved.address), other != moved {
                    throw StemmaError.renamedTogether(settings.keys.text(of: moved.address))
                }
                try transaction.put(moved)
                try transaction.remove(record.address)
            }
        }
        if let problem = try workTree.problems(of: name).first { throw problem }
        // The settings go last, and with them the variable.
        for file in files where file.kind != .settings { try transaction.set(file, to: nil) }
        try transaction.set(VariableFile(name, .settings), to: nil)
    }

    /// Whether the records of a variable go to where others of it went before. Throws for a name that it cannot have.
    private func checkNewName(of name: String, _ new: String) throws -> Bool {
        let names = try workTree.variableNames()
        guard names.contains(name) else {
            try checkIsCurrent(.variable, name)
            throw StemmaError.unknownVariable(name, among: names)
        }
        guard name != new else { throw StemmaError.isCalledSo(name) }
        try Name.check(new, of: "variable")
        let current = try state.withLock { try currentNames() }
        if names.contains(new) {
            guard current.current(.variable, name) == new else { throw StemmaError.nameTaken(new) }
            return true
        }
        try checkIsFree(.variable, new, for: name)
        if let other = names.first(where: { $0 != name && $0.lowercased() == new.lowercased() }) {
            throw StemmaError.namesCollide(new, other, of: "variable")
        }
        return false
    }

    /// Throws `.nameTaken` for a name that something had before and has no more.
    func checkIsCurrent(_ kind: FormerNames.Kind, _ name: String) throws {
        try checkIsFree(kind, name, for: name)
    }

    /// Throws `.nameTaken` for a name that something else had before, since that is what it means in lineage.
    private func checkIsFree(_ kind: FormerNames.Kind, _ new: String, for name: String) throws {
        let current = try state.withLock { try currentNames().current(kind, new) }
        guard current == new || current == name else {
            throw StemmaError.wasRenamed(kind.rawValue, new, to: current)
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
    fileprivate static func nameTaken(_ name: String) -> StemmaError {
        StemmaError(
            .nameTaken, "there is a variable '\(printable(name))' already",
            hint: "remove its records or rename it first", fields: ["name": name])
    }

    fileprivate static func renamedTogether(_ address: String) -> StemmaError {
        StemmaError(
            .nameTaken, "there is a record \(address) already, with another content",
            hint: "remove one of them first", fields: ["address": address])
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
