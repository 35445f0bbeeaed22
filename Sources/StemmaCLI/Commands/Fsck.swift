import Stemma

extension Command {
    static let fsck = Command(
        name: "fsck",
        summary: "check that everything is there and whole",
        usage: "[--deep] [--repair]",
        options: [
            .flag("deep", "read every byte of every object"),
            .flag("repair", "put right what loses nothing; reads every object"),
        ],
        discussion: [
            """
            Checks pages, settings and that every object which a record names, also through its lineage, is there; \
            with --deep also that every object is what its digest says. What is wrong is named with the records that \
            it hits. Exits with 4 when something is damaged or missing.
            """,
            """
            --repair puts right the layout of pages and the files beside the store, brings objects along that only \
            other commits have, and puts git's copy in the place of an object file that is damaged. A pack that \
            nothing can be had from is put aside, into local/aside of the store; what was in it and is lost is \
            named, and comes back when the steps that made it are run again.
            """,
        ],
        examples: [
            Example("stemma fsck", "structure and references: quick"),
            Example("stemma fsck --deep", "every byte: after a disk made trouble"),
        ],
        run: checkStore)
}

@Sendable private func checkStore(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let progress = ProgressLine(session.output)
    let report = try store.check(deep: arguments.has("deep"), repair: arguments.has("repair")) {
        progress.update("checking \($0.phase)", $0.done, of: $0.total)
    }
    progress.clear()
    for finding in report.findings { try session.output.emit(finding) }
    let damage = report.findings.count(where: \.isDamage)
    let repaired = report.findings.count(where: \.isRepaired)
    let looked = [
        Amount.counted(report.records, "record"), Amount.counted(report.objects, "object"),
        report.bytes > 0 ? "\(Amount.bytes(report.bytes)) read" : "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    try session.output.summary(
        [
            "damaged": .bool(report.isDamaged), "findings": .count(report.findings.count),
            "damage": .count(damage), "repaired": .count(repaired),
            "records": .count(report.records), "objects": .count(report.objects),
            "bytes": .count(report.bytes),
        ],
        note: report.isDamaged
            ? "\(Amount.counted(damage, "problem")) in \(looked)" : "no damage in \(looked)")
    return report.isDamaged ? .damage : .done
}

extension Output {
    /// One thing that `fsck` found, and the records that it hits.
    fileprivate func emit(_ finding: CheckReport.Finding) throws {
        var members: JSONObject = [
            "problem": .string(finding.kind.rawValue), "message": .string(finding.message),
            "damage": .bool(finding.isDamage), "repaired": .bool(finding.isRepaired),
            "records": .array(finding.records.map { .string($0) }),
        ]
        if let path = finding.path { members["path"] = .string(path) }
        if let hint = finding.hint { members["hint"] = .string(Hint.translated(hint)) }
        let style: Cell.Style = finding.isDamage ? .bad : finding.isRepaired ? .good : .changed
        let state = finding.isRepaired ? " (repaired)" : ""
        try emit(
            "finding", members,
            line: Cell("\(finding.kind.rawValue): \(Shell.visible(finding.message))\(state)", style))
        let shown = finding.records.prefix(10)
        for record in shown { try line("    hits \(Shell.visible(record))") }
        if finding.records.count > shown.count {
            try line("    and \(Amount.count(finding.records.count - shown.count)) more; --json has them all")
        }
        if let hint = finding.hint, !finding.isRepaired {
            try line("    \(Shell.visible(Hint.translated(hint)))")
        }
    }
}
