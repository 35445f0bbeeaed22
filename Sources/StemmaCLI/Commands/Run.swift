import Stemma
import StemmaBlobs
import Synchronization

extension Command {
    static let run = Command(
        name: "run",
        summary: "run any program over the data set, and keep what it writes",
        usage: "FUNCTION [OPTIONS] -- PROGRAM [WORD ...]",
        positionals: [
            .one("FUNCTION", .nothing, "what lineage calls it"),
            .any(
                "WORD", .files,
                "the program and its arguments; {NAME} stands for an input, constant or output, {key:NAME} for a key's "
                    + "value, {{ and }} for braces"),
        ],
        options: [
            .taking(
                "NAME=VARIABLE", "input", letter: "i", repeats: true,
                "{NAME} is a file with the record; VARIABLE@KEY=VALUE,... stands at other keys or has these version "
                    + "entries, VARIABLE@KEY= has no such key"),
            .taking(
                "NAME=VALUE", "constant", letter: "c", repeats: true,
                "{NAME} is this value as canonical text; it becomes a version entry of the results"),
            .taking(
                "VARIABLE=FILE", "output", letter: "o", repeats: true,
                "{VARIABLE} is the path where the program writes FILE"),
            .taking(
                "FORMAT", "format", completes: .words(FormatName.known), repeats: true,
                "of outputs whose name does not say; VARIABLE=FORMAT of one (default: bytes)"),
            .taking(
                "FILE", "code", completes: .files, repeats: true,
                "a file that the program is made of: when it changes, "
                    + "so does the function"),
            .taking(
                "KEY=VALUES", "for", completes: .entries, repeats: true,
                "values with commas between, one that has a comma in double quotes; "
                    + "KEY alone: all that the inputs have"),
            .flag("no-version", "constants do not become version entries"),
            .flag("keys-env", "the program finds the keys in its environment, as STEMMA_KEY_subject"),
            .taking("N", "jobs", letter: "j", "how many run at once (default: one for each core)"),
            .taking("SECONDS", "time-limit", "end a program that takes longer, and all that it has started"),
            .flag(
                "force",
                "an output may replace the input that it is made from; names of version entries may look like slips of keys"
            ),
            .flag("dry-run", letter: "n", "run nothing; say of every combination how it stands, and why"),
        ],
        discussion: [
            """
            Inputs are written to files, the program is run in the current directory, and the files that it writes are \
            saved with their lineage. A combination that was run before with the same command, code, inputs and \
            constants is answered from the store, and nothing runs.
            """,
            """
            The command, the content of the --code files and the names of the outputs are what the function is. The \
            interpreter and its packages are not looked into: name a lock file with --code. Keys are part of a call \
            only where the program is told them, by {key:NAME} or --keys-env.
            """,
            """
            No shell reads the command; for one, write sh -c '...'. What a program prints is shown where it fails: \
            that combination is reported, the rest goes on, and the exit code is 1. Control-C ends the programs that \
            run, and keeps what was computed.
            """,
        ],
        examples: [
            Example(
                "stemma run mean -i x=Raw -o Mean=m.json --for subject -- ./mean {x} {Mean}",
                "for every subject that has a Raw"),
            Example(
                "stemma run len -i x=Log -o N=n.json -- sh -c 'wc -l <$0 >$1' {x} {N}",
                "once, with a shell"),
        ],
        run: runProgram)
}

@Sendable private func runProgram(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let output = session.output
    let limit = try arguments.seconds("time-limit")
    let jobs = try arguments.count("jobs", least: 1)
    let isDryRun = arguments.has("dry-run")
    let store = try session.openStore()
    let directory = try FileSystem.realPath(".")
    let reader = ProgramReader(keys: store.settings.keys, arguments: arguments)
    let program = try reader.program()
    let keys = try reader.combinations()
    if !arguments.has("force") {
        if !arguments.has("no-version") { try store.checkIntent(version: program.constants) }
        for input in program.inputs { try store.checkIntent(version: input.version) }
    }
    for doubt in program.doubts(over: keys.map(\.name)) { try output.remark("warning: \(doubt)") }

    let progress = Mutex(ProgressLine(isShown: output.showsProgress))
    var options = BatchOptions()
    options.jobs = jobs
    options.isDryRun = isDryRun
    options.replacesInputs = arguments.has("force")
    options.constantsAreVersion = !arguments.has("no-version")
    options.isStopped = { Interruption.isWanted }
    options.isHurried = { Interruption.isUrgent }
    options.progress = { now in
        progress.withLock { $0.update(isDryRun ? "looking" : "running", now.done, of: now.total) }
    }
    Interruption.listen()
    let environment = session.environment.all
    var surroundings = ProgramSurroundings(
        directory: directory, environment: environment.variables, timeLimit: limit)
    surroundings.otherEnvironment = environment.others
    let report = try store.run(
        program, over: keys,
        in: surroundings,
        options: options)
    progress.withLock { $0.clear() }

    if !isDryRun {
        output.accomplish(
            "\(Amount.counted(report.computed, "combination")) \(report.computed == 1 ? "was" : "were") computed"
        )
    }
    let text = RunText(output: output, address: AddressText(store.settings.keys))
    try text.emit(report.combinations)
    try text.summarize(report, isDryRun: isDryRun)
    return report.failed > 0 || report.isInterrupted ? .failed : .done
}
