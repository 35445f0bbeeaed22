import Stemma

extension Command {
    static let gc = Command(
        name: "gc",
        summary: "remove objects that nothing names any more",
        usage: "[--dry-run] [--grace SECONDS]",
        options: [
            .flag("dry-run", "only say what would be removed"),
            .taking("SECONDS", "grace", "keep what is younger than this (default: two weeks)"),
        ],
        discussion: [
            """
            Removes objects that were saved and never committed, and that no record, commit, branch, tag, stash, \
            reflog or other work tree names, directly or through lineage. What git tracks is never touched. Whatever \
            is younger than the grace period is kept: another process may be about to name it.
            """
        ],
        examples: [Example("stemma gc --dry-run", "how much there is to gain")],
        run: collectGarbage)
}

@Sendable private func collectGarbage(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let grace = try arguments.seconds("grace") ?? Store.standardGrace
    let report = try session.openStore().collectGarbage(dryRun: arguments.has("dry-run"), grace: grace)
    let what = "\(Amount.counted(report.objects, "object")) (\(Amount.bytes(report.bytes)))"
    if !report.isDryRun {
        session.output.accomplish("\(what) \(report.objects == 1 ? "was" : "were") removed")
    }
    if report.young > 0 {
        try session.output.note("kept \(Amount.counted(report.young, "file")) younger than the grace period")
    }
    if report.unreadable > 0 {
        try session.output.note(
            "kept \(Amount.counted(report.unreadable, "pack")) that cannot be read; `stemma fsck --repair` puts such packs aside"
        )
    }
    let isNothing = report.objects == 0 && report.temporaries == 0
    let leftovers =
        report.temporaries > 0 ? " and \(Amount.counted(report.temporaries, "temporary file"))" : ""
    // What would be removed is what a dry run is for.
    let text =
        isNothing ? "nothing to remove" : (report.isDryRun ? "would remove " : "removed ") + what + leftovers
    if report.isDryRun { try session.output.line(text) }
    try session.output.summary(
        [
            "dryRun": .bool(report.isDryRun), "objects": .count(report.objects),
            "bytes": .count(report.bytes), "files": .count(report.files),
            "young": .count(report.young), "unreadable": .count(report.unreadable),
            "temporaries": .count(report.temporaries),
        ],
        note: report.isDryRun ? nil : text)
    return .done
}
