import StemmaBlobs

/// Where things stand in a store's directory (Docs/Format.md).
package struct StorePaths: Hashable, Sendable {
    /// The store's directory, absolute.
    package let root: String

    package init(root: String) { self.root = root }

    package static let recordsFolder = "records"
    package static let variablesFolder = "variables"
    package static let objectsFolder = "objects"
    package static let packsFolder = "objects/packs"
    package static let forgottenFile = "forgotten.jsonl"
    package static let renamedFile = "renamed.jsonl"
    /// Files of lines that merge as a set; without lines there is no file.
    package static let mergedFiles = [forgottenFile, renamedFile]

    /// No folder of a store is looked into that stands deeper: `records/`, a variable's, and one for each of 64 keys,
    /// which nobody declares.
    package static let maximumDepth = 66

    package var settings: String { "\(root)/\(StoreSettings.fileName)" }
    package var records: String { "\(root)/\(Self.recordsFolder)" }
    package var variables: String { "\(root)/\(Self.variablesFolder)" }
    package var objects: String { "\(root)/\(Self.objectsFolder)" }
    package var packs: String { "\(root)/\(Self.packsFolder)" }
    package var large: String { "\(root)/large" }
    package var local: String { "\(root)/local" }
    package var catalog: String { "\(local)/catalog.sqlite" }
    package var journal: String { "\(local)/journal" }
    package var lock: String { "\(local)/lock" }
    /// What the last runs of functions left undone.
    package var runs: String { "\(local)/runs" }
    /// What the last run of a function left undone. Names that are none of ours are told by their digest.
    package func run(of function: String) -> String {
        let name = Name.isValid(function) ? function : Digest.of(Array(function.utf8)).hex
        return "\(runs)/\(name).jsonl"
    }
    /// Where packs go that nothing can be had from.
    package var aside: String { "\(local)/aside" }
    package var damaged: String { "\(local)/damaged" }
    /// `local/mended`
    package var mended: String { "\(local)/mended" }
    package var pending: String { "\(local)/pending" }
    package var temporary: String { "\(local)/tmp" }

    /// A path below the store's directory relative to it, as settings, reports and git name it; any other as it is.
    package func relative(_ path: String) -> String {
        // By bytes: a character has several, and file systems know no Unicode normal form.
        guard path.utf8.starts(with: root.utf8) else { return path }
        let rest = path.utf8.dropFirst(root.utf8.count)
        guard rest.first == UInt8(ascii: "/") else { return path }
        return String(Substring(rest.dropFirst()))
    }

    /// A page, named as the catalog does: relative to `records/`.
    package func page(_ path: String) -> String { "\(records)/\(path)" }

    package func file(_ file: VariableFile) -> String { "\(root)/\(file.path)" }

    package func variable(_ name: String) -> String { "\(variables)/\(name)/\(VariableSettings.fileName)" }

    /// The page's path relative to `records/`.
    package static func pagePath(variable: String, partition: String, prefix: PagePrefix) -> String {
        partition.isEmpty ? "\(variable)/\(prefix.fileName)" : "\(variable)/\(partition)/\(prefix.fileName)"
    }
}
