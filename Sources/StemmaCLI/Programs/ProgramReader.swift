import Stemma
import StemmaRecords

/// Reads the options of `stemma run`: what goes into a program, what comes out of it, and what it is run for.
struct ProgramReader {
    let keys: KeyDeclarations
    let arguments: Arguments

    /// The program as a thunk.
    func program() throws -> ProgramThunk {
        let (before, command) = (arguments.wordsBeforeSeparator, arguments.wordsAfterSeparator)
        guard arguments.separator != nil, let name = before.first, before.count == 1, !command.isEmpty else {
            throw ProgramUsage.noCommand(before.count)
        }
        var program = ProgramThunk(name, command: Array(command))
        program.outputs = try outputs()
        program.code = try code()
        program.tellsKeys = arguments.has("keys-env")
        for (option, word) in arguments.values(of: ["input", "constant"]) {
            guard option == "constant" else {
                program.inputs.append(try input(word))
                program.order.append(program.inputs[program.inputs.count - 1].name)
                continue
            }
            let (name, value) = try entry(word, "constant")
            guard program.constants[name] == nil else { throw UsageError.entryTwice(name) }
            program.constants[name] = try ScalarReader.read(value)
            program.order.append(name)
        }
        return program
    }

    /// The keys that are gone over: `--for subject=1,2,3`, or `--for session` for all that the store has.
    func combinations() throws -> [(name: String, values: KeyValues)] {
        var found: [(name: String, values: KeyValues)] = []
        for word in arguments.values("for") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard !found.contains(where: { $0.name == name }) else { throw UsageError.entryTwice(name) }
            guard let key = keys[name] else {
                throw StemmaError.unknownKey(name, declared: keys.list.map(\.name))
            }
            guard parts.count == 2, !parts[1].isEmpty else {
                found.append((name, .all))
                continue
            }
            found.append((name, .some(try Self.list(parts[1]).map { try Self.value($0, of: key) })))
        }
        return found
    }

    /// `signal=RawSignal`, `baseline=Steps@session=pre`, or `RawSignal`, whose name is that of the variable.
    private func input(_ word: String) throws -> ProgramThunk.Input {
        let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let (name, variable) =
            parts[0].contains("=")
            ? try entry(String(parts[0]), "input") : (String(parts[0]), String(parts[0]))
        guard !variable.isEmpty else { throw ProgramUsage.missing("VARIABLE", in: word, "input") }
        var input = ProgramThunk.Input(name, variable)
        guard parts.count == 2 else { return input }
        var seen: Set<String> = []
        for part in Self.list(parts[1]) {
            let (name, text) = try entry(part, "input")
            guard seen.insert(name).inserted else { throw UsageError.entryTwice(name) }
            if keys[name] != nil, text.isEmpty {
                input.without.append(name)
            } else if let key = keys[name] {
                input.keys[name] = try Self.value(text, of: key)
            } else {
                input.version[name] = try ScalarReader.read(text)
            }
        }
        return input
    }

    private func code() throws -> [String] {
        let paths = arguments.values("code")
        if paths.contains("") { throw UsageError.noFile("code") }
        return paths
    }

    private func outputs() throws -> [ProgramThunk.Output] {
        var formats: [String: PayloadFormat] = [:]
        var usual: PayloadFormat?
        for word in arguments.values("format") {
            if word.contains("=") {
                let (variable, format) = try entry(word, "format")
                formats[variable] = try FormatName.read(format)
            } else {
                usual = try FormatName.read(word)
            }
        }
        let outputs = try arguments.values("output").map { word in
            let (variable, file) = try entry(word, "output")
            guard !file.isEmpty else { throw ProgramUsage.missing("FILE", in: word, "output") }
            let format = formats.removeValue(forKey: variable) ?? PayloadFormat(fileName: file) ?? usual
            return ProgramThunk.Output(variable, file: file, format: format)
        }
        if let stray = formats.keys.sorted().first { throw ProgramUsage.formatOfNothing(stray) }
        return outputs
    }

    private func entry(_ word: String, _ option: String) throws -> (name: String, value: String) {
        guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
            throw ProgramUsage.notAnEntry(word, option)
        }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    /// The value of a key in a list. Quotes around a comma are the list's and not the value's, which is text as typed.
    private static func value(_ text: String, of key: KeyDeclaration) throws -> Scalar {
        let quoted = text.contains(",") && text.hasPrefix("\"") ? try? JSONParser.parse(text).asString : nil
        return try ScalarReader.read(quoted ?? text, for: key)
    }

    /// What stands between commas. A comma in double quotes is a part of the value, as are the quotes, where they stand
    /// around all of it; any other quote is a character like another.
    private static func list(_ text: some StringProtocol) -> [String] {
        var values: [String] = []
        var rest = text[...]
        while true {
            let end = quotedEnd(of: rest) ?? rest.firstIndex(of: ",") ?? rest.endIndex
            values.append(String(rest[..<end]))
            guard end < rest.endIndex else { return values }
            rest = rest[rest.index(after: end)...]
        }
    }

    /// Where a value in quotes ends, behind `NAME=` or not; `nil` for one that is not in quotes.
    private static func quotedEnd<Text: StringProtocol>(of text: Text) -> Text.Index? {
        var start = text.startIndex
        if text.first != "\"" {
            let comma = text.firstIndex(of: ",") ?? text.endIndex
            guard let equals = text[..<comma].firstIndex(of: "=") else { return nil }
            start = text.index(after: equals)
            guard start < text.endIndex, text[start] == "\"" else { return nil }
        }
        var isEscaped = false
        var index = text.index(after: start)
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == "\"", !isEscaped, next == text.endIndex || text[next] == "," { return next }
            isEscaped = text[index] == "\\" && !isEscaped
            index = next
        }
        return nil
    }
}
