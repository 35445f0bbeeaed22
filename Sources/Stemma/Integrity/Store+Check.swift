import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

extension Store {
    /// Checks structure and references; with `deep` also every byte of every object.
    ///
    /// - Parameters:
    ///   - repair: puts right what loses nothing: companion files, pages out of order, objects that only other commits
    ///     have, and object files that git has whole. Reads every object file. A pack that nothing can be had from is put
    ///     aside, into `local/aside`.
    ///   - progress: called now and then.
    public func check(
        deep: Bool = false, repair: Bool = false, progress: @escaping (Progress) -> Void = { _ in }
    ) throws -> CheckReport {
        var report = CheckReport()
        try state.withLock { try refresh(force: true) }
        try checkSettings(&report, repair: repair)
        try checkPages(&report)
        if repair { try repairLayout(&report) }
        if repair { try repairObjects(&report) }
        var check = ObjectCheck(store: self, deep: deep, progress: progress)
        try state.withLock { try check.run(&report) }
        if repair { try check.bringAlong(&report) }
        check.reportElsewhere(&report, isRepaired: repair)
        return report
    }

    private func checkSettings(_ report: inout CheckReport, repair: Bool) throws {
        for file in CompanionFile.all {
            let gap: CompanionFile.Gap?
            do {
                gap = try file.gap(in: path)
            } catch let error as StemmaError {
                // A link or a directory of that name, which `repair` leaves alone too.
                report.findings.append(
                    CheckReport.Finding(
                        kind: .settings, message: error.message, hint: error.hint, path: file.name,
                        records: [],
                        isRepaired: false))
                continue
            }
            guard let gap else { continue }
            if repair { try gap.fill(in: path, synchronize: options.synchronize) }
            report.findings.append(
                CheckReport.Finding(
                    kind: .settings,
                    message: gap.isWhole
                        ? "\(file.name) is missing"
                        : "\(file.name) lacks lines that init writes: \(gap.lines.joined(separator: ", "))",
                    hint: gap.isWhole
                        ? "`Store.check(repair: true)` writes it anew"
                        : "`Store.check(repair: true)` adds them at its end",
                    path: file.name, records: [], isRepaired: repair))
        }
        try checkLines(StorePaths.forgottenFile, &report) { _ = try forgotten() }
        try checkLines(StorePaths.renamedFile, &report) {
            try lookAtNames()
            for (kind, name, names) in formerNames.doubtful {
                throw StemmaError.renamedTwice(kind.rawValue, name, to: names)
            }
            for name in try workTree.variableNames() {
                let current = formerNames.current(.variable, name)
                if current != name { throw StemmaError.standsUnderFormerName(name, current) }
            }
        }
        for variable in try read({ try $0.variables() }) {
            guard let problem = variable.problem else { continue }
            report.findings.append(
                CheckReport.Finding(
                    kind: .settings, message: problem, hint: "take it back with git checkout",
                    path: "variables/\(variable.name)/variable.json", records: [], isRepaired: false))
        }
        try checkSchemas(&report)
        try checkMigrations(&report)
        try checkSchemaVersions(&report)
    }

    /// Every document of a variable is a schema, and the only one of its version.
    private func checkSchemas(_ report: inout CheckReport) throws {
        for variable in try read({ try $0.variables() }) where variable.problem == nil {
            let rules = try workTree.rules(of: variable.name)
            for (version, file) in try workTree.schemaFiles(of: variable.name) {
                do {
                    _ = try rules.schema(version)
                } catch let error as StemmaError where error.code == .invalidSettings {
                    report.findings.append(
                        CheckReport.Finding(
                            kind: .settings, message: error.message,
                            hint: error.hint
                                ?? "set it again: `Store.setSchema`; or take it back with git checkout",
                            path: file.path, records: [], isRepaired: false))
                }
            }
        }
    }

    /// Looks at a file of lines. Damage to it is a finding.
    private func checkLines(_ file: String, _ report: inout CheckReport, _ look: () throws -> Void) throws {
        do {
            try state.withLock(look)
        } catch let error as StemmaError where error.code == .invalidSettings {
            report.findings.append(
                CheckReport.Finding(
                    kind: .settings, message: error.message, hint: error.hint, path: file, records: [],
                    isRepaired: false))
        }
    }

    private func checkPages(_ report: inout CheckReport) throws {
        try read { view in
            for problem in try view.problems() {
                report.findings.append(
                    CheckReport.Finding(
                        kind: .page, message: problem.message, hint: problem.hint,
                        path: problem.fields["path"],
                        records: [], isRepaired: false))
            }
            for duplicate in try view.duplicates() {
                report.findings.append(
                    CheckReport.Finding(
                        kind: .duplicate, message: duplicate.message, hint: duplicate.hint, path: nil,
                        records: [duplicate.fields["address"] ?? ""], isRepaired: false))
            }
            for page in try view.irregularPages() {
                report.findings.append(
                    CheckReport.Finding(
                        kind: .layout,
                        message:
                            "\(StorePaths.recordsFolder)/\(page) has records out of place or lines not as they are written",
                        hint: "the next save in that partition puts it right, or `Store.check(repair: true)`",
                        path: "\(StorePaths.recordsFolder)/\(page)", records: [], isRepaired: false))
            }
        }
    }

    private func repairLayout(_ report: inout CheckReport) throws {
        let pages = report.findings.indices.filter { report.findings[$0].kind == .layout }
        guard !pages.isEmpty else { return }
        try transaction { try $0.putLayoutRight() }
        for index in pages { report.findings[index].isRepaired = true }
    }
}
