import StemmaBlobs
import StemmaEvolution
import StemmaRecords

extension MigrationBatch {
    /// Takes payloads through one step that is a program, which is started once for all of them.
    ///
    /// Throws what `ProgramMigration.run` throws.
    func converse(
        with program: MigrationProgram, _ step: MigrationStep, _ indices: [Int], _ outcomes: inout [Outcome]
    ) throws {
        guard let surroundings = options.surroundings else { throw StemmaError.noSurroundings(step) }
        var left = indices.filter { if case .success = outcomes[$0] { true } else { false } }[...]
        guard !left.isEmpty else { return }
        // What the program has been handed and has not answered yet.
        var handed: ArraySlice<(index: Int, chain: [String])> = []
        let run = ProgramMigration(
            program: program, surroundings: surroundings, maxDocumentBytes: store.settings.maxDocumentBytes,
            isStopped: options.isStopped, isHurried: options.isHurried)
        try run.run {
            while let index = left.popFirst() {
                var prepared: (value: JSONValue, chain: [String])?
                // Only looked at: the payload is replaced by the answer.
                let outcome = Self.change(outcomes[index]) { value, violated in
                    prepared = try items[index].migration.prepare(value, for: step, violated: violated)
                    return .null
                }
                switch outcome {
                case .failure: outcomes[index] = outcome
                case .success(var migrated):
                    migrated.payload = []
                    outcomes[index] = .success(migrated)
                    guard let prepared else { continue }
                    handed.append((index, prepared.chain))
                    return prepared.value
                }
            }
            return nil
        } take: { answer in
            guard let (index, chain) = handed.popFirst(), case .success(var asked) = outcomes[index] else {
                return
            }
            asked.payload = Array("null".utf8)
            outcomes[index] = Self.change(.success(asked)) { _, violated in
                try items[index].migration.complete(answer, chain: chain, of: step, violated: violated)
            }
        }
    }
}

extension MigrationPath {
    /// Throws where a step is a program that is not to be run.
    func checkPrograms(_ options: MigrationOptions) throws {
        for step in steps {
            guard case .program(let program)? = step.way, let name = program.words.first else { continue }
            guard options.surroundings != nil else { throw StemmaError.noSurroundings(step) }
            // Whoever hands a definition in has seen it.
            guard let allowed = options.allowedPrograms, !options.definitions.contains(step.definition)
            else { continue }
            guard allowed.contains(name) || allowed.contains(program.text) else {
                throw StemmaError.programNotAllowed(name, step)
            }
        }
    }
}

extension StemmaError.Code {
    /// A migration runs a program, and it is not said where programs run; `fields` has the `step`.
    public static let noSurroundings = Self("no-surroundings")
    /// A program that a stored migration names is not run without being asked for; `fields` has `program`.
    public static let programNotAllowed = Self("program-not-allowed")
}

extension StemmaError {
    fileprivate static func noSurroundings(_ step: MigrationStep) -> StemmaError {
        StemmaError(
            .noSurroundings, "the migration \(step) is made by a program, and it is not said where that runs",
            hint: "`MigrationOptions.surroundings`", fields: ["step": step.description])
    }

    fileprivate static func programNotAllowed(_ name: String, _ step: MigrationStep) -> StemmaError {
        StemmaError(
            .programNotAllowed,
            "the migration \(step), which is stored, runs the program '\(printable(name))'",
            hint: "look at it, and allow it: `MigrationOptions.allowedPrograms`",
            fields: ["program": name, "step": step.description])
    }
}
