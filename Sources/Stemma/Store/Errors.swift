import StemmaBlobs
import StemmaRecords

extension StemmaError.Code {
    /// No store is where one was looked for; `fields` has `path`.
    public static let noStore = Self("no-store")
    /// More than one store could be meant; `fields` has `paths`, one a line.
    public static let severalStores = Self("several-stores")
    /// The store is not inside a git work tree; `fields` has `path`.
    public static let noRepository = Self("no-repository")
    /// A store cannot be made in the directory; `fields` has `path`.
    public static let badPlace = Self("bad-place")
    /// A key is declared with another type than it has; `fields` has `name`.
    public static let keysDiffer = Self("keys-differ")
    /// No variable has the name; `fields` has `variable`.
    public static let unknownVariable = Self("unknown-variable")
    /// No record has the address.
    public static let notFound = Self("not-found")
    /// Several records have it.
    public static let ambiguous = Self("ambiguous")
    /// An address that is probably a slip of the pen.
    public static let doubtfulAddress = Self("doubtful-address")
    /// What was asked for needs a store that is as HEAD has it.
    public static let uncommittedChanges = Self("uncommitted-changes")
    /// Another program changed a file during a transaction, of which nothing was saved; `fields` has `path`.
    public static let workTreeChanged = Self("work-tree-changed")
    /// A commit has several parents, and it was not said which one is meant.
    public static let mergeCommit = Self("merge-commit")
    /// Records changed again after what is to be undone; `RevertConflicts` lists them.
    public static let conflicts = Self("conflicts")
    /// The store cannot be written; `fields` has `path`.
    public static let readOnly = Self("read-only")
    /// A Swift type has no payload format; `fields` has `type`.
    public static let unsupportedType = Self("unsupported-type")
    /// A record has another payload format than the type it is read as; `fields` has `address`.
    public static let wrongFormat = Self("wrong-format")
    /// A thunk was called with another number or other types of arguments than it has; `fields` has `function`.
    public static let argumentMismatch = Self("argument-mismatch")
    /// A plain value is too large to be a constant of a call, and nothing is known of where it comes from; `fields` has
    /// `function` and `name`.
    public static let unknownOrigin = Self("unknown-origin")
    /// A function returned another number of outputs than its thunk says; `fields` has `function`.
    public static let wrongOutputCount = Self("wrong-output-count")
    /// A function that ran again, because its stored result is damaged, returned something else; `fields` has `function`.
    public static let resultDiffers = Self("result-differs")
    /// A transaction was begun inside another one of the same store.
    public static let nestedTransaction = Self("nested-transaction")
    /// Git is in the middle of a merge, rebase or the like.
    public static let operationInProgress = Self("operation-in-progress")
}

extension StemmaError {
    static func noStore(at path: String) -> StemmaError {
        StemmaError(
            .noStore, "no store at \(path), above it, or near the top of its git work tree",
            hint: "make one with: `Store.create`", fields: ["path": path])
    }

    static func severalStores(_ paths: [String]) -> StemmaError {
        StemmaError(
            .severalStores, "several stores: \(paths.joined(separator: ", "))",
            hint: "say which with `Store.open`",
            fields: ["paths": paths.joined(separator: "\n")])
    }

    static func noRepository(_ path: String) -> StemmaError {
        StemmaError(
            .noRepository, "\(path) is not inside a git work tree",
            hint: "run: git init \(FileSystem.parent(of: path))", fields: ["path": path])
    }

    static func badPlace(_ path: String, _ reason: String) -> StemmaError {
        StemmaError(
            .badPlace, "no store can be made in '\(path)': \(reason)", hint: "choose another directory",
            fields: ["path": path])
    }

    static func keysDiffer(_ key: KeyDeclaration, _ known: KeyDeclaration) -> StemmaError {
        StemmaError(
            .keysDiffer, "the key '\(key.name)' is declared \(known.type.rawValue), not \(key.type.rawValue)",
            hint: "the type of a key cannot be changed", fields: ["name": key.name])
    }

    static func keyIsVersionEntry(_ name: String, variable: String) -> StemmaError {
        StemmaError(
            .keyInVersion, "'\(name)' is a version entry of records of \(variable) and cannot become a key",
            fields: ["name": name, "variable": variable])
    }

    static func unknownVariable(_ name: String, among known: [String]) -> StemmaError {
        let nearest = NearestName.of(name, among: known)
        return StemmaError(
            .unknownVariable, "there is no variable '\(printable(name))'",
            hint: nearest.map { "did you mean '\($0)'?" }
                ?? (known.isEmpty
                    ? "the store is empty" : "there are: \(known.prefix(12).joined(separator: ", "))"),
            fields: ["variable": printable(name)])
    }

    static func notFound(_ address: Address, nearest: [Record], _ keys: KeyDeclarations) -> StemmaError {
        StemmaError(
            .notFound, "there is no \(keys.text(of: address))",
            hint: nearest.isEmpty
                ? "\(address.variable) has no records"
                : "the nearest: \(nearest.map { keys.text(of: $0.address) }.joined(separator: "; "))",
            fields: ["address": keys.text(of: address)])
    }

    /// - Parameter lacking: keys that other records of the variable have, and the address does not.
    static func notFound(_ address: Address, lacking: [String], _ keys: KeyDeclarations) -> StemmaError {
        let others =
            lacking.isEmpty
            ? "" : "; records of \(address.variable) have \(lacking.joined(separator: ", ")), too"
        return StemmaError(
            .notFound, "there is no \(keys.text(of: address))\(others)",
            fields: ["address": keys.text(of: address)])
    }

    static func ambiguous(_ address: Address, _ records: [Record], _ keys: KeyDeclarations) -> StemmaError {
        let variants = records.map {
            $0.version.isEmpty ? "{}" : keys.words([:], $0.version).joined(separator: " ")
        }
        let shown = variants.prefix(8)
        let rest = variants.count > shown.count ? "; and \(variants.count - shown.count) more" : ""
        return StemmaError(
            .ambiguous,
            "\(records.count) variants match \(keys.text(of: address)): \(shown.joined(separator: "; "))\(rest)",
            hint: "name version entries until one is left",
            fields: ["address": keys.text(of: address), "variants": variants.joined(separator: "\n")])
    }

    static func noKeys(_ variable: String, declared: [String]) -> StemmaError {
        StemmaError(
            .doubtfulAddress, "\(variable) is addressed with no key at all",
            hint: "this store's keys are: \(declared.joined(separator: ", "))",
            fields: ["variable": variable])
    }

    static func nearlyKey(_ name: String, key: String) -> StemmaError {
        StemmaError(
            .doubtfulAddress, "the version entry '\(name)' is one letter away from the key '\(key)'",
            hint: "write \(key)=... for the key",
            fields: ["name": name, "key": key])
    }

    static func uncommittedChanges(_ what: String) -> StemmaError {
        StemmaError(
            .uncommittedChanges, "\(what) needs a store without uncommitted changes",
            hint: "commit them first: `Store.commit`")
    }

    static func workTreeChanged(_ path: String) -> StemmaError {
        StemmaError(
            .workTreeChanged, "\(path) was changed by another program during the transaction",
            hint: "nothing was saved; run it again", fields: ["path": path])
    }

    static func mergeCommit(_ id: String) -> StemmaError {
        StemmaError(
            .mergeCommit, "\(id) is a merge: it is not said which parent it is to be compared with",
            hint: "add `mainline: 1` for the branch that was merged into")
    }

    static func parentMissing(_ id: String) -> StemmaError {
        StemmaError(
            .objectMissing,
            "the parent of \(id) is not in this shallow clone, so that it is not known what it changed",
            hint: "fetch more of the history: git fetch --deepen 1")
    }

    static func noSuchParent(_ id: String, _ number: Int, of count: Int) -> StemmaError {
        guard count > 1 else {
            return StemmaError(
                .mergeCommit, "\(id) is no merge and has no parent \(number)", hint: "leave out `mainline`")
        }
        return StemmaError(
            .mergeCommit, "\(id) is a merge of \(count) and has no parent \(number)",
            hint: "the parents are 1 to \(count): `mainline: 1` is the branch that was merged into")
    }

    static func recordsWithoutSettings(_ path: String) -> StemmaError {
        StemmaError(
            .noStore, "\(path) has records but no \(StoreSettings.fileName)",
            hint: "take it back: git checkout -- \(path)/\(StoreSettings.fileName)", fields: ["path": path])
    }

    static func readOnlyStore(_ path: String) -> StemmaError {
        StemmaError(
            .readOnly, "the store \(path) cannot be written",
            hint: "check the owner and permissions of the directory",
            fields: ["path": path])
    }

    static func unsupportedType(_ type: Any.Type) -> StemmaError {
        StemmaError(
            .unsupportedType, "a value of type \(type) cannot be stored",
            hint: "make it Codable, or conform it to Storable", fields: ["type": "\(type)"])
    }

    static func wrongFormat(
        _ record: Record, as type: Any.Type, expected: PayloadFormat, _ keys: KeyDeclarations
    ) -> StemmaError {
        let address = keys.text(of: record.address)
        return StemmaError(
            .wrongFormat,
            "\(address) is stored as \(record.format.rawValue); \(type) is read from \(expected.rawValue)",
            fields: ["address": address])
    }

    static func argumentMismatch(_ function: String, _ what: String) -> StemmaError {
        StemmaError(.argumentMismatch, "\(function): \(what)", fields: ["function": function])
    }

    static func unknownOrigin(_ function: String, _ name: String, size: Int, limit: Int) -> StemmaError {
        StemmaError(
            .unknownOrigin,
            "\(function): the argument '\(name)' is a value of \(size) bytes that no record and no call accounts for",
            hint:
                "save it as a record and load that, or make it by a thunk; only up to \(limit) bytes is it a constant",
            fields: ["function": function, "name": name])
    }

    static func wrongOutputCount(_ function: String, _ expected: Int, _ found: Int) -> StemmaError {
        StemmaError(
            .wrongOutputCount, "\(function) returned \(found) outputs; its thunk says \(expected)",
            hint: "nothing was recorded", fields: ["function": function])
    }

    static func resultDiffers(_ function: String, _ digest: Digest, cause: StemmaError) -> StemmaError {
        StemmaError(
            .resultDiffers,
            "\(cause.message), and \(function), which made it, returns something else now than \(digest.short)",
            hint: "forget the call, and run it again", fields: ["function": function, "digest": digest.hex])
    }

    static func missingPayload(_ record: Record, _ keys: KeyDeclarations) -> StemmaError {
        let (address, digest) = (keys.text(of: record.address), record.content)
        return StemmaError(
            .objectMissing,
            "the payload of \(address) (\(digest.short)) is nowhere in this clone",
            hint: "fetch the branch that has it, or look in the store's large/ on the machine that saved it",
            fields: ["address": address, "digest": digest.hex])
    }

    static func missingLineage(_ digest: Digest, of address: String) -> StemmaError {
        StemmaError(
            .objectMissing,
            "\(digest.short), which the lineage of \(address) names, is nowhere in this clone",
            hint: "fetch the branch that has it", fields: ["address": address, "digest": digest.hex])
    }
}
