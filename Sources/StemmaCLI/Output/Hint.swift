import Stemma

/// What to do next, in the words of the command line. The one place where the library's hints get them.
///
/// The library knows no commands: its hints name its own calls, in backquotes. Each of them has a word here.
enum Hint {
    /// The library's names, and what does the same on the command line.
    static let words = [
        "Store.create": "stemma init",
        "Store.open": "--store DIR or STEMMA_STORE",
        "StoreOptions.wait": "--wait SECONDS",
        "Store.setSchema": "stemma schema set",
        "Store.commit": "stemma commit -m TEXT",
        "Store.status": "stemma status",
        "Store.lineage": "stemma lineage VARIABLE NAME=VALUE",
        "Store.check(deep: true)": "stemma fsck --deep",
        "Store.check(repair: true)": "stemma fsck --repair",
        "RevertSide.ours": "--ours",
        "RevertSide.theirs": "--theirs",
        "NewerRecords.kept": "--keep-newer",
        "NewerRecords.takenDown(allowing:)": "--allow-program NAME",
        "NewerRecords.takenDown(allowing:in:)": "stemma revert",
        "Store.rename(variable:to:)": "stemma rename VARIABLE NEW",
        "mainline: 1": "-m 1",
        "mainline": "-m",
        "PayloadFormat.bytes": "--format bytes",
        "BatchOptions.replacesInputs": "--force",
        "Store.revert": "stemma revert",
        "MigrationOptions.definitions": "stemma migrate VARIABLE --to V --with FILE",
        "MigrationOptions.allowedPrograms": "--allow-program NAME",
        "MigrationOptions.surroundings": "run it with stemma migrate",
        "Store.rewrite": "stemma migrate rewrite VARIABLE",
        "Store.migrate": "stemma migrate VARIABLE --to V",
        "AutomaticMigration.never": "stemma load --as-stored",
        "Store.register": "use the program that has it",
    ]

    /// An error's hint, and what options do about it that the library leaves to its caller.
    static func of(_ error: StemmaError) -> String? {
        let hint = error.hint.map(translated)
        switch error.code {
        case .doubtfulAddress:
            let way =
                "--force saves it " + (error.fields["key"] == nil ? "without any" : "as a version entry")
            return hint.map { "\($0); \(way)" } ?? way
        case .ambiguous where error.fields["variants"]?.split(separator: "\n").contains("{}") == true:
            return (hint.map { "\($0), or " } ?? "") + "--version '{}' for the one without any"
        default: return hint
        }
    }

    /// The text with the library's names replaced by the command line's.
    static func translated(_ text: String) -> String {
        var parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        // Backquotes come in pairs: every second part stands between two.
        guard parts.count % 2 == 1 else { return text }
        for index in stride(from: 1, to: parts.count, by: 2) {
            parts[index] = words[parts[index]] ?? "`\(parts[index])`"
        }
        return parts.joined()
    }
}
