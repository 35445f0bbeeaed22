import StemmaBlobs
import StemmaLineage
import StemmaRecords

extension Store {
    /// Runs a program for every combination of keys, several at a time, and saves what it writes, as `forEach` does with
    /// a function. Blocks until all of it is done.
    ///
    /// What the store has is passed over. A combination that lacks an input, or whose program fails, is reported, and
    /// the rest goes on. The identity is made of the command, the code files and the outputs; inputs enter a call by
    /// name, constants as text, and keys where the program is told them.
    /// - Parameters:
    ///   - keys: the keys to go over, each with its values. None: the program is run once.
    /// Throws for all that can be told before anything runs, `.outputIsInput` and `.codeChanged`, after which nothing more
    /// is begun, and what saving throws. An input that is missing, or has several versions, is reported.
    public func run(
        _ program: ProgramThunk, over keys: [(name: String, values: KeyValues)],
        in surroundings: ProgramSurroundings,
        options: BatchOptions = BatchOptions()
    ) throws -> BatchReport {
        if options.constantsAreVersion { try settings.keys.check(version: program.constants) }
        for input in program.inputs {
            try settings.keys.check(input.keys)
            // A name that no variable has is a slip, not an input that is missing for every combination.
            _ = try workTree.problems(of: input.variable)
        }
        let prepared = try PreparedProgram(program, surroundings, over: keys.map(\.name))
        let variables = prepared.program.inputs.filter { !$0.isFixed }.map(\.variable)
        let combinations = try combinations(of: keys, in: Array(Set(variables)).sorted())
        for keys in combinations { try prepared.check(keys) }
        PrivateDirectory.removeLeftovers(in: paths.temporary)
        return try Batch(
            self, function: program.name, outputs: prepared.program.outputs.map(\.variable),
            combinations: combinations,
            options: options
        ) { try self.step(prepared, $0, options) }.run()
    }

    private func step(_ prepared: PreparedProgram, _ keys: Keys, _ options: BatchOptions) throws -> BatchStep
    {
        let program = prepared.program
        let inputs = try program.inputs.map { try form($0, at: keys) }
        let told = Keys(
            keys.entries.filter { prepared.toldKeys.contains($0.name) }.map { ($0.name, $0.value) })
        let positions = program.positions
        var arguments: [Argument] = []
        for (input, form) in zip(program.inputs, inputs) {
            let record = form.record
            arguments.append(
                Argument(
                    .input(
                        LineageRecord.Input(
                            name: input.name, position: positions[input.name] ?? arguments.count,
                            format: record.format,
                            content: form.content, variable: record.variable, keys: record.keys,
                            version: record.version, lineage: record.lineage), pending: nil),
                    label: input.name, standsFor: form.standsFor
                ) { "" })
        }
        for constant in program.constants.entries {
            let entry = LineageRecord.Constant(
                name: constant.name, position: positions[constant.name] ?? arguments.count, type: "text",
                value: .inline(constant.value.json))
            // A program cannot tell 20 from "20".
            arguments.append(
                Argument(
                    .constant(entry, bits: Array(constant.value.text.utf8), blob: nil), label: constant.name
                ) { "" })
        }
        let call = Call(prepared.function, arguments, keys: told.isEmpty ? nil : told)
        let version = options.constantsAreVersion ? program.constants : [:]
        let places = program.outputs.map {
            Address(variable: $0.variable, keys: keys, version: version)
        }
        let run = ProgramRun(
            store: self, prepared: prepared, inputs: inputs, keys: told,
            isStopped: options.isStopped ?? { false }, isHurried: options.isHurried ?? { false })
        return BatchStep(
            call: call, outputs: .exactly(program.outputs.map(\.format)), places: { _ in places },
            run: run.payloads)
    }

    private func form(_ input: ProgramThunk.Input, at keys: Keys) throws -> ReadForm {
        var keys = keys.merging(input.keys)
        for name in input.without { keys[name] = nil }
        return try workTree.form(
            of: workTree.record(
                ofMany: Address(variable: input.variable, keys: keys, version: input.version)))
    }
}
