import Stemma
import StemmaBlobs
import Synchronization

extension Option {
    static let dryRun = Option.flag(
        "dry-run", letter: "n", "change nothing; migrate every record all the same, and list those that fail")
    static let skipInvalid = Option.flag(
        "skip-invalid", "leave records that fail as they are, and commit the rest")
    static let allowProgram = Option.taking(
        "NAME", "allow-program", repeats: true, "a stored definition may run this program")
    static let timeLimit = Option.taking(
        "SECONDS", "time-limit", "end a program that takes longer, and all that it has started")
    static let message = Option.taking("TEXT", "message", letter: "m", "the message of the commit")
}

extension Session {
    /// Where programs of migrations run: where the user is.
    func surroundings(_ arguments: Arguments) throws -> ProgramSurroundings {
        let environment = environment.all
        var surroundings = ProgramSurroundings(
            directory: try FileSystem.realPath("."), environment: environment.variables,
            timeLimit: try arguments.seconds("time-limit"))
        surroundings.otherEnvironment = environment.others
        return surroundings
    }

    /// Runs a migration and prints what it came to.
    func migrate(
        _ arguments: Arguments, _ store: Store, _ options: MigrationOptions,
        _ run: (MigrationOptions) throws -> MigrationReport
    ) throws -> ExitCode {
        var options = options
        options.isDryRun = arguments.has("dry-run")
        options.skipsInvalid = arguments.has("skip-invalid")
        options.message = arguments.value("message")
        options.surroundings = try surroundings(arguments)
        options.allowedPrograms = Set(arguments.values("allow-program"))
        let progress = Mutex(ProgressLine(isShown: output.showsProgress))
        options.progress = { now in
            progress.withLock { line in
                switch now.phase {
                case .records: line.update("migrating", now.done, of: now.total)
                case .committing: line.update("committing records", now.total, of: nil)
                }
            }
        }
        options.isStopped = { Interruption.isWanted }
        options.isHurried = { Interruption.isUrgent }
        Interruption.listen()
        let report: MigrationReport
        do {
            report = try run(options)
        } catch let error as StemmaError where error.code == .interrupted {
            progress.withLock { $0.clear() }
            try output.report(error)
            Interruption.obey()
            return .failed
        }
        progress.withLock { $0.clear() }
        if let commit = report.commit {
            output.accomplish("the commit \(commit.id.prefix(12)) was made")
        }
        try MigrationText(output, AddressText(store.settings.keys)).emit(report, options, store)
        return report.failed > 0 && !options.skipsInvalid ? .failed : .done
    }
}
