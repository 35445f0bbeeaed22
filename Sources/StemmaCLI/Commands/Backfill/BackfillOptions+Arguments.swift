import Stemma

extension Option {
    /// What both commands take.
    static let ofBackfills: [Option] = [
        .flag("dry-run", letter: "n", "change nothing; say what would become of every record"),
        .flag("skip-failed", "leave records that fail as they are, and commit the rest"),
        .taking("TEXT", "message", letter: "m", "the message of the commit"),
    ]
}

/// The records that a backfill is about.
struct BackfillSelection {
    let variable: String
    let filter: Filter
    let isSelected: (Record) -> Bool
}

extension Arguments {
    func backfillSelection(_ store: Store) throws -> BackfillSelection {
        let filter = try AddressReader(keys: store.settings.keys).filter(words, self)
        guard let variable = filter.variable else { throw UsageError.variableFirst(words[0]) }
        return BackfillSelection(variable: variable, filter: filter.values) { filter.matches($0) }
    }
}

extension Session {
    /// Runs a backfill and prints what it came to.
    func report(
        _ arguments: Arguments, _ store: Store, _ run: (BackfillOptions) throws -> BackfillReport
    ) throws -> ExitCode {
        var options = BackfillOptions()
        options.isDryRun = arguments.has("dry-run")
        options.skipsFailed = arguments.has("skip-failed")
        options.message = arguments.value("message")
        let text = BackfillText(output, AddressText(store.settings.keys))
        options.onUpdate = { try text.emit($0, becomes: $1) }
        let progress = ProgressLine(output)
        options.progress = { now in
            switch now.phase {
            case .records: progress.update("looking", now.done, of: now.total)
            case .committing: progress.update("committing records", now.total, of: nil)
            }
        }
        let report = try run(options)
        progress.clear()
        if let commit = report.commit {
            output.accomplish("the commit \(commit.id.prefix(12)) was made")
        }
        try text.emit(report, options, store)
        return report.failed > 0 && !options.skipsFailed ? .failed : .done
    }
}
