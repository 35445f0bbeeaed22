import Stemma

/// Tells the words that name commits from those that name records.
///
/// A word that has `..` or resolves as a revision is one, otherwise it belongs to the filter; if it could be both,
/// that is an error; what stands after `--` never names a commit, what stands before it always does.
struct RevisionWords {
    let comparison: Comparison
    let filter: [String]

    init(_ arguments: Arguments, _ store: Store) throws {
        if arguments.separator != nil {
            let words = arguments.wordsBeforeSeparator
            guard words.count <= 1 else {
                throw Self.several(words[words.startIndex], words[words.startIndex + 1])
            }
            comparison = words.first.map { Comparison($0) } ?? .uncommitted
            filter = Array(arguments.wordsAfterSeparator)
            return
        }
        var words = arguments.words[...]
        var found: String?
        while let word = words.first, try Self.isRevision(word, store) {
            if let found { throw Self.several(found, word) }
            found = word
            words = words.dropFirst()
        }
        comparison = found.map { Comparison($0) } ?? .uncommitted
        filter = Array(words)
    }

    private static func isRevision(_ word: String, _ store: Store) throws -> Bool {
        if word.contains("..") { return true }
        guard !word.contains("=") else { return false }
        let isRevision = store.isRevision(word)
        let isVariable = try store.workTree.variables().contains { $0.name == word }
        if isRevision && isVariable { throw UsageError.revisionOrVariable(word) }
        return isRevision
    }

    private static func several(_ a: String, _ b: String) -> StemmaError {
        UsageError.make("'\(a)' and '\(b)' both name commits", hint: "write \(a)..\(b) to compare the two")
    }
}

extension UsageError {
    static func revisionOrVariable(_ word: String) -> StemmaError {
        make(
            "'\(word)' is a revision and a variable",
            hint: "write '\(word) --' for the revision, '-- \(word)' for the variable")
    }
}
