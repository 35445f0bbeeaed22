import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// One run of a program: the files that it is handed, the process, and the files that it wrote.
struct ProgramRun: Sendable {
    let store: Store
    let prepared: PreparedProgram
    let inputs: [ReadForm]
    let keys: Keys
    let isStopped: @Sendable () -> Bool
    let isHurried: @Sendable () -> Bool

    /// The payloads of the outputs, in order.
    ///
    /// Throws `.programNotFound`, `.programFailed`, `.invalidOutput`, `.codeChanged` and `.interrupted`.
    func payloads() throws -> [ComputedPayload] {
        let directory = try PrivateDirectory(in: store.paths.temporary)
        var values: [CommandTemplate.Placeholder: String] = [:]
        for entry in keys.entries { values[.key(entry.name)] = entry.value.text }
        for entry in prepared.program.constants.entries { values[.name(entry.name)] = entry.value.text }
        let folder = try directory.folder("inputs")
        for (input, form) in zip(prepared.program.inputs, inputs) {
            let path = "\(folder)/\(input.name)\(form.record.format.fileEnding)"
            try write(form, path)
            values[.name(input.name)] = path
        }
        for output in prepared.program.outputs {
            values[.name(output.variable)] =
                try directory.folder("outputs-\(output.variable)") + "/\(output.fileName)"
        }
        let code = try prepared.code.map { ($0, try $0.verifiedStatus()) }
        try start(prepared.template.words(values))
        for (file, status) in code { try file.checkUntouched(since: status) }
        return try prepared.program.outputs.map { try read($0, values[.name($0.variable)] ?? "") }
    }

    /// Writes an input piece by piece: it may be larger than memory.
    private func write(_ form: ReadForm, _ path: String) throws {
        let file = try OpenFile(path, for: .creating)
        do {
            try form.writePayload { try file.write($0) }
        } catch let error as StemmaError where error.isDamageOrAbsence {
            let address = store.settings.keys.text(of: form.record.address)
            let way =
                form.record.lineage == nil
                ? "save it again" : "run the step that made it again, which heals it"
            throw StemmaError(
                error.code, "the input \(address) cannot be read: \(error.message); \(way)", hint: error.hint,
                fields: error.fields)
        }
        try file.close()
    }

    private func start(_ words: [String]) throws {
        let name = words[0]
        var surroundings = prepared.surroundings
        // What another run has told this one is no part of this call.
        surroundings.environment = surroundings.environment.filter { !$0.key.hasPrefix(Self.keyPrefix) }
        surroundings.otherEnvironment.removeAll { $0.starts(with: Self.keyPrefix.utf8) }
        if prepared.program.tellsKeys {
            for entry in keys.entries {
                surroundings.environment[Self.variable(entry.name)] = entry.value.text
            }
        }
        let child: ChildProcess
        do {
            child = try ChildProcess(
                surroundings.path(of: name), words, environment: surroundings.environment,
                otherEnvironment: surroundings.otherEnvironment,
                directory: surroundings.directory)
        } catch let error as StemmaError {
            throw StemmaError.notStarted(name, error)
        }
        let (ending, lines) = child.wait(
            limit: surroundings.timeLimit, isStopped: isStopped, isHurried: isHurried)
        try ending.check(name, lines: lines, limit: surroundings.timeLimit)
    }

    private static let keyPrefix = "STEMMA_KEY_"

    /// `STEMMA_KEY_subject`; what no shell takes in a name becomes `_`.
    private static func variable(_ key: String) -> String {
        keyPrefix + String(key.map { $0 == "-" || $0 == "." ? "_" : $0 })
    }

    /// An output as it is stored: JSON in its canonical form, anything else as it is, checked.
    private func read(_ output: ProgramThunk.Output, _ path: String) throws -> ComputedPayload {
        guard let status = try FileSystem.status(path, followLinks: true) else {
            throw StemmaError.invalidOutput(
                output.variable,
                "was not written: the program ended well, but left no file {\(output.variable)}",
                hint: try instead(of: path))
        }
        guard status.kind == .regular else {
            throw StemmaError.invalidOutput(
                output.variable,
                status.kind == .directory ? "is a directory, not a file" : "is no regular file")
        }
        do {
            return try payload(output.format, path, size: Int(status.size))
        } catch let error as StemmaError
            where [.malformedJSON, .integerTooLarge, .malformedNPY, .malformedCSV].contains(error.code)
        {
            throw StemmaError.invalidOutput(output.variable, "is no \(output.format)", hint: error.message)
        }
    }

    private func payload(_ format: PayloadFormat, _ path: String, size: Int) throws -> ComputedPayload {
        if format == .json {
            let bytes = try FileSystem.readAll(path, limit: store.settings.maxDocumentBytes)
            return .bytes(try bytes.withUnsafeBytes { try canonicalJSONDocument($0) })
        }
        var validator = format.validator
        if size <= Transaction.packLimit {
            let bytes = try FileSystem.readAll(path, limit: Transaction.packLimit)
            try bytes.withUnsafeBytes { try validator?.consume($0) }
            try validator?.finish()
            return .bytes(bytes)
        }
        // It may be larger than memory.
        let writer = try store.objects.blobWriter(
            size: size, largestTracked: store.settings.maxTrackedBytes, source: path)
        try writer.write(contentsOf: OpenFile(path)) { try validator?.consume($0) }
        try validator?.finish()
        return .file(try writer.stage(synchronize: store.options.synchronize))
    }

    /// What the program has left where a file was to be.
    private func instead(of path: String) throws -> String? {
        let others = try FileSystem.list(FileSystem.parent(of: path))
        guard !others.isEmpty else { return nil }
        let names = others.map { $0.kind == .symlink ? "\($0.name), a link that leads nowhere" : $0.name }
        return "there is \(names.joined(separator: ", ")) in its place"
    }
}

extension PayloadFormat {
    /// The ending of a file in this format.
    var fileEnding: String {
        switch self {
        case .json, .npy, .csv: "." + rawValue
        default: ".bin"
        }
    }
}
