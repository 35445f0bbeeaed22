import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// A program that was checked, with its identity, ready to be called for any combination of keys.
final class PreparedProgram: Sendable {
    /// As it was given, with inputs in the order of their names and outputs in the order in which the command mentions
    /// them: the order of options means nothing.
    let program: ProgramThunk
    let template: CommandTemplate
    let surroundings: ProgramSurroundings
    let function: CalledFunction
    let code: [CodeFile]
    /// The keys that the program is told.
    let toldKeys: [String]

    /// - Parameter keys: the keys that are gone over.
    /// Throws `.unknownPlaceholder`, `.codeMissing`, `.programNotFound` and `.invalidProgram` for all that can be told
    /// before anything runs.
    init(_ given: ProgramThunk, _ surroundings: ProgramSurroundings, over keys: [String]) throws {
        var program = given
        program.inputs.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        try Self.check(program)
        let template = try CommandTemplate(program.command, known: program.placeholders(keys))
        let mentioned = template.mentioned
        let outputs = Dictionary(program.outputs.map { ($0.variable, $0) }) { first, _ in first }
        for name in outputs.keys.sorted() where !mentioned.contains(.name(name)) {
            throw StemmaError.outputNotMentioned(name)
        }
        program.outputs = mentioned.compactMap { placeholder in
            if case .name(let name) = placeholder { outputs[name] } else { nil }
        }
        self.program = program
        self.template = template
        self.surroundings = surroundings
        toldKeys = keys.filter { program.tellsKeys || mentioned.contains(.key($0)) }
        code = try program.code.map { try CodeFile($0, in: surroundings.directory) }
        if let first = program.command.first, !first.contains("{") {
            _ = try surroundings.path(of: first)
        }
        function = Self.function(program, template, code, surroundings)
    }

    /// Throws `.invalidProgram` for keys that the program cannot be told.
    func check(_ keys: Keys) throws {
        for entry in keys.entries where toldKeys.contains(entry.name) && entry.value.text.contains("\0") {
            throw StemmaError.zeroForProgram("the key '\(entry.name)'")
        }
    }

    private static func check(_ program: ProgramThunk) throws {
        guard program.command.first?.isEmpty == false else {
            throw StemmaError.invalidProgram("no program is named")
        }
        guard !program.outputs.isEmpty else {
            throw StemmaError.invalidProgram("no output is named: nothing would be kept")
        }
        var seen: Set<String> = []
        for name in program.inputs.map(\.name) + program.constants.names + program.outputs.map(\.variable) {
            try Name.check(name, of: "placeholder")
            guard seen.insert(name).inserted else {
                throw StemmaError.invalidProgram("'\(name)' names two inputs, constants or outputs")
            }
        }
        for word in program.command where word.contains("\0") {
            throw StemmaError.zeroForProgram("the command's '\(StemmaError.printable(word))'")
        }
        for constant in program.constants.entries where constant.value.text.contains("\0") {
            throw StemmaError.zeroForProgram("the constant '\(constant.name)'")
        }
        for output in program.outputs
        where output.fileName.isEmpty || output.fileName.contains("/") || output.fileName == "."
            || output.fileName.contains("\0")
            || output.fileName == ".."
        {
            throw StemmaError.invalidProgram(
                "'\(StemmaError.printable(output.fileName))' is no file name for \(output.variable)",
                hint: "a name without a directory, such as out.npy")
        }
    }

    private static func function(
        _ program: ProgramThunk, _ template: CommandTemplate, _ code: [CodeFile],
        _ surroundings: ProgramSurroundings
    ) -> CalledFunction {
        // The program sees the files of its outputs and not the variables: it is the same when those are renamed.
        let numbers = program.outputs.enumerated().map { index, output in
            (CommandTemplate.Placeholder.name(output.variable), String(index + 1))
        }
        let words = template.spelled(Dictionary(numbers) { first, _ in first }).map {
            portable($0, code, surroundings.directory)
        }
        // The digest is of the words as they are; people read them with a name for the directory.
        let command = JSONValue.array(words.map(JSONValue.string)).printed
        let shown = words.map { $0.replacing(Self.directoryMark, with: "<directory>") }
        var parts = [
            FunctionRecord.Part(
                kind: "command",
                name: String(decoding: JSONValue.array(shown.map(JSONValue.string)).printed, as: UTF8.self),
                digest: Digest.of(command))
        ]
        // Whether it finds the keys in its environment, a program can see too.
        if program.tellsKeys {
            parts.append(
                FunctionRecord.Part(
                    kind: "environment", name: "keys", digest: Digest.of(Array("STEMMA_KEY_".utf8))))
        }
        // A file that is named twice makes no other program.
        parts += Set(code.map { FunctionRecord.Part(kind: "file", name: $0.name, digest: $0.digest) })
            .sorted { ($0.name, $0.digest) < ($1.name, $1.digest) }
        parts += program.outputs.enumerated().map { index, output in
            FunctionRecord.Part(
                kind: "output", name: "\(index + 1)=\(output.fileName)",
                digest: Digest.of(Array(output.format.rawValue.utf8)))
        }
        let names = program.inputs.map { ($0.name, "file") } + program.constants.names.map { ($0, "text") }
        let record = FunctionRecord(
            language: "program", module: "", name: program.name, basis: .derived(parts),
            parameters: names.map { .init(name: $0.0, type: $0.1) },
            outputs: program.outputs.map(\.format.rawValue))
        return CalledFunction(record, parameterNames: names.map(\.0))
    }

    /// Stands for the directory: no argument of a program can hold it.
    private static let directoryMark = "\0"

    /// A word without the paths of this machine that it has in common with the code files and the directory.
    ///
    /// Only where a path begins: two commands that differ must stay two. A code file outside of the directory is told by
    /// its digest too, since two files in different places may have one name.
    private static func portable(_ word: String, _ code: [CodeFile], _ directory: String) -> String {
        var result = ""
        var rest = Substring(word)
        var isStart = true
        while let character = rest.first {
            if isStart, character == "/" {
                if let file = code.first(where: { $0.isOutside(directory) && rest.isPath($0.path) }) {
                    result += "\(file.name) (\(file.digest.hex))"
                    rest = rest.dropFirst(file.path.count)
                    isStart = false
                    continue
                }
                if rest.hasPrefix(directory + "/") {
                    result += directoryMark
                    rest = rest.dropFirst(directory.count)
                }
            }
            guard let next = rest.first else { break }
            result.append(next)
            rest = rest.dropFirst()
            isStart = next == "=" || next == ":" || next == "," || next.isWhitespace
        }
        return result
    }
}

extension Substring {
    /// Whether a whole path stands here, and not the beginning of a longer one: a name may hold any other character.
    fileprivate func isPath(_ path: String) -> Bool {
        guard hasPrefix(path) else { return false }
        return dropFirst(path.count).first?.isWhitespace ?? true
    }
}

extension ProgramThunk {
    /// What may stand in braces, in the order in which it is listed.
    func placeholders(_ keys: [String]) -> [CommandTemplate.Placeholder] {
        (inputs.map(\.name) + constants.names + outputs.map(\.variable)).map { .name($0) }
            + keys.map { .key($0) }
    }

    /// What is probably a slip, though it can be run: inputs and constants that the command does not mention.
    public func doubts(over keys: [String]) -> [String] {
        guard let mentioned = try? CommandTemplate(command, known: placeholders(keys)).mentioned else {
            return []
        }
        return inputs.filter { !mentioned.contains(.name($0.name)) }.map {
            "the command does not mention the input {\($0.name)}"
        }
            + constants.names.filter { !mentioned.contains(.name($0)) }.map {
                "the command does not mention the constant {\($0)}"
            }
    }
}
